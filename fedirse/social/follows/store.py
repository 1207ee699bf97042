"""Rows of follows and blocks."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Row, String, Table, Text, bindparam, delete, func, select, union_all, update
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.storage.actors import actor_from_row, actors
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import insert_ignore, upsert

follows = Table(
    "follows",
    metadata,
    Column("follower_id", ForeignKey("actors.id"), primary_key=True),
    Column("followee_id", ForeignKey("actors.id"), primary_key=True),
    Column("uri", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_follows_followee", "followee_id", "state", "follower_id"),
    Index("ix_follows_uri", "uri"),
)

blocks = Table(
    "blocks",
    metadata,
    Column("blocker_id", ForeignKey("actors.id"), primary_key=True),
    Column("blocked_id", ForeignKey("actors.id"), primary_key=True),
    Column("uri", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_blocks_blocked", "blocked_id", "blocker_id"),
)

# An Undo may overtake the activity it takes back; what was undone unseen must not take effect when it comes (REL-013).
undone = Table(
    "undone",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
    Column("undone_at", Instant, nullable=False),
)

# Statements of the busy paths, built once: to build one costs more than to run it.
_FOLLOW = select(follows).where(follows.c.follower_id == bindparam("follower_id"), follows.c.followee_id == bindparam("followee_id"))
_FOLLOW_BY_URI = select(follows).where(follows.c.uri == bindparam("uri"))
_LOCAL_FOLLOWER = (
    select(follows.c.follower_id)
    .join(actors, actors.c.id == follows.c.follower_id)
    .where(follows.c.followee_id == bindparam("followee_id"), follows.c.state == FollowState.ACCEPTED, actors.c.local)
    .limit(1)
)
_FOLLOWERS = (
    select(actors)
    .join(follows, follows.c.follower_id == actors.c.id)
    .where(follows.c.followee_id == bindparam("followee_id"), follows.c.state == FollowState.ACCEPTED, actors.c.id > bindparam("after"))
    .order_by(actors.c.id)
    .limit(bindparam("limit"))
)
_BLOCK = select(blocks).where(blocks.c.blocker_id == bindparam("blocker_id"), blocks.c.blocked_id == bindparam("blocked_id"))
_UNDONE = select(undone.c.uri).where(undone.c.uri == bindparam("uri"), undone.c.actor_id == bindparam("actor_id"))


def save_follow(tx: Connection, follow: Follow) -> None:
    """Insert the follow, or replace the one between the same two."""
    values = {
        "follower_id": follow.follower_id,
        "followee_id": follow.followee_id,
        "uri": follow.uri,
        "state": follow.state,
        "created_at": follow.created_at,
    }
    tx.execute(upsert(follows, values, key=("follower_id", "followee_id"), keep=("follower_id", "followee_id")))


def find_follow(tx: Connection, follower_id: str, followee_id: str) -> Follow | None:
    """The follow between the two, in whatever state, or None."""
    return _follow(tx.execute(_FOLLOW, {"follower_id": follower_id, "followee_id": followee_id}).first())


def find_follow_by_uri(tx: Connection, uri: str) -> Follow | None:
    """The follow whose Follow activity has that id, or None."""
    return _follow(tx.execute(_FOLLOW_BY_URI, {"uri": uri}).first())


def accept_follow(tx: Connection, follower_id: str, followee_id: str) -> bool:
    """Turn a request into an accepted follow; False when there was none."""
    query = update(follows).where(follows.c.follower_id == follower_id, follows.c.followee_id == followee_id)
    return tx.execute(query.values(state=FollowState.ACCEPTED)).rowcount > 0


def remove_follow(tx: Connection, follower_id: str, followee_id: str) -> bool:
    """Forget the follow; False when there was none."""
    query = delete(follows).where(follows.c.follower_id == follower_id, follows.c.followee_id == followee_id)
    return tx.execute(query).rowcount > 0


def list_followers(tx: Connection, followee_id: str, *, after: str = "", limit: int = 1_000_000) -> list[StoredActor]:
    """Accepted followers ordered by their id, after the id `after`."""
    rows = tx.execute(_FOLLOWERS, {"followee_id": followee_id, "after": after, "limit": limit})
    return [actor_from_row(row) for row in rows]


def list_follows_with(tx: Connection, host: str, *, limit: int) -> list[tuple[str, str]]:
    """Who of a host follows one of our actors, and whom of it they follow, asked or accepted: ids of follower and followee."""
    theirs, ours = actors.alias(), actors.alias()
    between = select(follows.c.follower_id, follows.c.followee_id).where(theirs.c.host == host, ~theirs.c.local, ours.c.local)
    of_them = between.where(follows.c.follower_id == theirs.c.id, follows.c.followee_id == ours.c.id)
    of_us = between.where(follows.c.followee_id == theirs.c.id, follows.c.follower_id == ours.c.id)
    return [(row.follower_id, row.followee_id) for row in tx.execute(union_all(of_them, of_us).limit(limit))]


def list_following(tx: Connection, follower_id: str, *, after: str = "", limit: int = 1_000_000) -> list[StoredActor]:
    """Whom the actor follows, accepted, ordered by their id, after the id `after`."""
    query = (
        select(actors)
        .join(follows, follows.c.followee_id == actors.c.id)
        .where(follows.c.follower_id == follower_id, follows.c.state == FollowState.ACCEPTED, actors.c.id > after)
        .order_by(actors.c.id)
        .limit(limit)
    )
    return [actor_from_row(row) for row in tx.execute(query)]


def list_requests(tx: Connection, followee_id: str, *, limit: int = 1_000_000) -> list[StoredActor]:
    """Who waits for the actor's approval, oldest request first."""
    query = (
        select(actors)
        .join(follows, follows.c.follower_id == actors.c.id)
        .where(follows.c.followee_id == followee_id, follows.c.state == FollowState.REQUESTED)
        .order_by(follows.c.created_at)
        .limit(limit)
    )
    return [actor_from_row(row) for row in tx.execute(query)]


def count_followers(tx: Connection, followee_id: str) -> int:
    """How many accepted followers the actor has."""
    query = select(func.count()).where(follows.c.followee_id == followee_id, follows.c.state == FollowState.ACCEPTED)
    return int(tx.execute(query).scalar_one())


def count_following(tx: Connection, follower_id: str) -> int:
    """How many the actor follows."""
    query = select(func.count()).where(follows.c.follower_id == follower_id, follows.c.state == FollowState.ACCEPTED)
    return int(tx.execute(query).scalar_one())


def is_follower(tx: Connection, follower_id: str, followee_id: str) -> bool:
    """Whether an accepted follow stands between the two."""
    follow = find_follow(tx, follower_id, followee_id)
    return follow is not None and follow.state is FollowState.ACCEPTED


def has_local_follower(tx: Connection, followee_id: str) -> bool:
    """Whether anybody here, the site's own actor included, follows the actor."""
    return tx.execute(_LOCAL_FOLLOWER, {"followee_id": followee_id}).first() is not None


def save_block(tx: Connection, block: Block) -> None:
    """Insert the block; blocking twice keeps the first."""
    values = {"blocker_id": block.blocker_id, "blocked_id": block.blocked_id, "uri": block.uri, "created_at": block.created_at}
    insert_ignore(tx, blocks, values)


def find_block(tx: Connection, blocker_id: str, blocked_id: str) -> Block | None:
    """The block of `blocked_id` by `blocker_id`, or None."""
    row = tx.execute(_BLOCK, {"blocker_id": blocker_id, "blocked_id": blocked_id}).first()
    return Block(*row) if row else None


def remove_block(tx: Connection, blocker_id: str, blocked_id: str) -> bool:
    """Lift the block; False when there was none."""
    query = delete(blocks).where(blocks.c.blocker_id == blocker_id, blocks.c.blocked_id == blocked_id)
    return tx.execute(query).rowcount > 0


def remember_undone(tx: Connection, uri: str, actor_id: str, now: datetime) -> None:
    """The actor took back the activity `uri`, which was never seen here."""
    insert_ignore(tx, undone, {"uri": uri, "actor_id": actor_id, "undone_at": now})


def was_undone(tx: Connection, uri: str, actor_id: str) -> bool:
    """Whether the actor took the activity `uri` back before it came."""
    return tx.execute(_UNDONE, {"uri": uri, "actor_id": actor_id}).first() is not None


def _follow(row: Row[tuple[object, ...]] | None) -> Follow | None:
    if row is None:
        return None
    return Follow(row.follower_id, row.followee_id, row.uri, FollowState(row.state), row.created_at)
