"""What is known of a member besides what the head office says of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a site says of itself in its NodeInfo; shown to people, and decides nothing.

    Attributes:
        version: of its software; empty where it says none that can be shown.
        people: how many have an account there; None where it says no number that can be.
    """

    version: str = ""
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a site last said.

    Attributes:
        told: what it said; what it said before where it has not answered since.
        asked_at: when it was last asked, whether or not it answered.
        told_at: when it last answered; None for never.
    """

    told: Told = Told()
    asked_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class People:
    """How many people are at some sites together.

    Attributes:
        count: those of the sites that say how many.
        complete: whether all of them do.
    """

    count: int
    complete: bool
