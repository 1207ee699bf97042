"""Work on uploaded files that is done after the transaction that asked for it."""

from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.media.actions import sweep


async def sweep_media(site: Site, _subject: str, _details: JsonObject) -> None:
    """Remove files that nothing keeps any more; the subject only keeps one reason to sweep from hiding another."""
    await sweep(site, site.clock.now())
