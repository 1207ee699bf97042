"""How many bytes are held for bodies that are still arriving, over all senders together.

Anybody may begin a body and never end it. When there are too many, the one that has been arriving longest makes room: a letter takes
milliseconds, so that is hardly ever one.
"""

import asyncio
from collections import OrderedDict

from fedirse.base import limits


class Intake:
    """Counts what has arrived of each body, by the deadline of its reading."""

    def __init__(self) -> None:
        self._held: OrderedDict[asyncio.Timeout, int] = OrderedDict()
        self._total = 0

    def add(self, deadline: asyncio.Timeout, size: int) -> None:
        """So many bytes more have arrived of the body with that deadline. Whoever has to make room meets their own at once."""
        self._held[deadline] = self._held.get(deadline, 0) + size
        self._total += size
        while self._total > limits.INBOX_ARRIVING_BYTES:
            oldest = next(iter(self._held))
            self.remove(oldest)
            oldest.reschedule(asyncio.get_running_loop().time())

    def remove(self, deadline: asyncio.Timeout) -> None:
        """The body has arrived, or never will."""
        self._total -= self._held.pop(deadline, 0)
