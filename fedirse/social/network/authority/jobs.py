"""What a head office does without being asked: once a day it says who all the members are."""

from datetime import datetime, timedelta
from typing import Final

from fedirse.site import Site
from fedirse.social.network.authority.actions import renew_roster
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import find_network
from fedirse.storage.transaction import Transaction

DAILY: Final = timedelta(hours=24)


async def renew_daily(site: Site) -> bool:
    """A sweep: renew the roster when the last one is a day old."""
    now = site.clock.now()
    if site.settings.head_office and await site.read(_is_due, site.uris.site_actor, now):
        await site.write(renew_roster, site, now)
    return False


def _is_due(tx: Transaction, network: str, now: datetime) -> bool:
    if find_network(tx, network) is None:
        return False
    snapshot = load_roster(tx, network, only=()).snapshot
    return snapshot is None or snapshot.issued + DAILY <= now
