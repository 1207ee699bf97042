"""Asks for the roster: the head office first, other members when it does not answer, so that its silence changes nothing among them."""

import logging
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.activitypub import uris
from fedirse.base.errors import FedirseError, ProtocolError, Refused, RemoteError, RemoteGone, RemoteUnavailable
from fedirse.base.types import JsonObject
from fedirse.remote.signed_fetch import fetch_from_member
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.model import Network
from fedirse.social.network.roster.actions import (
    MEET,
    SEGMENTS,
    SYNC,
    allow_members,
    hosts_to_allow,
    note_trouble,
    take_snapshot,
    take_statement,
)
from fedirse.social.network.roster.listing.wire import members_at, parse_statements, roster_at
from fedirse.social.network.roster.model import Doubt, News
from fedirse.social.network.roster.rules import is_fresh, members_in_force
from fedirse.social.network.roster.store import find_contact, load_roster, save_contact
from fedirse.social.network.roster.wire import read_serial
from fedirse.storage.actors import list_actors_by_uri
from fedirse.storage.jobs import add_job
from fedirse.storage.refusals import list_member_hosts, refused_among
from fedirse.storage.signing import NamedKey
from fedirse.storage.transaction import Transaction

logger = logging.getLogger(__name__)

ASK_AGAIN: Final = timedelta(hours=6)
TRY_AGAIN: Final = timedelta(minutes=30)
MEMBERS_ASKED: Final = 3
_PAGES: Final = 100

_Unanswered = (RemoteError, ProtocolError, Refused)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a site asks with, and whom besides the head office; what it knew before: from where on, and up to which snapshot."""

    network: Network
    key: NamedKey
    serial: int
    snapshot: int
    others: tuple[str, ...]


async def sync(site: Site, subject: str, _details: JsonObject) -> None:
    """Bring what is known of a network up to date.

    Raises:
        RemoteUnavailable: the head office does not answer; it is asked again, also when a member helped out.
    """
    plan = await site.read(_plan, site, subject)
    if plan is None:
        return
    try:
        reached = await _pull(site, plan, plan.network.uri, plan.serial)
    except _Unanswered as error:
        await site.write(_note_try, plan.network, site.clock.now())
        await _ask_others(site, plan)
        if isinstance(error, RemoteUnavailable):
            raise
        logger.info("the roster of %s: %s", subject, error.reason)
        await site.write(_note_refusal, plan.network, error, site.clock.now())
    else:
        await site.write(_note_answer, plan.network, site.clock.now(), serial=reached)
        await site.write(add_job, SEGMENTS, plan.network.uri, site.clock.now())
        site.pulse.mark()


async def meet_member(site: Site, subject: str, _details: JsonObject) -> None:
    """Fetch the actor of a member, so that its inbox is known. Raises RemoteUnavailable."""
    await site.actors.resolve(subject)


async def keep_roster(site: Site) -> bool:
    """A sweep: ask when nobody has answered for a while, or what is known has ended; meet members that could not be met."""
    found = await site.read(_what_is_due, site, site.clock.now())
    if found is not None:
        await site.write(_ask, site, *found, site.clock.now())
    return False


async def keep_allowed(site: Site) -> bool:
    """A sweep of a site that talks only to servers on its list: members count as such as long as they are members, and no longer."""
    now = site.clock.now()
    if site.settings.federation == "allowed" and await site.read(_may_differ, now):
        await site.write(allow_members, now)
    return False


def _may_differ(tx: Transaction, now: datetime) -> bool:
    return hosts_to_allow(tx, now) != list_member_hosts(tx)


async def _ask_others(site: Site, plan: Plan) -> None:
    """Ask a few members, until one answers. What they do not know is not taken for unsaid: the head office is asked for it again."""
    for member in random.sample(plan.others, min(MEMBERS_ASKED, len(plan.others))):
        try:
            await _pull(site, plan, member, plan.serial)
        except _Unanswered as error:
            logger.info("%s on the roster of %s: %s", member, plan.network.uri, error.reason)
        else:
            await site.write(_note_answer, plan.network, site.clock.now())
            return


async def _pull(site: Site, plan: Plan, member: str, after: int) -> int:
    """Learn what a member says is later than `after`, then its snapshot. Returns the highest serial of the statements."""
    url: str | None = members_at(member, after)
    for _ in range(_PAGES):
        if url is None:
            break
        page = parse_statements(await fetch_from_member(site.client, url, plan.key, site.clock), url)
        after = max(after, await site.write(_take_page, site, plan.network.uri, page.documents, site.clock.now()))
        url = page.next
    try:
        snapshot = await fetch_from_member(site.client, roster_at(member), plan.key, site.clock)
    except RemoteGone:
        return after  # it has none yet
    # Members may lag behind; the head office cannot, unless it was set back or somebody shows us an old answer of its.
    not_below = plan.snapshot if member == plan.network.uri else 0
    await site.write(_take_snapshot, site, plan.network.uri, snapshot, site.clock.now(), not_below=not_below)
    return after


def _plan(tx: Transaction, site: Site, subject: str) -> Plan | None:
    network = store.current_network(tx)
    if network is None or network.uri != subject or network.head_office:
        return None
    roster = load_roster(tx, network.uri)
    members = members_in_force(roster, site.clock.now())
    refused = refused_among(tx, {uris.host_of(member) for member in members})
    others = [member for member in members if member not in {network.uri, site.uris.site_actor} and uris.host_of(member) not in refused]
    key = site.signing.load(tx, site.actor_id).ed25519
    snapshot = roster.snapshot.serial if roster.snapshot is not None else 0
    return Plan(network, key, find_contact(tx, network.uri).serial, snapshot, tuple(sorted(others)))


def _take_page(tx: Transaction, site: Site, uri: str, documents: tuple[JsonObject, ...], now: datetime) -> int:
    """The whole page or nothing of it."""
    serials = [0]
    network = store.find_network(tx, uri)
    for document in documents:
        if network is not None:
            take_statement(tx, site, network, document, now)
            serials.append(int(document["serial"]))
            network = store.find_network(tx, uri)
    return max(serials)


def _take_snapshot(tx: Transaction, site: Site, uri: str, document: JsonObject, now: datetime, *, not_below: int) -> None:
    network = store.find_network(tx, uri)
    if network is not None and take_snapshot(tx, site, network, document, now) is News.OLDER and read_serial(document) < not_below:
        raise Refused("the head office shows an older roster than before", reason=Doubt.OLDER)


def _note_answer(tx: Transaction, network: Network, now: datetime, *, serial: int = 0) -> None:
    contact = find_contact(tx, network.uri)
    save_contact(tx, network.uri, replace(contact, serial=max(serial, contact.serial), asked_at=now, tried_at=now))


def _note_try(tx: Transaction, network: Network, now: datetime) -> None:
    save_contact(tx, network.uri, replace(find_contact(tx, network.uri), tried_at=now))


def _note_refusal(tx: Transaction, network: Network, error: FedirseError, now: datetime) -> None:
    note_trouble(tx, network, Doubt.of(error.reason), now)


def _what_is_due(tx: Transaction, site: Site, now: datetime) -> tuple[Network, frozenset[str]] | None:
    """The network to ask about, and the members to meet; None for not yet."""
    network = store.current_network(tx)
    if network is None or network.head_office:
        return None
    contact = find_contact(tx, network.uri)
    rested = contact.tried_at is None or contact.tried_at + TRY_AGAIN <= now
    old = contact.asked_at is None or contact.asked_at + ASK_AGAIN <= now
    if not rested or not (old or not is_fresh(load_roster(tx, network.uri, only=()), now)):
        return None
    members = members_in_force(load_roster(tx, network.uri), now).keys() - {site.uris.site_actor}
    return network, frozenset(members - list_actors_by_uri(tx, members).keys())


def _ask(tx: Transaction, site: Site, network: Network, strangers: frozenset[str], now: datetime) -> None:
    add_job(tx, SYNC, network.uri, now)
    for member in sorted(strangers):
        add_job(tx, MEET, member, now)
    site.pulse.mark()
