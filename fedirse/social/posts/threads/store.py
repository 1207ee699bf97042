"""What answers what: the posts of a thread, and how many answers there are."""

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.engine import Connection

from fedirse.base.types import Reader
from fedirse.social.audiences.store import readable
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import posts, read_posts

# Built once: to build a statement costs more than to run it.
_ORPHANS = select(posts.c.id).where(posts.c.in_reply_to == bindparam("uri"), posts.c.parent_id.is_(None))


def list_thread(tx: Connection, thread_id: str, reader: Reader, limit: int) -> list[Post]:
    """What `reader` may read of a thread, oldest first."""
    query = select(posts).where(posts.c.thread_id == thread_id, posts.c.kind != PostKind.BOOST, readable(posts, reader))
    return read_posts(tx, query.order_by(posts.c.id).limit(limit))


def list_replies(tx: Connection, post_id: str, reader: Reader, *, after: str = "", limit: int) -> list[Post]:
    """The readable direct answers to a post, oldest first, after the post id `after`."""
    query = select(posts).where(posts.c.parent_id == post_id, posts.c.id > after, posts.c.deleted_at.is_(None), readable(posts, reader))
    return read_posts(tx, query.order_by(posts.c.id).limit(limit))


def count_readable_replies(tx: Connection, post_ids: Iterable[str], reader: Reader) -> dict[str, int]:
    """How many direct answers to each of the posts `reader` may read; posts without one are left out.

    A page shows this and never `Post.replies`, which counts answers that are not for the reader as well.
    """
    query = (
        select(posts.c.parent_id, func.count().label("answers"))
        .where(posts.c.parent_id.in_(set(post_ids)), posts.c.deleted_at.is_(None), readable(posts, reader))
        .group_by(posts.c.parent_id)
    )
    return {row.parent_id: row.answers for row in tx.execute(query)}


def adopt_replies(tx: Connection, parent: Post) -> None:
    """Tie answers that came before their parent to it, and bring their threads together."""
    orphans = tx.execute(_ORPHANS, {"uri": parent.uri}).scalars().all()
    for orphan in orphans:
        tx.execute(update(posts).where(posts.c.thread_id == orphan).values(thread_id=parent.thread_id))
        tx.execute(update(posts).where(posts.c.id == orphan).values(parent_id=parent.id, thread_id=parent.thread_id))
    if orphans:
        tx.execute(update(posts).where(posts.c.id == parent.id).values(replies=posts.c.replies + len(orphans)))


def count_reply(tx: Connection, post_id: str, by: int) -> None:
    """One answer more (or fewer) under a post."""
    tx.execute(update(posts).where(posts.c.id == post_id).values(replies=posts.c.replies + by))
