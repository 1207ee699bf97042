"""Erases, a part at a time, what others wrote for the members of a network that this site is no member of any more."""

from datetime import datetime
from typing import Final

from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.network.actions import addresses_of
from fedirse.social.network.parting.actions import begin_purge, end_purge, tell_purged
from fedirse.social.network.parting.store import count_erased
from fedirse.social.network.roster.actions import NETWORK_ACCOUNT
from fedirse.social.network.store import find_network
from fedirse.social.posts.purging.store import list_foreign_inside
from fedirse.social.posts.receive import forget_foreign_post
from fedirse.social.posts.store import find_post
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction

AT_ONCE: Final = 100


async def purge(site: Site, subject: str, _details: JsonObject) -> None:
    """Erase all of it, then tell the head office, if it has said that this site is out. Stopped anywhere, it goes on with the rest."""
    after: str | None = ""
    while after is not None:
        after = await site.write(_purge_some, site, subject, after, site.clock.now())
    await site.write(tell_purged, site, subject, site.clock.now())


def _purge_some(tx: Transaction, site: Site, network: str, after: str, now: datetime) -> str | None:
    """Erase a part; returns the id to go on after, None when nothing is left."""
    known = find_network(tx, network)
    if known is None or not begin_purge(tx, known):
        return None
    found = list_foreign_inside(tx, addresses_of(tx, known), after=after, limit=AT_ONCE)
    for post_id in found:
        post = find_post(tx, post_id)
        if post is not None:
            forget_foreign_post(tx, site, post, now)
    count_erased(tx, network, len(found))
    if len(found) == AT_ONCE:
        return found[-1]
    erased = end_purge(tx, network, now)
    record(tx, "network.purged", known.name, now, account_id=NETWORK_ACCOUNT, who=site.settings.domain, count=erased)
    return None
