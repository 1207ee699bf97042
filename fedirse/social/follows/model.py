"""Follows and blocks as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FollowState(StrEnum):
    """Where a follow stands."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Follow:
    """`follower` wants to hear, or hears, from `followee`; `uri` is the id of the Follow activity."""

    follower_id: str
    followee_id: str
    uri: str
    state: FollowState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """`blocker` has nothing to do with `blocked` any more; `uri` is the id of the Block activity."""

    blocker_id: str
    blocked_id: str
    uri: str
    created_at: datetime
