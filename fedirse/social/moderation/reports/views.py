"""Reports as moderators see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fedirse.base.actors import StoredActor
from fedirse.base.spreadsheets import render_table
from fedirse.base.types import Reader
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.moderation.model import Moderator
from fedirse.social.moderation.reports import store
from fedirse.social.moderation.reports.actions import get_report_for
from fedirse.social.moderation.reports.model import Measure, Report
from fedirse.social.moderation.reports.rules import measures_for
from fedirse.social.moderation.views import Judged, judged
from fedirse.social.posts.store import list_readable_posts
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction

COLUMNS: Final = ("number", "date", "state", "about", "from", "category", "words", "posts", "decided by", "decided on", "reason")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report in a list: with whom it is about and who made it."""

    report: Report
    about: StoredActor
    reporter: StoredActor


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with all that is needed to decide.

    Attributes:
        line: the report, whom it is about, who made it.
        posts: what it is about.
        measures: what can be done.
        earlier: how many other reports there were about the same person.
    """

    line: ReportLine
    posts: list[Judged]
    measures: tuple[Measure, ...]
    earlier: int


def lines_of(tx: Transaction, reports: Sequence[Report]) -> list[ReportLine]:
    """Reports with the people they name."""
    people = list_actors(tx, {actor_id for one in reports for actor_id in (one.about_id, one.reporter_id)})
    return [ReportLine(one, people[one.about_id], people[one.reporter_id]) for one in reports]


def read_report(tx: Transaction, report_id: str, by: Moderator, reader: Reader, opened: Iterable[str] = ()) -> ReportPage:
    """A report for a moderator. Raises NotFound.

    Posts that are not for the moderator are veiled, but for those that were just opened, which the audit log knows of.
    """
    line = lines_of(tx, [get_report_for(tx, report_id, by)])[0]
    posts = store.list_reported_posts(tx, line.report)
    # What was hidden here is still shown to whoever hides; what its audience keeps from them is not.
    public = {post.id for post in posts if post.audience.kind is AudienceKind.PUBLIC}
    readable = public | list_readable_posts(tx, line.report.posts, reader).keys()
    veiled = {post.id for post in posts if post.id not in readable} - set(opened)
    earlier = store.count_reports_about(tx, line.about.id) - 1
    return ReportPage(line, judged(tx, posts, veiled=veiled), measures_for(about_local=line.about.local, posts=len(posts)), earlier)


def reports_table(lines: Iterable[ReportLine]) -> str:
    """Reports as CSV, for whoever has to account for them elsewhere; no content of posts."""
    return render_table(
        COLUMNS,
        [
            (
                line.report.id,
                line.report.created_at.isoformat(timespec="seconds"),
                line.report.state.value,
                line.about.address,
                line.reporter.address,
                line.report.category.value,
                line.report.words,
                " ".join(line.report.posts),
                line.report.decided_by,
                line.report.decided_at.isoformat(timespec="seconds") if line.report.decided_at else "",
                line.report.reason,
            )
            for line in lines
        ],
    )
