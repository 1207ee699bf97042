"""The end of a membership as the site sees it that is out, and what it says of that."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """How far this site is with what follows from the end of its membership.

    Attributes:
        network: URI of the head office's actor.
        began_at: when the membership ended here.
        erased: how many posts of others that were for the network, or a part of it, are erased by now.
        ended_at: when the last of them was; None while some are left.
        told_at: when the head office was told so; None before.
    """

    network: str
    began_at: datetime
    erased: int = 0
    ended_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a site says that is no member any more.

    Attributes:
        serial: the highest number that it knows of those by which it was removed.
        erased: how many posts of others it has erased.
        purged_at: when it was done.
    """

    serial: int
    erased: int
    purged_at: datetime
