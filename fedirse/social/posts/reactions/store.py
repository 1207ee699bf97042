"""Rows of likes and bookmarks, the boosts among the posts, and what somebody did with posts."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Table, Text, delete, func, literal, select, union_all, update
from sqlalchemy.engine import Connection

from fedirse.base.identifiers import new_id
from fedirse.base.types import Reader
from fedirse.social.audiences.store import readable
from fedirse.social.posts.model import Post
from fedirse.social.posts.polls.store import votes
from fedirse.social.posts.reactions.model import Bookmark, Mine
from fedirse.social.posts.store import GOES_WITH_POST, posts, read_posts
from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.dialect import insert_ignore

likes = Table(
    "likes",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
    Column("uri", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_likes_uri", "uri"),
    info={GOES_WITH_POST: "post_id"},
)

# Nobody but who made them ever reads these: they are in no activity, no count and no export of anybody else.
bookmarks = Table(
    "bookmarks",
    metadata,
    identifier(),
    Column("actor_id", ForeignKey("actors.id"), nullable=False),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Index("uq_bookmarks_once", "actor_id", "post_id", unique=True),
    Index("ix_bookmarks_actor", "actor_id", "id"),
    Index("ix_bookmarks_post", "post_id"),
    info={GOES_WITH_POST: "post_id"},
)


def find_boost(tx: Connection, post_id: str, actor_id: str) -> Post | None:
    """The actor's boost of a post, or None."""
    # A boost names nobody, so its recipients need no reading.
    found = read_posts(tx, select(posts).where(posts.c.boost_of == post_id, posts.c.actor_id == actor_id))
    return found[0] if found else None


def renew_boost(tx: Connection, boost_id: str, uri: str, published: datetime) -> None:
    """The actor boosted again: from now on the boost is the later activity."""
    tx.execute(update(posts).where(posts.c.id == boost_id).values(uri=uri, published_at=published))


def recount_boosts(tx: Connection, post_id: str) -> None:
    """Set a post's number of boosts to what is known."""
    known = select(func.count()).where(posts.alias("b").c.boost_of == post_id).scalar_subquery()
    tx.execute(update(posts).where(posts.c.id == post_id).values(boosts=known))


def add_like(tx: Connection, post_id: str, actor_id: str, uri: str, now: datetime) -> bool:
    """Record a like; False when the actor likes the post already.

    Of two likes of one actor the later one counts, so that taking back the earlier one does not take back both.
    """
    added = insert_ignore(tx, likes, {"post_id": post_id, "actor_id": actor_id, "uri": uri, "created_at": now})
    if added:
        tx.execute(update(posts).where(posts.c.id == post_id).values(likes=posts.c.likes + 1))
    else:
        earlier = (likes.c.post_id == post_id) & (likes.c.actor_id == actor_id) & (likes.c.created_at < now)
        tx.execute(update(likes).where(earlier).values(uri=uri, created_at=now))
    return added


def remove_like(tx: Connection, post_id: str, actor_id: str) -> bool:
    """Take a like back; False when there was none."""
    removed = tx.execute(delete(likes).where(likes.c.post_id == post_id, likes.c.actor_id == actor_id)).rowcount > 0
    if removed:
        tx.execute(update(posts).where(posts.c.id == post_id).values(likes=posts.c.likes - 1))
    return removed


def find_like(tx: Connection, post_id: str, actor_id: str) -> str | None:
    """The id of the actor's Like of a post, or None."""
    query = select(likes.c.uri).where(likes.c.post_id == post_id, likes.c.actor_id == actor_id)
    found: str | None = tx.execute(query).scalar_one_or_none()
    return found


def find_liked_post(tx: Connection, uri: str, actor_id: str) -> str | None:
    """The post that the actor's Like of that id is about, or None."""
    found: str | None = tx.execute(select(likes.c.post_id).where(likes.c.uri == uri, likes.c.actor_id == actor_id)).scalar_one_or_none()
    return found


def add_bookmark(tx: Connection, post_id: str, actor_id: str, now: datetime) -> None:
    """Mark a post for an actor; marking twice changes nothing."""
    insert_ignore(tx, bookmarks, {"id": new_id(now), "actor_id": actor_id, "post_id": post_id})


def remove_bookmark(tx: Connection, post_id: str, actor_id: str) -> None:
    """Take the mark away, if there is one."""
    tx.execute(delete(bookmarks).where(bookmarks.c.actor_id == actor_id, bookmarks.c.post_id == post_id))


def list_bookmarks(tx: Connection, reader: Reader, *, before: str | None = None, limit: int) -> list[Bookmark]:
    """What a reader marked and may still read, the latest mark first, older than the bookmark id `before`."""
    query = (
        select(bookmarks.c.id, bookmarks.c.post_id)
        .join(posts, posts.c.id == bookmarks.c.post_id)
        .where(bookmarks.c.actor_id == reader.actor_id, posts.c.deleted_at.is_(None), readable(posts, reader))
    )
    if before is not None:
        query = query.where(bookmarks.c.id < before)
    return [Bookmark(row.id, row.post_id) for row in tx.execute(query.order_by(bookmarks.c.id.desc()).limit(limit))]


def list_mine(tx: Connection, actor_id: str, post_ids: Collection[str]) -> dict[str, Mine]:
    """What an actor did with each of the posts; those with which they did nothing are left out. One query, however many they are."""
    wanted = set(post_ids)
    nothing = literal("")
    query = union_all(
        select(literal("like").label("what"), likes.c.post_id, nothing.label("option")).where(
            likes.c.actor_id == actor_id, likes.c.post_id.in_(wanted)
        ),
        select(literal("boost"), posts.c.boost_of, nothing).where(posts.c.actor_id == actor_id, posts.c.boost_of.in_(wanted)),
        select(literal("bookmark"), bookmarks.c.post_id, nothing).where(bookmarks.c.actor_id == actor_id, bookmarks.c.post_id.in_(wanted)),
        select(literal("vote"), votes.c.post_id, votes.c.option).where(votes.c.actor_id == actor_id, votes.c.post_id.in_(wanted)),
    )
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in tx.execute(query):
        found[row.post_id].add((row.what, row.option))
    return {
        post_id: Mine(
            ("like", "") in did, ("boost", "") in did, ("bookmark", "") in did, frozenset(option for what, option in did if what == "vote")
        )
        for post_id, did in found.items()
    }
