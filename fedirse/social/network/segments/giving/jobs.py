"""Tells a member which segments it is in, after the head office has said something of that member."""

from datetime import datetime

from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.network.segments.giving.actions import tell_member
from fedirse.social.network.store import find_network
from fedirse.storage.transaction import Transaction


async def give_segments(site: Site, subject: str, _details: JsonObject) -> None:
    """Tell the member of that URI of all that is for it now."""
    await site.write(_give, site, subject, site.clock.now())


def _give(tx: Transaction, site: Site, member: str, now: datetime) -> None:
    network = find_network(tx, site.uris.site_actor)
    if network is not None:
        tell_member(tx, site, network, member, now)
