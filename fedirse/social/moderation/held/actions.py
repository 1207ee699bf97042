"""What becomes of an answer that waits."""

from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.errors import Conflict, NotFound
from fedirse.site import Site
from fedirse.social.moderation.blocks.actions import block_actor
from fedirse.social.moderation.held.model import Verdict
from fedirse.social.moderation.model import Moderator
from fedirse.social.moderation.rules import check_reason
from fedirse.social.posts.holding.actions import approve_answer
from fedirse.social.posts.holding.store import distrust_author, list_held_of, trust_author
from fedirse.social.posts.model import Post
from fedirse.social.posts.receive import erase_foreign_post
from fedirse.social.posts.store import find_post
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def decide(tx: Transaction, site: Site, post_id: str, verdict: Verdict, *, reason: str, by: Moderator, now: datetime) -> StoredActor:
    """Let an answer appear or delete it here, at times with all that its author says. Returns the author.

    Raises:
        NotFound: there is no such post.
        Conflict: it waits no longer.
        InvalidInput: it is refused without a reason.
    """
    post = find_post(tx, post_id)
    if post is None:
        raise NotFound(f"no post {post_id}")
    if post.held_at is None or post.deleted_at is not None:
        raise Conflict(f"post {post_id} is not held", public_message="Somebody has decided about this answer already.")
    author = get_actor(tx, post.actor_id)
    match verdict:
        case Verdict.APPROVE:
            approve_answer(tx, site, post.id, now)
            _record(tx, "answer.approved", post, by, now)
        case Verdict.TRUST:
            _trust(tx, site, author, by, now)
        case Verdict.REFUSE:
            erase_foreign_post(tx, site, post, now)
            _record(tx, "answer.refused", post, by, now, reason=check_reason(reason))
        case Verdict.BLOCK:
            block_actor(tx, author, reason=reason, by=by, now=now)
            for held in list_held_of(tx, author.id):
                erase_foreign_post(tx, site, held, now)
    return author


def note_reading(tx: Transaction, post_id: str, by: Moderator, now: datetime) -> None:
    """Write down that a moderator reads an answer that is not for them. Raises NotFound when it does not wait."""
    post = find_post(tx, post_id)
    if post is None or post.held_at is None or post.deleted_at is not None:
        raise NotFound(f"post {post_id} is not held")
    _record(tx, "answer.read", post, by, now)


def distrust(tx: Transaction, actor_id: str, by: Moderator, now: datetime) -> StoredActor:
    """Let what somebody answers wait again. Raises NotFound when it does."""
    if not distrust_author(tx, actor_id):
        raise NotFound(f"{actor_id} is not trusted", public_message="What this person answers waits already.")
    author = get_actor(tx, actor_id)
    record(tx, "author.distrusted", author.address, now, account_id=by.account_id, who=by.who)
    return author


def _trust(tx: Transaction, site: Site, author: StoredActor, by: Moderator, now: datetime) -> None:
    trust_author(tx, author.id, now)
    for held in list_held_of(tx, author.id):
        approve_answer(tx, site, held.id, now)
    record(tx, "author.trusted", author.address, now, account_id=by.account_id, who=by.who)


def _record(tx: Transaction, deed: str, post: Post, by: Moderator, now: datetime, **details: str) -> None:
    record(tx, deed, post.uri, now, account_id=by.account_id, who=by.who, **details)
