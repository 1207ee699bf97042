"""What stands between one actor and several others, in a few queries however many they are."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import blocks, follows


def states_of_following(tx: Connection, follower_id: str, others: Collection[str]) -> dict[str, FollowState]:
    """How far the actor follows each of the others; who is not followed is left out."""
    query = select(follows.c.followee_id, follows.c.state).where(follows.c.follower_id == follower_id, follows.c.followee_id.in_(others))
    return {row.followee_id: FollowState(row.state) for row in tx.execute(query)}


def states_of_followers(tx: Connection, followee_id: str, others: Collection[str]) -> dict[str, FollowState]:
    """How far each of the others follows the actor; who does not is left out."""
    query = select(follows.c.follower_id, follows.c.state).where(follows.c.followee_id == followee_id, follows.c.follower_id.in_(others))
    return {row.follower_id: FollowState(row.state) for row in tx.execute(query)}


def list_blocked_among(tx: Connection, blocker_id: str, others: Collection[str]) -> frozenset[str]:
    """Those of the others whom the actor blocks."""
    query = select(blocks.c.blocked_id).where(blocks.c.blocker_id == blocker_id, blocks.c.blocked_id.in_(others))
    return frozenset(tx.execute(query).scalars())


def count_requests(tx: Connection, followee_id: str) -> int:
    """How many wait for the actor's approval."""
    query = select(func.count()).where(follows.c.followee_id == followee_id, follows.c.state == FollowState.REQUESTED)
    return int(tx.execute(query).scalar_one())
