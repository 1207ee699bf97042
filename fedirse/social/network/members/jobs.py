"""Asks the sites of the network once a day what they say of themselves; a few at a time, so that nobody is asked by all at once."""

import logging
from datetime import datetime, timedelta
from typing import Final

from fedirse.activitypub import strict_json, uris
from fedirse.activitypub.nodeinfo import parse_discovery
from fedirse.base.errors import OriginMismatch, ProtocolError, Refused, RemoteError
from fedirse.base.types import JsonObject
from fedirse.remote.answers import Fetched
from fedirse.remote.client import FetchKind
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.members.model import Facts
from fedirse.social.network.members.rules import read_told
from fedirse.social.network.members.store import forget_others, list_facts, note_silence, save_told
from fedirse.social.network.roster.rules import members_in_force
from fedirse.social.network.roster.store import load_roster
from fedirse.storage.clocks import note_clock
from fedirse.storage.jobs import add_job
from fedirse.storage.refusals import refused_among
from fedirse.storage.transaction import Transaction

logger = logging.getLogger(__name__)

ASK_MEMBER: Final = "network.ask-member"
"""Job: ask a site what it says of itself; its subject is the URI of the site's actor."""

DAILY: Final = timedelta(hours=24)
AT_ONCE: Final = 8

_Unanswered = (RemoteError, ProtocolError, Refused)


async def ask_members(site: Site) -> bool:
    """A sweep: have those members asked that were not asked for a day, the longest ago first."""
    now = site.clock.now()
    due = await site.read(_list_due, site, now)
    if due:
        await site.write(_ask, site, due, now)
    return False


async def ask_member(site: Site, subject: str, _details: JsonObject) -> None:
    """Ask one site. It need not answer: tomorrow it is asked again."""
    host = uris.host_of(subject)
    try:
        fetched, document = await _fetch(site, uris.origin_of(subject))
    except _Unanswered as error:
        logger.info("what %s says of itself: %s", host, error.reason)
        await site.write(note_silence, host, site.clock.now())
        return
    now = site.clock.now()
    await site.write(save_told, host, read_told(document), now)
    await site.write(note_clock, host, fetched.headers.get("date"), now)


async def _fetch(site: Site, origin: str) -> tuple[Fetched, JsonObject]:
    found = await site.client.fetch(f"{origin}/.well-known/nodeinfo", FetchKind.NODEINFO)
    address = parse_discovery(strict_json.parse(found.body))
    if address is None or uris.origin_of(address) != origin:
        raise OriginMismatch(f"{origin} speaks of itself elsewhere", reason="foreign-nodeinfo")
    fetched = await site.client.fetch(address, FetchKind.NODEINFO)
    return fetched, strict_json.parse(fetched.body)


def _list_due(tx: Transaction, site: Site, now: datetime) -> tuple[str, ...]:
    network = store.current_network(tx)
    if network is None:
        return ()
    members = members_in_force(load_roster(tx, network.uri), now).keys() - {site.uris.site_actor}
    hosts = {uris.host_of(member): member for member in members}
    facts = list_facts(tx, hosts)
    waited = {host: facts.get(host, Facts()).asked_at for host in hosts.keys() - refused_among(tx, hosts)}
    due = [(at.timestamp() if at is not None else 0.0, host) for host, at in waited.items() if at is None or at + DAILY <= now]
    return tuple(hosts[host] for _, host in sorted(due)[:AT_ONCE])


def _ask(tx: Transaction, site: Site, members: tuple[str, ...], now: datetime) -> None:
    network = store.current_network(tx)
    if network is not None:
        forget_others(tx, {uris.host_of(member) for member in load_roster(tx, network.uri).held})
    for member in members:
        add_job(tx, ASK_MEMBER, member, now)
    site.pulse.mark()
