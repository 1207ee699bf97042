"""Rows of reports and of the posts they are about."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Row, Select, String, Table, Text, func, select, update
from sqlalchemy.engine import Connection

from fedirse.base.errors import NotFound
from fedirse.social.moderation.reports.model import Category, Report, ReportState
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import posts, read_posts
from fedirse.storage.actors import actors
from fedirse.storage.columns import Instant, identifier, metadata

reports = Table(
    "reports",
    metadata,
    identifier(),
    Column("uri", Text),
    Column("reporter_id", ForeignKey("actors.id"), nullable=False),
    Column("about_id", ForeignKey("actors.id"), nullable=False),
    Column("category", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("forwarded", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_reports_state", "state", "id"),
    Index("ix_reports_reporter", "reporter_id", "created_at"),
    Index("ix_reports_about", "about_id"),
)

report_posts = Table(
    "report_posts",
    metadata,
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_report_posts_post", "post_id"),
)


def add_report(tx: Connection, report: Report) -> None:
    """Insert a report with the posts it is about."""
    values = {column.name: getattr(report, column.name) for column in reports.columns}
    tx.execute(reports.insert().values(values))
    if report.posts:
        tx.execute(report_posts.insert(), [{"report_id": report.id, "post_id": post_id} for post_id in sorted(set(report.posts))])


def find_report(tx: Connection, report_id: str) -> Report | None:
    """The report of that id, or None."""
    row = tx.execute(select(reports).where(reports.c.id == report_id)).first()
    return _report(row, _post_ids(tx, [report_id]).get(report_id, ())) if row is not None else None


def get_report(tx: Connection, report_id: str) -> Report:
    """The report of that id. Raises NotFound."""
    found = find_report(tx, report_id)
    if found is None:
        raise NotFound(f"no report {report_id}", public_message="There is no report of that number.")
    return found


def list_reports(
    tx: Connection,
    *,
    state: ReportState | None = None,
    local: bool | None = None,
    besides: str | None = None,
    before: str | None = None,
    limit: int,
) -> list[Report]:
    """Reports, the newest first, older than the report id `before`.

    Args:
        tx: the transaction.
        state: only those in that state.
        local: only those about our own people, or only those about others.
        besides: leave out those about this actor: nobody judges a report about themselves, nor learns who reported them.
        before: where the page begins.
        limit: how many at most.
    """
    query = select(reports).order_by(reports.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(reports.c.state == state)
    if local is not None:
        query = query.where(reports.c.about_id.in_(select(actors.c.id).where(actors.c.local == local)))
    if besides is not None:
        query = query.where(reports.c.about_id != besides)
    if before:
        query = query.where(reports.c.id < before)
    return _reports(tx, query)


def list_open_reports_by(tx: Connection, reporter_id: str, about_id: str) -> list[Report]:
    """The open reports of one reporter about one actor."""
    same = (reports.c.reporter_id == reporter_id) & (reports.c.about_id == about_id) & (reports.c.state == ReportState.OPEN)
    return _reports(tx, select(reports).where(same))


def count_open_reports(tx: Connection, besides: str | None) -> int:
    """How many reports wait, those about the actor `besides` left out."""
    query = select(func.count()).select_from(reports).where(reports.c.state == ReportState.OPEN)
    return int(tx.execute(query if besides is None else query.where(reports.c.about_id != besides)).scalar_one())


def count_reports_about(tx: Connection, about_id: str) -> int:
    """How many reports about one actor there have ever been."""
    return int(tx.execute(select(func.count()).select_from(reports).where(reports.c.about_id == about_id)).scalar_one())


def count_reports_of(tx: Connection, reporter_id: str, since: datetime) -> int:
    """How many reports somebody made since then."""
    query = select(func.count()).select_from(reports).where(reports.c.reporter_id == reporter_id, reports.c.created_at > since)
    return int(tx.execute(query).scalar_one())


def count_reports_from(tx: Connection, host: str, since: datetime) -> int:
    """How many reports the actors of a host made since then."""
    query = select(func.count()).select_from(reports.join(actors, actors.c.id == reports.c.reporter_id))
    return int(tx.execute(query.where(actors.c.host == host, reports.c.created_at > since)).scalar_one())


def decide_report(tx: Connection, report_id: str, state: ReportState, *, by: str, reason: str, now: datetime) -> bool:
    """Close an open report; False when somebody else did meanwhile."""
    waiting = (reports.c.id == report_id) & (reports.c.state == ReportState.OPEN)
    return tx.execute(update(reports).where(waiting).values(state=state, decided_by=by, reason=reason, decided_at=now)).rowcount > 0


def list_reported_posts(tx: Connection, report: Report) -> list[Post]:
    """The posts that a report is about, oldest first, whoever may read them: for the moderator's page, which decides what it shows."""
    return read_posts(tx, select(posts).where(posts.c.id.in_(report.posts)).order_by(posts.c.id))


def _reports(tx: Connection, query: Select[Any]) -> list[Report]:
    rows = tx.execute(query).all()
    named = _post_ids(tx, [row.id for row in rows])
    return [_report(row, named.get(row.id, ())) for row in rows]


def _post_ids(tx: Connection, report_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    query = select(report_posts).where(report_posts.c.report_id.in_(list(report_ids))).order_by(report_posts.c.post_id)
    for row in tx.execute(query):
        found[row.report_id] = (*found.get(row.report_id, ()), row.post_id)
    return found


def _report(row: Row[Any], post_ids: tuple[str, ...]) -> Report:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return Report(**values | {"posts": post_ids, "category": Category(row.category), "state": ReportState(row.state)})
