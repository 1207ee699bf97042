"""Keeps the index up with the posts."""

from fedirse.base.errors import StorageBusy, StorageFull
from fedirse.site import Site
from fedirse.social.search.index.store import catch_up, is_behind

_PORTIONS = 10


async def keep_up(site: Site) -> bool:
    """Index some of what waits, in transactions that let others through in between; whether more waits."""
    for _ in range(_PORTIONS):
        if not await freshen(site):
            return False
    return True


async def freshen(site: Site) -> bool:
    """Index what came since, as far as one transaction takes it, so that it can be found now; whether anything had come."""
    try:
        return await site.read(is_behind) and await site.write(catch_up)
    except (StorageFull, StorageBusy):
        # What was indexed can be found all the same.
        return False
