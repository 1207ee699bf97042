"""Counts of what happened, by reason code; kept in memory, read by the health page and by tests."""

import threading
from collections import Counter


class Counters:
    """A thread-safe bag of named counts; starts at zero with the process."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str, by: int = 1) -> None:
        """Count `by` more of `name`, for instance `inbox.refused.bad-digest`."""
        with self._lock:
            self._counts[name] += by

    def read(self) -> dict[str, int]:
        """All counts so far, by name."""
        with self._lock:
            return dict(sorted(self._counts.items()))
