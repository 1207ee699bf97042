"""The pieces of erasures, one after the other, and the ledger that outlasts the database."""

import asyncio
import logging

from fedirse.base.errors import StorageError
from fedirse.base.types import JsonObject
from fedirse.features.care.privacy.erasure import actions, store
from fedirse.features.care.privacy.erasure.model import Erasure, Step
from fedirse.site import Site
from fedirse.storage.erasure_ledger import digests_of, extend_ledger

logger = logging.getLogger(__name__)


async def erase_next(site: Site, subject: str, _details: JsonObject) -> None:
    """Do one piece, unless it was done before."""
    erasure_id, _, pieces = subject.partition("/")
    if pieces == "0":
        await write_ledger(site)
    await site.write(actions.erase_piece, site, erasure_id, int(pieces), site.clock.now())


async def erase_all(site: Site, erasure: Erasure) -> Erasure:
    """Do everything that is left, for commands. A serving process that is at it too does other pieces, never the same."""
    await write_ledger(site)
    while erasure.step is not Step.DONE:
        await site.write(actions.erase_piece, site, erasure.id, erasure.pieces, site.clock.now())
        erasure = await site.read(store.get_erasure, erasure.id)
    return erasure


async def sweep_erasures(site: Site) -> bool:
    """Have go on what stands still, and make up for a ledger that could not be written."""
    if await site.read(store.list_unfinished):
        await site.write(actions.resume_erasures, site, site.clock.now())
    await write_ledger(site)
    return False


async def write_ledger(site: Site) -> None:
    """See to it that everybody whose erasure was asked for stands in the ledger.

    Where the disk refuses, the erasure goes on all the same, and the sweep tries again.
    """
    erased = digests_of(await site.read(store.list_erased))
    try:
        await asyncio.to_thread(extend_ledger, site.folder, erased)
    except StorageError as error:
        logger.warning("the ledger of erasures of %s cannot be written yet: %s", site.settings.domain, error)
