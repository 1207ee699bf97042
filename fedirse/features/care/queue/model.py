"""What waits for one peer."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class QueuedPeer:
    """A peer that something waits for.

    Attributes:
        host: the peer.
        waiting: how many deliveries.
        oldest_at: since when the oldest of them waits.
        next_attempt_at: when it is looked at next; None when nobody would.
        failures: attempts in a row that it did not answer.
        failing_since: when the first of them was.
        last_error: what the last of them met, or what it answered to what it refuses; see `rules.explain`.
        last_status: the status of that refusal; None for what a failing peer met, whose status stands in the text.
        sending: whether a worker sends to it at this moment.
    """

    host: str
    waiting: int
    oldest_at: datetime
    next_attempt_at: datetime | None
    failures: int
    failing_since: datetime | None
    last_error: str | None
    last_status: int | None
    sending: bool

    @property
    def breaker(self) -> str:
        """Where the peer stands: `closed` while it is well, `half-open` when one delivery is to show whether it is back."""
        return "half-open" if self.failures else "closed"
