"""A site to be called."""

from dataclasses import dataclass
from datetime import datetime

from fedirse.features.announcements.board.model import Line


@dataclass(frozen=True, slots=True)
class Call:
    """A site that has not done what it is asked to.

    Attributes:
        line: where the announcement stands there.
        number: the telephone number that the site gave; empty for none.
        since: since when it is silent: since it does not answer, since it got the announcement, or since that was published.
    """

    line: Line
    number: str
    since: datetime
