"""The pieces of erasures, one after the other."""

from fedirse.base.types import JsonObject
from fedirse.features.care.privacy.erasure import actions, store
from fedirse.features.care.privacy.erasure.model import Erasure, Step
from fedirse.site import Site


async def erase_next(site: Site, subject: str, _details: JsonObject) -> None:
    """Do one piece, unless it was done before."""
    erasure_id, _, pieces = subject.partition("/")
    await site.write(actions.erase_piece, site, erasure_id, int(pieces), site.clock.now())


async def erase_all(site: Site, erasure: Erasure) -> Erasure:
    """Do everything that is left, for commands. A serving process that is at it too does other pieces, never the same."""
    while erasure.step is not Step.DONE:
        await site.write(actions.erase_piece, site, erasure.id, erasure.pieces, site.clock.now())
        erasure = await site.read(store.get_erasure, erasure.id)
    return erasure


async def sweep_erasures(site: Site) -> bool:
    """Have go on what stands still."""
    if await site.read(store.list_unfinished):
        await site.write(actions.resume_erasures, site, site.clock.now())
    return False
