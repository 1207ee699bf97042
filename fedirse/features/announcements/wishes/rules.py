"""When somebody is mailed about what came, as they wish. Pure."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fedirse.features.announcements.model import Priority
from fedirse.features.announcements.wishes.model import Wish

MORNING: Final = time(7, 30)
"""When digests are sent, in the time of the site."""


def is_at_once(wish: Wish, priority: Priority) -> bool:
    """Whether somebody wants a mail of their own about that, and not in the digest."""
    return wish is Wish.AT_ONCE or (wish is Wish.URGENT and priority is Priority.URGENT)


def due_for(wish: Wish, priority: Priority, now: datetime, timezone: str) -> datetime | None:
    """When somebody is to be mailed about what came now; None for not at all."""
    if wish is Wish.NOTHING:
        return None
    return now if is_at_once(wish, priority) else next_morning(now, timezone)


def next_morning(now: datetime, timezone: str) -> datetime:
    """The next time for digests after an instant."""
    zone = ZoneInfo(timezone)
    here = now.astimezone(zone)
    today = datetime.combine(here.date(), MORNING, zone)
    return (today if today > here else datetime.combine(here.date() + timedelta(days=1), MORNING, zone)).astimezone(now.tzinfo)
