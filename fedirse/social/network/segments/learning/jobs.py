"""Asks the head office which segments this site is in: only it can say so, and no other member is asked."""

from datetime import datetime
from typing import Final

from fedirse.base.errors import FedirseError, ProtocolError, Refused, RemoteError, RemoteUnavailable
from fedirse.base.types import JsonObject
from fedirse.remote.signed_fetch import fetch_from_member
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.model import Network
from fedirse.social.network.roster.actions import note_trouble
from fedirse.social.network.roster.model import Doubt
from fedirse.social.network.segments.giving.wire import parse_listing, segments_at
from fedirse.social.network.segments.learning.actions import place_segments, take_listing, take_segment
from fedirse.storage.signing import NamedKey
from fedirse.storage.transaction import Transaction

_PAGES: Final = 100


async def pull_segments(site: Site, subject: str, _details: JsonObject) -> None:
    """Bring what is known of the segments of a network up to date.

    Raises:
        RemoteUnavailable: the head office does not answer; it is asked again.
    """
    # What the site is known by may have changed, which needs nobody's answer.
    plan = await site.write(_plan, site, subject)
    if plan is None:
        return
    try:
        await _pull(site, *plan)
    except RemoteUnavailable:
        raise
    except (RemoteError, ProtocolError, Refused) as error:
        await site.write(_note_refusal, subject, error, site.clock.now())


async def _pull(site: Site, network: Network, key: NamedKey) -> None:
    named: set[str] = set()
    serial: int | None = None
    url: str | None = segments_at(network.uri)
    for _ in range(_PAGES):
        if url is None:
            break
        page = parse_listing(await fetch_from_member(site.client, url, key, site.clock), url)
        # What is defined while the pages are read may stand on none of them.
        serial = page.serial if serial is None else min(serial, page.serial)
        named |= await site.write(_take_page, site, network.uri, page.documents, site.clock.now())
        url = page.next
    if url is None and serial is not None:
        await site.write(_take_listing, site, network.uri, frozenset(named), serial)


def _plan(tx: Transaction, site: Site, subject: str) -> tuple[Network, NamedKey] | None:
    network = store.current_network(tx)
    if network is None or network.uri != subject or network.head_office:
        return None
    place_segments(tx, site, network)
    return network, site.signing.load(tx, site.actor_id).ed25519


def _take_page(tx: Transaction, site: Site, uri: str, documents: tuple[JsonObject, ...], now: datetime) -> frozenset[str]:
    """Take the definitions of a page, each by itself: one that cannot be read keeps nobody from the others. Returns the ids named."""
    network = store.find_network(tx, uri)
    named: set[str] = set()
    if network is None:
        return frozenset()
    for document in documents:
        try:
            take_segment(tx, site, network, document, now)
        except (ProtocolError, Refused) as error:
            note_trouble(tx, network, Doubt.of(error.reason), now)
        else:
            named.add(str(document["id"]))
    return frozenset(named)


def _take_listing(tx: Transaction, site: Site, uri: str, named: frozenset[str], serial: int) -> None:
    network = store.find_network(tx, uri)
    if network is not None:
        take_listing(tx, site, network, named, serial)


def _note_refusal(tx: Transaction, uri: str, error: FedirseError, now: datetime) -> None:
    network = store.find_network(tx, uri)
    if network is not None:
        note_trouble(tx, network, Doubt.of(error.reason), now)
