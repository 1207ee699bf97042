"""As what a server is sent something, and what the ledger knows of one delivery."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands: the values of `storage.deliveries.DeliveryState`, which nothing pure can import."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    GONE = "gone"
    WITHHELD = "withheld"
    EXPIRED = "expired"
    DROPPED = "dropped"


class SentAs(StrEnum):
    """As what a server is sent something, at the moment it leaves. A closed set: every delivery leaves under one of these."""

    PUBLIC = "public"
    """The post is for everybody."""
    FOLLOWER = "follower"
    """Somebody there follows the author of a post for followers."""
    NAMED = "named"
    """Somebody there is named in a post that is not for everybody."""
    PARTNER = "partner"
    """An approved follower of the partner channel is there."""
    IN_FORCE = "in-force"
    """It is a member of the network; the serial of its credential stands behind it."""
    GRACE = "grace"
    """It is a member in the period of grace; the serial stands behind it."""
    HOLDER = "holder"
    """It has the post, and is asked to give it up: that may always be asked."""
    CONCERNED = "concerned"
    """What is sent is about no post, but about somebody there, such as a follow."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A member's credential as it stood when something left for it.

    Attributes:
        in_force: whether it held by itself; False in the period of grace.
        serial: number of the credential.
    """

    in_force: bool
    serial: int


@dataclass(frozen=True, slots=True)
class About:
    """What the ledger is asked about: one post with everything that was sent of it, or one activity alone."""

    item_id: str | None = None
    activity_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One delivery, done or not.

    Attributes:
        id: its place in the order of sending.
        host, inbox: where to.
        kind: type of the activity.
        standing: as what it left, as the rules wrote it; None when it did not leave.
        state: where it stands.
        attempts: how often it was tried.
        status, answer: what was answered, or why there was no answer.
        queued_at, done_at: when it was asked for, and when it was done with.
    """

    id: int
    host: str
    inbox: str
    kind: str
    standing: str | None
    state: State
    attempts: int
    status: int | None
    answer: str | None
    queued_at: datetime
    done_at: datetime | None


class Sum(StrEnum):
    """What the deliveries of one post are counted by."""

    TAKEN = "taken"
    WAITING = "waiting"
    REFUSED = "refused"
    GIVEN_UP = "given-up"
    WITHHELD = "withheld"
