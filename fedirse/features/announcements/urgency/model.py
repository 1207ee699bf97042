"""How many urgent announcements were sent lately."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

LATELY: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of the last 30 days there are, and how many the head office wishes at most."""

    used: int
    most: int

    @property
    def is_spent(self) -> bool:
        """Whether one more is more than was wished for. It is never refused: it takes one more tick."""
        return self.used >= self.most
