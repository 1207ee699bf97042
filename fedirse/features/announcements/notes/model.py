"""A note of this site under an announcement."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What whoever answers for the site adds, such as who is to be asked.

    Attributes:
        text: plain words.
        actor_id: who wrote them last.
        at: when.
    """

    text: str
    actor_id: str
    at: datetime
