"""Who has read what, here; and what a site says of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What one of our people did about an announcement.

    Attributes:
        actor_id: who.
        seen: the latest version they had before their eyes; 0 for none. That is no confirmation.
        seen_at: when that was.
        confirmed: the latest version they said to have read and understood; 0 for none.
        confirmed_at: when they said so.
    """

    actor_id: str
    seen: int = 0
    seen_at: datetime | None = None
    confirmed: int = 0
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What this site said to the head office: whoever answers for it confirmed a version, then."""

    version: int
    actor_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """How many of a site's people were asked, have seen a version, and have confirmed it. Never of fewer than five."""

    asked: int
    seen: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Word:
    """What a site says of an announcement to the head office. No person is in it.

    Attributes:
        version: the version it is about.
        at: when it was so: when the site confirmed it, or when its readers were counted.
        totals: how many people; None where fewer than five were asked.
        by_mail: how many of them get texts by mail where the head office allows it; None where that is not told.
    """

    version: int
    at: datetime
    totals: Totals | None = None
    by_mail: int | None = None
