"""Reminds people by itself."""

from fedirse.features.announcements.reminders.actions import remind_as_the_date_comes
from fedirse.features.announcements.reminders.rules import AHEAD
from fedirse.features.announcements.reminders.store import list_dated
from fedirse.site import Site


async def remind(site: Site) -> bool:
    """A sweep: what is due about announcements with a date."""
    now = site.clock.now()
    if not await site.read(lambda tx: list_dated(tx, now, before=now + AHEAD, limit=1)):
        return False
    return await site.write(remind_as_the_date_comes, now)
