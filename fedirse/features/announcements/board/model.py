"""What the head office knows of an announcement at each site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from fedirse.features.announcements.acknowledgement.model import Totals


class Arrival(StrEnum):
    """How far the latest version has come to a site."""

    QUEUED = "queued"
    """It waits to be sent."""
    RECEIVED = "received"
    """The site took it."""
    OFFLINE = "offline"
    """It waits, because the site does not answer."""
    FAILED = "failed"
    """The site refused it, or nobody could be asked any more."""
    WITHHELD = "withheld"
    """It was kept back: the site was not among those it is for."""
    NOT_SENT = "not sent"
    """Nothing of it was ever to be sent there: the site came later, and asks for it by itself."""
    HERE = "here"
    """The head office itself."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a site said of an announcement.

    Attributes:
        member: actor of the site.
        version: the latest version that it has said anything about, so that it has it.
        confirmed: the latest version that it confirmed; 0 for none.
        confirmed_at: when, as it says.
        totals: how many of its people were asked, have seen and confirmed it, as it last said; None where it says no numbers.
        counted_at: when these were counted.
    """

    member: str
    version: int = 0
    confirmed: int = 0
    confirmed_at: datetime | None = None
    totals: Totals | None = None
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of the deliveries of an announcement to one host.

    Attributes:
        version: the latest version that it took; 0 for none.
        received_at: when it took the latest that it took.
        tries: how often that was sent until then.
        state: of the latest delivery, as `storage.deliveries` says.
        answer: what was answered to it, or why it was not sent.
        queued_at: since when the latest is there to be sent.
        failing_since: since when the host does not answer; None while it does.
    """

    version: int
    received_at: datetime | None
    tries: int
    state: str
    answer: str
    queued_at: datetime
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One site on the board.

    Attributes:
        member: actor of the site.
        host: its host.
        name: what it is called.
        region, city: where it is; empty for not known.
        arrival: how far the latest version has come.
        at: since when that is so: received then, waiting since, silent since.
        why: what was said where it failed or was withheld.
        late: whether it took more than a day to come.
        version: the version that the site has; 0 for none.
        said: what the site said of it.
        settled: whether its confirmation holds for the version in force.
        reminded_at: when it was asked once more; None for never.
    """

    member: str
    host: str
    name: str
    region: str
    city: str
    arrival: Arrival
    at: datetime | None
    why: str
    late: bool
    version: int
    said: Said
    settled: bool
    reminded_at: datetime | None = None


class Stand(StrEnum):
    """Which sites of a board are shown; one may be among several."""

    ALL = "all"
    MISSING = "missing"
    """They do not have the latest version."""
    OFFLINE = "offline"
    """They do not answer."""
    LATE = "late"
    """It took them more than a day to get it."""
    OPEN = "open"
    """They have it, and have not confirmed it."""
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody wants to see of a board.

    Attributes:
        region: where the sites are, as it is written on the board; empty for everywhere.
        stand: which of them.
    """

    region: str = ""
    stand: Stand = Stand.ALL


EVERYWHERE: Final = Chosen()


@dataclass(frozen=True, slots=True)
class Board:
    """All sites that an announcement is for.

    Attributes:
        lines: the sites; those that want attention first.
        received: how many have the latest version.
        waiting: how many it is still on the way to.
        failed: how many it will not reach by itself.
        confirmed: how many have confirmed it.
        readers: of those sites that say numbers, how many people have seen it, and how many were asked; None for no such site.
    """

    lines: Sequence[Line]
    received: int
    waiting: int
    failed: int
    confirmed: int
    readers: Totals | None
