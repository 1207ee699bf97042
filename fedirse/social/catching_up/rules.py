"""When a site was away, and what it does on its return. Pure: chance comes in as a number from 0 up to 1."""

from datetime import datetime, timedelta
from typing import Final

AWAY: Final = timedelta(days=1)
"""Whoever has reached no member for longer was away."""
KEPT_BY_OTHERS: Final = timedelta(days=80)
"""What waits for a site is kept for 90 days; ten fewer, because nobody knows exactly when an absence began."""
OVERLAP: Final = timedelta(days=1)
"""How much more than the absence is fetched: what was on its way when it began may not have come. What is here is not taken twice."""
HEADLINES_LAST: Final = timedelta(days=1)
"""For how long what is arriving is announced."""
GIVEN_UP_AFTER: Final = timedelta(days=30)
"""A member that cannot be asked for so long is asked no more."""
LONGEST_SPREAD: Final = timedelta(minutes=10)
SPREAD_OF_ONE: Final = timedelta(seconds=2)


def was_away(seen_at: datetime, reached_at: datetime) -> bool:
    """Whether a site was away between two moments at which it has reached a member."""
    return reached_at - seen_at > AWAY


def must_fetch(seen_at: datetime, reached_at: datetime, *, suspended: bool) -> bool:
    """Whether others no longer keep all that was said meanwhile."""
    return suspended or reached_at - seen_at > KEPT_BY_OTHERS


def wait_before_asking(members: int, chance: float) -> timedelta:
    """How long to wait before a member is asked that is not the head office: so that sites which return together do not all ask one
    and the same at once, and in a small network nobody waits long.
    """
    return min(members * SPREAD_OF_ONE, LONGEST_SPREAD) * chance
