"""Tells the head office, a while after people have read something, how many did."""

from fedirse.base.types import JsonObject
from fedirse.features.announcements.acknowledgement.actions import tell_readers
from fedirse.site import Site


async def tell_head_office(site: Site, subject: str, _details: JsonObject) -> None:
    """How many have read and confirmed the announcement with our id `subject` by now."""
    await site.write(tell_readers, site, subject, site.clock.now())
