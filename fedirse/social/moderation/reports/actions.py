"""What people here report, and what a moderator does about it. Each is one transaction."""

from dataclasses import replace
from datetime import datetime, timedelta

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Conflict, InvalidInput, NotFound, RateLimited
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission, permissions_of
from fedirse.base.types import Reader
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.accounts.store import list_accounts
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.moderation.blocks.actions import block_actor, block_host
from fedirse.social.moderation.model import Moderator
from fedirse.social.moderation.reports import store
from fedirse.social.moderation.reports.model import Complaint, Measure, Report, ReportState
from fedirse.social.moderation.reports.rules import Decision, check_complaint, check_decision, measures_for
from fedirse.social.moderation.reports.wire import render_flag
from fedirse.social.moderation.rules import check_reason
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import forget_post, notify, withdraw
from fedirse.social.posts.actions import delete_post, publish_post
from fedirse.social.posts.model import Draft, Post, PostKind
from fedirse.social.posts.store import find_post, get_readable_post, hide_post
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction
from fedirse.web.html import mentioned_names

DAY = timedelta(days=1)


def get_reportable(tx: Transaction, post_id: str, reader: Reader) -> Post:
    """The post that somebody wants to report. Raises NotFound for one they may not read, and for a boost, which says nothing itself."""
    post = get_readable_post(tx, post_id, reader)
    if post.kind is PostKind.BOOST or post.deleted_at is not None:
        raise NotFound(f"post {post_id} cannot be reported")
    return post


def report(
    tx: Transaction,
    site: Site,
    reporter: StoredActor,
    about: StoredActor,
    *,
    posts: list[Post],
    complaint: Complaint,
    now: datetime,
) -> Report:
    """Tell the moderators of something, and the other server too where that is wished. The same report twice is one.

    Args:
        tx: the transaction.
        site: where.
        reporter: one of our people.
        about: whom it is about.
        posts: what of theirs, from `get_reportable`.
        complaint: what is wrong.
        now: the time.

    Raises:
        InvalidInput: words that are too long, or a report about oneself.
        RateLimited: too many in a day.
    """
    check_complaint(complaint)
    if about.id == reporter.id:
        raise InvalidInput("That is yourself.", reason="oneself")
    made = Report(
        id=new_id(now),
        uri=None,
        reporter_id=reporter.id,
        about_id=about.id,
        category=complaint.category,
        words=complaint.words.strip(),
        posts=tuple(sorted(post.id for post in posts)),
        forwarded=complaint.forward and not about.local,
        state=ReportState.OPEN,
        created_at=now,
    )
    known = find_same(tx, made)
    if known is not None:
        return known
    if store.count_reports_of(tx, reporter.id, now - DAY) >= limits.REPORTS_PER_PERSON_PER_DAY:
        raise RateLimited(f"{reporter.handle} reports too much", retry_after=DAY.total_seconds(), reason="reports")
    keep_report(tx, made, now)
    if made.forwarded:
        _forward(tx, site, about, [post.uri for post in posts], made.words, now)
    return made


def find_same(tx: Transaction, made: Report) -> Report | None:
    """An open report that says the same already, or None."""
    known = store.list_open_reports_by(tx, made.reporter_id, made.about_id)
    return next((one for one in known if (one.posts, one.words) == (made.posts, made.words)), None)


def keep_report(tx: Transaction, made: Report, now: datetime) -> None:
    """Store a report and tell the moderators, but not the one it is about."""
    store.add_report(tx, made)
    for account in list_accounts(tx):
        if account.disabled_at is None and Permission.MODERATE in permissions_of(account.roles):
            # The latest counts: it stands on top again.
            withdraw(tx, account.actor_id, NotificationKind.REPORT, made.about_id)
            notify(tx, account.actor_id, NotificationKind.REPORT, made.about_id, now)


def get_report_for(tx: Transaction, report_id: str, by: Moderator) -> Report:
    """A report for somebody who moderates. Raises NotFound, also for one about themselves: they would learn who reported them."""
    found = store.get_report(tx, report_id)
    if found.about_id == by.actor_id:
        raise NotFound("a report about oneself")
    return found


def decide(tx: Transaction, site: Site, report_id: str, decision: Decision, by: Moderator, now: datetime) -> Report:
    """Close a report, after doing what was decided about it.

    Raises:
        NotFound: no such report.
        Conflict: it is closed already.
        InvalidInput: the decision makes no sense.
    """
    found = get_report_for(tx, report_id, by)
    about = get_actor(tx, found.about_id)
    possible = measures_for(about_local=about.local, posts=len(found.posts))
    check_decision(decision, possible, mentioned_names(decision.warning) if Measure.WARN in decision.measures else ())
    if not store.decide_report(tx, found.id, decision.state, by=by.who, reason=check_reason(decision.reason), now=now):
        raise Conflict(f"report {found.id} is closed", public_message="Somebody has decided about this report already.")
    for measure in sorted(decision.measures):
        _take(tx, site, measure, found, about, decision=decision, by=by, now=now)
    reason = check_reason(decision.reason)
    measures = sorted(measure.value for measure in decision.measures)
    deed = f"report.{decision.state.value}"
    record(tx, deed, found.id, now, account_id=by.account_id, who=by.who, about=about.address, measures=measures, reason=reason)
    return replace(found, state=decision.state, reason=reason, decided_at=now, decided_by=by.who)


def show_again(tx: Transaction, post_id: str, by: Moderator, now: datetime) -> None:
    """Show a post that was hidden here. Raises NotFound when it is not hidden."""
    post = find_post(tx, post_id)
    if post is None or post.hidden_at is None:
        raise NotFound(f"post {post_id} is not hidden")
    hide_post(tx, post.id, None)
    record(tx, "post.shown", post.uri, now, account_id=by.account_id, who=by.who)


def note_reading(tx: Transaction, report_id: str, post_id: str, by: Moderator, now: datetime) -> None:
    """Write down that a moderator reads a reported post that is not for them. Raises NotFound when it is not of that report."""
    found = get_report_for(tx, report_id, by)
    post = find_post(tx, post_id)
    if post is None or post.id not in found.posts:
        raise NotFound(f"post {post_id} is not of report {report_id}")
    record(tx, "report.post-read", post.uri, now, account_id=by.account_id, who=by.who, report=report_id)


def _take(
    tx: Transaction, site: Site, measure: Measure, found: Report, about: StoredActor, *, decision: Decision, by: Moderator, now: datetime
) -> None:
    match measure:
        case Measure.REMOVE:
            for post_id in found.posts:
                _remove(tx, site, post_id, about, reason=check_reason(decision.reason), by=by, now=now)
        case Measure.WARN:
            _warn(tx, site, about, decision.warning, now)
            record(tx, "person.warned", about.handle, now, account_id=by.account_id, who=by.who, reason=check_reason(decision.reason))
        case Measure.BLOCK_ACTOR:
            block_actor(tx, about, reason=decision.reason, by=by, now=now)
        case Measure.BLOCK_HOST:
            block_host(tx, site, about.host, reason=decision.reason, subdomains=False, by=by, now=now)


def _remove(tx: Transaction, site: Site, post_id: str, author: StoredActor, *, reason: str, by: Moderator, now: datetime) -> None:
    """Delete a post of ours for everybody; of another server's, hide it here, because theirs is not ours to delete."""
    post = find_post(tx, post_id)
    if post is None or post.deleted_at is not None or post.hidden_at is not None:
        return
    if post.local:
        delete_post(tx, site, author, post.id, now)
    else:
        hide_post(tx, post.id, now)
        forget_post(tx, post.id)
    deed = "post.deleted" if post.local else "post.hidden"
    record(tx, deed, post.uri, now, account_id=by.account_id, who=by.who, reason=reason, author=author.address)


def _warn(tx: Transaction, site: Site, about: StoredActor, words: str, now: datetime) -> None:
    """Write to one of our people in the name of the site, for them alone."""
    notice = Draft(f"@{about.handle}\n\n{words.strip()}", Audience(AudienceKind.DIRECT))
    publish_post(tx, site, get_actor(tx, site.actor_id), notice, now)


def _forward(tx: Transaction, site: Site, about: StoredActor, posts: list[str], words: str, now: datetime) -> None:
    actor = get_actor(tx, site.actor_id)
    uri = site.uris.activity(new_id(now))
    flag = render_flag(uri=uri, actor=actor.uri, about=about.uri, posts=posts, words=words, now=now)
    inboxes = inboxes_of([about], own_host=site.uris.host, shared=False)
    publish(tx, site, actor=actor, activity=flag, inboxes=inboxes, item_id=None, listed=False, now=now)
