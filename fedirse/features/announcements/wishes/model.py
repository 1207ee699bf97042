"""What somebody wants to be mailed."""

from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What somebody wants to be mailed of announcements."""

    URGENT = "urgent"
    """What is urgent at once, the rest once a day; what counts for who has said nothing."""
    AT_ONCE = "at-once"
    """Everything at once."""
    DAILY = "daily"
    """Everything once a day."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody to whom mails can be sent, and what they want."""

    account_id: str
    actor_id: str
    wish: Wish
