"""Erasing again, one person after the other."""

import asyncio

from fedirse.base.types import JsonObject
from fedirse.features.care.privacy.ledger.actions import erase_again, list_returned
from fedirse.site import Site
from fedirse.storage.erasure_ledger import load_ledger


async def replay_ledger(site: Site, _subject: str, _details: JsonObject) -> None:
    """Erase again whom an older database brought back. Each erasure is a transaction of its own, so that this goes on where it stopped."""
    ledger = await asyncio.to_thread(load_ledger, site.folder)
    for handle in await site.read(list_returned, ledger.keys()):
        await site.write(erase_again, site, handle, site.clock.now())
