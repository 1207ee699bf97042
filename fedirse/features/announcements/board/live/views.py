"""A board that is looked at again and again: kept as it was made, and made anew no more often than is due."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Final

from fedirse.features.announcements.board.model import EVERYWHERE
from fedirse.features.announcements.board.rules import board_of, chosen_of, narrow, regions_to_choose, silent, stands_to_choose
from fedirse.features.announcements.board.views import BoardView

LEAST_SECONDS: Final = 1.5
LINES_A_SECOND: Final = 50
OLDEST_SECONDS: Final = 30.0
"""What was made longer ago is made anew though nothing has changed: some of it goes by the clock."""


@dataclass(frozen=True, slots=True)
class Made:
    """The whole board, and when it was begun to be made, by the clock of its `KeptBoard`."""

    view: BoardView
    at: float


class KeptBoard:
    """The board of one announcement. Holds no right of anybody: whoever asks for it was asked whether they may, and is again behind it.

    Args:
        now: seconds that only grow.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self.now = now
        self._making = asyncio.Lock()
        self._made: Made | None = None

    async def get(self, mark: str, seen_at: float, make: Callable[[], Awaitable[BoardView]]) -> Made | None:
        """The board as it is now, or one newer than was seen; None where the next is not due yet.

        Args:
            mark: what stands for the board as it is now.
            seen_at: when the one that was seen last was made.
            make: makes all of it; what it raises is raised here, and nothing is kept of it.
        """
        async with self._making:
            made = self._made
            if made is None or self._is_due(made, mark):
                begun = self.now()
                made = self._made = Made(await make(), begun)
                return made
            return made if made.view.mark == mark or made.at > seen_at else None

    def _is_due(self, made: Made, mark: str) -> bool:
        age = self.now() - made.at
        return age >= (OLDEST_SECONDS if made.view.mark == mark else pause_after(len(made.view.everywhere.lines)))


def pause_after(lines: int) -> float:
    """Seconds between two boards of so many lines, while changes keep coming."""
    return max(LEAST_SECONDS, lines / LINES_A_SECOND)


def narrowed(view: BoardView, region: str, stand: str, now: datetime) -> BoardView:
    """What somebody wants to see of a whole board."""
    everywhere = view.everywhere.lines
    chosen = chosen_of(region, stand, everywhere)
    if chosen == EVERYWHERE:
        return view
    board = board_of(narrow(everywhere, chosen))
    return replace(
        view,
        board=board,
        chosen=chosen,
        stands=stands_to_choose(everywhere, chosen, view.announcement),
        regions=regions_to_choose(everywhere, chosen),
        silent=len(silent(board.lines, view.announcement, now)),
    )
