"""Makes who tries too often wait longer and longer; kept in memory, bounded, one for each site."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

FORGOTTEN_AFTER_SECONDS = 3600.0
"""Whoever has not failed for so long starts afresh."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often something may fail before it has to wait.

    Attributes:
        key: what is counted, such as the tries for one account.
        free: how many failures cost nothing; each further one doubles the wait.
        longest: the longest wait in seconds.
        own: whether only one person's tries are counted, who starts afresh with one that is right.
    """

    key: str
    free: int
    longest: float
    own: bool = False

    def wait_after(self, failures: int) -> float:
        """Seconds from the last of so many failures to the next try."""
        beyond = failures - self.free
        return min(2.0 ** min(beyond, 32), self.longest) if beyond >= 0 else 0.0


class Throttle:
    """Failures by key.

    Args:
        remembered: how many keys at most; the one that failed the longest ago is forgotten first.
    """

    def __init__(self, remembered: int) -> None:
        self._remembered = remembered
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, allowances: Sequence[Allowance], now: float) -> float:
        """Seconds until all of them permit a try; 0 for at once. `now` is a monotonic clock's."""
        return max((self._wait(allowance, now) for allowance in allowances), default=0.0)

    def count(self, allowances: Sequence[Allowance], now: float) -> None:
        """Count a failure for all of them. To be called before the work, so that tries at the same moment are counted too."""
        for allowance in allowances:
            failures = self._living(allowance.key, now)[0]
            self._failures[allowance.key] = (failures + 1, now)
            self._failures.move_to_end(allowance.key)
        while len(self._failures) > self._remembered:
            self._failures.popitem(last=False)

    def take_back(self, allowances: Sequence[Allowance], now: float) -> None:
        """Take back one failure that was counted: the try was right."""
        for allowance in allowances:
            failures, last = self._living(allowance.key, now)
            if failures > 1:
                self._failures[allowance.key] = (failures - 1, last)
            else:
                self.forget(allowance.key)

    def forget(self, key: str) -> None:
        """Start afresh with a key."""
        self._failures.pop(key, None)

    def failures(self, key: str, now: float) -> int:
        """How often a key failed of late."""
        return self._living(key, now)[0]

    def __len__(self) -> int:
        return len(self._failures)

    def _wait(self, allowance: Allowance, now: float) -> float:
        failures, last = self._living(allowance.key, now)
        return max(last + allowance.wait_after(failures) - now, 0.0)

    def _living(self, key: str, now: float) -> tuple[int, float]:
        failures, last = self._failures.get(key, (0, now))
        return (failures, last) if now - last < FORGOTTEN_AFTER_SECONDS else (0, now)
