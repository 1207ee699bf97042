"""A few places for work that takes much memory, and a short queue before them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fedirse.base.errors import RateLimited

RETRY_AFTER_SECONDS = 5.0


class Places:
    """Lets so many in at once, so many wait, and sends the others away.

    Args:
        at_once: how many work at the same time.
        waiting: how many more may wait for a place.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._inside = 0

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """Wait for a place and keep it. Raises RateLimited when too many wait already."""
        if self._inside >= self._most:
            raise RateLimited("no place, and too many wait", retry_after=RETRY_AFTER_SECONDS, reason="no-place")
        self._inside += 1
        try:
            async with self._free:
                yield
        finally:
            self._inside -= 1
