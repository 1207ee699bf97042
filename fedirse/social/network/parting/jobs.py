"""Sees to it that what has to be erased after a membership is."""

from fedirse.site import Site
from fedirse.social.network.parting.actions import list_stopped
from fedirse.social.network.parting.store import list_unfinished
from fedirse.social.network.roster.actions import have_purged
from fedirse.storage.transaction import Transaction


async def resume_purges(site: Site) -> bool:
    """A sweep: go on with what stands still."""
    if await site.read(list_unfinished):
        await site.write(_ask, site)
    return False


def _ask(tx: Transaction, site: Site) -> None:
    for network in list_stopped(tx):
        have_purged(tx, site, network, site.clock.now())
