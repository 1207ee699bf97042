"""The conversations of a reader: the threads of direct posts they may read, found from the newest posts on."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.types import Reader
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.store import list_recipients, readable
from fedirse.social.follows.store import blocks
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import posts, read_posts


@dataclass(frozen=True, slots=True)
class Conversation:
    """The latest direct post of a thread, who takes part, and how many posts of it the reader has."""

    latest: Post
    participants: frozenset[str]
    count: int


def list_conversations(tx: Connection, reader: Reader, *, before: str | None = None, limit: int = limits.PAGE_ITEMS) -> list[Conversation]:
    """Conversations with posts, the one with the newest post first; those whose newest post is older than the id `before`.

    What somebody writes whom the reader has blocked is left out.
    """
    blocked = exists(select(blocks.c.blocked_id).where(blocks.c.blocker_id == reader.actor_id, blocks.c.blocked_id == posts.c.actor_id))
    thread = func.coalesce(posts.c.thread_id, posts.c.id)
    latest = (
        select(func.max(posts.c.id).label("id"), func.count().label("posts"))
        .where(
            readable(posts, reader),
            posts.c.audience == AudienceKind.DIRECT,
            posts.c.deleted_at.is_(None),
            posts.c.boost_of.is_(None),
            ~blocked,
        )
        .group_by(thread)
        .order_by(func.max(posts.c.id).desc())
        .limit(limit)
    )
    if before is not None:
        latest = latest.having(func.max(posts.c.id) < before)
    counts = {row.id: int(row.posts) for row in tx.execute(latest)}
    found = read_posts(tx, select(posts).where(posts.c.id.in_(counts)).order_by(posts.c.id.desc()))
    return [
        Conversation(post, (list_recipients(tx, post.id) | {post.actor_id}) - {reader.actor_id or ""}, counts[post.id]) for post in found
    ]
