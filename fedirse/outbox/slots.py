"""How many deliveries may be on the wire at once: places that are taken, waited for in turn, and given back."""

import asyncio
from collections import deque


class Slots:
    """A number of places, handed out first come, first served.

    Args:
        count: how many there are, at least 1.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[tuple[asyncio.Future[int], int]] = deque()

    @property
    def contended(self) -> bool:
        """Whether somebody waits for a place."""
        return bool(self._waiting)

    async def reserve(self, most: int) -> int:
        """Take at least one place and at most `most`; waits for the first. Returns how many were taken."""
        if self._free and not self._waiting:
            return self.take_free(most)
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, most))
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.give_back(turn.result())
            raise

    def take_free(self, most: int) -> int:
        """Take what is free now, at most `most`; nothing while others wait. Returns how many were taken."""
        taken = 0 if self._waiting else min(self._free, most)
        self._free -= taken
        return taken

    def give_back(self, count: int) -> None:
        """Return places; those who wait get them."""
        self._free += count
        while self._free and self._waiting:
            turn, most = self._waiting.popleft()
            if not turn.done():
                taken = min(self._free, most)
                self._free -= taken
                turn.set_result(taken)
