"""Looks whether a member's own server lists the key that the member says is its next, and ends the trust in keys of before."""

import logging
from datetime import datetime

from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.network.keys.actions import end_former_keys, list_ended_keys, take_proven_key

logger = logging.getLogger(__name__)


async def end_keys(site: Site) -> bool:
    """A sweep: end the trust in keys that a head office is not known by any more."""
    if await site.read(list_ended_keys, site.clock.now()):
        await site.write(end_former_keys, site.clock.now())
    return False


async def check_key(site: Site, subject: str, details: JsonObject) -> None:
    """Read the actor again, and say that the key counts if it is listed there: whoever has the key but not the domain changes nothing.

    Raises RemoteUnavailable: its server does not answer; it is asked again.
    """
    member, _, key = subject.partition("#")
    await site.actors.fetch(member)
    until = datetime.fromisoformat(str(details["until"]))
    if not await site.write(take_proven_key, site, member, key, until, site.clock.now()):
        logger.warning("%s does not list the key that was offered in its name", member)
