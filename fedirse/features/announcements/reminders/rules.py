"""When a site reminds its own people."""

from datetime import datetime, timedelta
from typing import Final

from fedirse.features.announcements.model import Announcement
from fedirse.features.announcements.reminders.model import Stage

AHEAD: Final = timedelta(days=1)
"""How long before the date."""


def due_stage(announcement: Announcement, now: datetime) -> Stage:
    """What is to be done by now. What was announced less than a day before its date needs no reminder a day before."""
    before = announcement.terms.before
    if before is None:
        return Stage.NONE
    if before <= now:
        return Stage.OVER
    had_time = before - announcement.announced_at > AHEAD
    return Stage.DAY_BEFORE if had_time and before - AHEAD <= now else Stage.NONE
