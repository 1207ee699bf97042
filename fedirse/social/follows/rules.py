"""Decisions about follows. Pure."""

from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput
from fedirse.base.types import Reader


def check_may_follow(follower: StoredActor, followee: StoredActor) -> None:
    """Raises InvalidInput for a follow that makes no sense."""
    if follower.id == followee.id:
        raise InvalidInput("Nobody can follow themselves.", reason="follow-self")
    if followee.gone_at is not None:
        raise InvalidInput("%(address)s no longer exists.", reason="follow-gone", address=followee.address)


def needs_approval(followee: StoredActor) -> bool:
    """Whether somebody must say yes before a follow counts."""
    return followee.locked


def may_read_follows(reader: Reader, *, shown: bool) -> bool:
    """Whether a reader may learn who follows somebody and whom they follow, and not only how many that are.

    Args:
        reader: who asks.
        shown: whether the person shows it to everybody.
    """
    return reader.local or shown
