"""What takes more than one transaction: ending all the follows from one site."""

from datetime import datetime
from typing import Final

from fedirse.activitypub import uris
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.follows.actions import remove_follower, unfollow
from fedirse.social.follows.store import list_follows_with
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction

AT_ONCE: Final = 50


async def part_from_member(site: Site, subject: str, _details: JsonObject) -> None:
    """End every follow between us and a site that has lost its rights in the network: theirs are rejected, ours undone.

    Public posts stay public: both sides may ask anew, as anybody may.
    """
    while await site.write(_end_some, site, uris.host_of(subject), site.clock.now()):
        pass


def _end_some(tx: Transaction, site: Site, host: str, now: datetime) -> int:
    found = list_follows_with(tx, host, limit=AT_ONCE)
    for follower_id, followee_id in found:
        follower, followee = get_actor(tx, follower_id), get_actor(tx, followee_id)
        if followee.local:
            remove_follower(tx, site, followee, follower.id, now)
        else:
            unfollow(tx, site, follower, followee, now)
    return len(found)
