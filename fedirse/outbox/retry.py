"""When to try again: the back-off of a peer, the later tries of an activity that it refuses, and the end of patience.

Pure: jitter comes in as a number from 0 up to 1.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

FIRST_BACK_OFF: Final = timedelta(seconds=30)
LONGEST_BACK_OFF: Final = timedelta(hours=3)
LONGEST_ASKED_WAIT: Final = timedelta(hours=24)
LATEST: Final = timedelta(hours=27)
"""No date that is made here lies further in the future."""

REFUSED_AGAIN_AFTER: Final = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Waits between the tries of an activity that the peer refuses; long enough together for a peer to repair its routes."""
TRIES_OF_A_REFUSED_ONE: Final = len(REFUSED_AGAIN_AFTER) + 1

CLOSED_INBOX_MEMORY: Final = timedelta(days=7)
"""For how long an inbox that answered 410 is left alone; then one more activity finds out whether the answer still stands."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a peer is doing, as its deliveries show.

    Attributes:
        failures: attempts in a row that it did not answer; 0 while it is well.
        failing_since: when the first of them was.
        last_error: what the last of them met.
        last_success_at: when it last took a delivery.
    """

    failures: int = 0
    failing_since: datetime | None = None
    last_error: str | None = None
    last_success_at: datetime | None = None

    def after_success(self, now: datetime) -> "Health":
        """It took a delivery."""
        return Health(last_success_at=now)

    def after_answer(self) -> "Health":
        """It refused an activity, which shows that it is there."""
        return Health(last_success_at=self.last_success_at)

    def after_failure(self, error: str, now: datetime) -> "Health":
        """It could not be used."""
        return replace(self, failures=self.failures + 1, failing_since=self.failing_since or now, last_error=error)


def is_half_open(failures: int) -> bool:
    """Whether one delivery alone has to show first that the peer is back; its success lets the others follow."""
    return failures > 0


def back_off(failures: int, jitter: float, asked: float | None = None) -> timedelta:
    """How long to leave a peer alone after that many failures in a row, at least 1.

    The wait doubles from 30 seconds up to three hours; chance shortens it by up to half, so that peers that failed together do
    not return together. It is never shorter than what the peer asked for, cut at 24 hours and stretched by up to a tenth.

    Args:
        failures: how many, this one included.
        jitter: 0 up to 1.
        asked: seconds of a Retry-After header, None without one.
    """
    # Nine doublings are beyond the longest wait already; more would only make huge numbers.
    doubled = min(FIRST_BACK_OFF * (1 << min(failures - 1, 9)), LONGEST_BACK_OFF)
    own = doubled * (1 - jitter / 2)
    if asked is None:
        return own
    return max(own, min(timedelta(seconds=asked), LONGEST_ASKED_WAIT) * (1 + jitter / 10))


def step_aside(refusals: int, jitter: float) -> timedelta | None:
    """How long an activity that was refused that many times lets the later ones pass; None when it was tried often enough."""
    if refusals >= TRIES_OF_A_REFUSED_ONE:
        return None
    return REFUSED_AGAIN_AFTER[refusals - 1] * (1 - jitter / 2)


def given_up_before(now: datetime, delivery_days: int) -> datetime:
    """Deliveries to a failing peer that were queued before this are given up."""
    return now - timedelta(days=delivery_days)
