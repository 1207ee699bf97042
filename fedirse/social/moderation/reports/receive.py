"""What other servers report: Flag."""

from datetime import datetime, timedelta

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import RateLimited
from fedirse.base.identifiers import new_id
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.moderation.reports import store
from fedirse.social.moderation.reports.actions import find_same, keep_report
from fedirse.social.moderation.reports.model import Category, Report, ReportState
from fedirse.social.moderation.reports.wire import flag_words, flagged_ids
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.actors import get_actor, list_actors_by_uri
from fedirse.storage.deliveries import list_sent_inboxes
from fedirse.storage.transaction import Transaction
from fedirse.web.html import clean, to_text

DAY = timedelta(days=1)


def receive_flag(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Flag: a report for each of our people it names, or whose posts. What is not ours, or was never for them to see, does not count.

    Whatever it names, the answer is the same, so that a Flag tells nobody what exists here.

    Raises:
        RateLimited: their server reports too much; it may come again tomorrow.
    """
    about, posts = _reported(tx, authentic)
    reports = [_report(authentic, actor, posts.get(actor.id, []), now) for actor in about.values()]
    fresh = [made for made in reports if find_same(tx, made) is None]
    if not fresh:
        return Handled.IGNORED
    if store.count_reports_from(tx, authentic.actor.host, now - DAY) >= limits.REPORTS_PER_HOST_PER_DAY:
        raise RateLimited(f"too many reports from {authentic.actor.host}", retry_after=DAY.total_seconds(), reason="reports")
    for made in fresh:
        keep_report(tx, made, now)
    return Handled.DONE


def _reported(tx: Transaction, authentic: Authenticated) -> tuple[dict[str, StoredActor], dict[str, list[Post]]]:
    """Our people that a Flag is about, and the posts of each, by the id of the person."""
    ids = flagged_ids(authentic.activity)
    about = {actor.id: actor for actor in list_actors_by_uri(tx, ids).values() if actor.local and actor.gone_at is None}
    posts: dict[str, list[Post]] = {}
    for uri in ids:
        post = find_post_by_uri(tx, uri)
        if post is None or not _was_shown(tx, post, authentic.actor.host):
            continue
        posts.setdefault(post.actor_id, []).append(post)
        about.setdefault(post.actor_id, get_actor(tx, post.actor_id))
    return about, posts


def _was_shown(tx: Transaction, post: Post, host: str) -> bool:
    """Whether a post is ours and somebody of that server can have seen it: else a report would lay open what was not for them."""
    if not post.local or post.deleted_at is not None or post.kind is PostKind.BOOST:
        return False
    if post.audience.kind is AudienceKind.PUBLIC:
        return True
    return any(sent_to == host for sent_to, _ in list_sent_inboxes(tx, post.id))


def _report(authentic: Authenticated, about: StoredActor, posts: list[Post], now: datetime) -> Report:
    return Report(
        id=new_id(now),
        uri=authentic.activity.id,
        reporter_id=authentic.actor.id,
        about_id=about.id,
        category=Category.OTHER,
        words=to_text(clean(flag_words(authentic.activity)))[: limits.REPORT_CHARACTERS],
        posts=tuple(sorted(post.id for post in posts)),
        forwarded=False,
        state=ReportState.OPEN,
        created_at=now,
    )
