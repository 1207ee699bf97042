"""Takes in what the head office says, whoever brought it: proven, learnt, kept, with what follows for this site."""

from dataclasses import replace
from datetime import datetime

from fedirse.activitypub import uris
from fedirse.activitypub.signatures import load_multikey, multikey
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.model import Network, NetworkKey, NetworkState
from fedirse.social.network.roster.model import Credential, News, Roster, Standing, Statement
from fedirse.social.network.roster.rules import learn, learn_snapshot, members_in_force, missing, standing_of
from fedirse.social.network.roster.store import find_contact, list_members_at, load_roster, save_contact, save_snapshot, save_statement
from fedirse.social.network.roster.wire import NetworkKeys, read_snapshot, read_statement
from fedirse.storage.actors import find_actor_by_uri
from fedirse.storage.audit import record
from fedirse.storage.jobs import add_job
from fedirse.storage.refusals import is_federation_closed, list_member_hosts, save_member_hosts
from fedirse.storage.transaction import Transaction

SYNC = "network.sync"
"""Job: ask for what is new in a network; its subject is the network's URI."""
MEET = "network.meet-member"
"""Job: fetch a member's actor, whose inbox is needed; its subject is the actor's URI."""

SEGMENTS = "network.pull-segments"
"""Job: ask the head office which segments this site is in; its subject is the network's URI."""

PART = "network.part-from-member"
"""Job: end the follows that came from a site which has lost its rights; its subject is the URI of the site's actor."""

PURGE = "network.purge"
"""Job: erase what others wrote for the members of a network that this site is no member of any more; its subject is the network's URI."""

NETWORK_ACCOUNT = "network"
"""Stands in the audit log for a head office, in place of an account."""

CONTRADICTION = "contradiction"
SET_BACK = "set-back"


def take_statement(tx: Transaction, site: Site, network: Network, document: JsonObject, now: datetime) -> News:
    """Learn a statement about a member.

    Args:
        tx: the transaction.
        site: who learns.
        network: the network it is in.
        document: the statement as it came.
        now: the time.

    Returns:
        What it was to what is known here.

    Raises:
        SignatureError, MalformedDocument: as `read_statement`.
        Refused: as `learn`.
    """
    statement = read_statement(document, trusted_keys(tx, network))
    before = load_roster(tx, network.uri, only=[statement.member])
    after, news = learn(before, statement, now)
    if news is News.CONTRADICTS:
        note_trouble(tx, network, f"{CONTRADICTION} {statement.serial}", now)
    if after is before:
        return news
    if network.head_office:
        # Our own key says something that our database does not know: it is older than what others were told.
        note_trouble(tx, network, f"{SET_BACK} {statement.serial}", now)
        return news
    save_statement(tx, statement, document, now)
    if statement.member == site.uris.site_actor:
        _follow_own(tx, site, network, before, statement, now)
    else:
        _follow_other(tx, site, statement, now)
    allow_members(tx, now)
    return news


def take_snapshot(tx: Transaction, site: Site, network: Network, document: JsonObject, now: datetime) -> News:
    """Learn who all the members are. Returns and raises as `take_statement`."""
    snapshot = read_snapshot(document, trusted_keys(tx, network))
    before = load_roster(tx, network.uri)
    after, news = learn_snapshot(before, snapshot, now)
    if news is News.CONTRADICTS:
        note_trouble(tx, network, f"{CONTRADICTION} {snapshot.serial}", now)
    if after is before:
        return news
    if network.head_office:
        note_trouble(tx, network, f"{SET_BACK} {snapshot.serial}", now)
        return news
    save_snapshot(tx, snapshot, document, now)
    _follow_snapshot(tx, site, network, before, after, now)
    allow_members(tx, now)
    return news


def take_farewell(tx: Transaction, site: Site, network: Network, document: JsonObject, now: datetime) -> News:
    """Learn that the head office of a network that this site has left, or was left out of, says so too: the receipt of its leaving.

    What is said of anybody else is not for it any more. Returns and raises as `take_statement`.
    """
    statement = read_statement(document, trusted_keys(tx, network))
    if statement.member != site.uris.site_actor or isinstance(statement, Credential):
        return News.KNOWN
    before = load_roster(tx, network.uri, only=[statement.member])
    after, news = learn(before, statement, now)
    if after is not before:
        save_statement(tx, statement, document, now)
        if network.state is NetworkState.LEFT:
            _record(tx, "network.let-us-go", network, now)
    have_purged(tx, site, network.uri, now)
    return news


def trusted_keys(tx: Transaction, network: Network) -> NetworkKeys:
    """The head office's keys that are trusted here."""
    return {key.uri: load_multikey(key.key) for key in store.list_trusted_keys(tx, network.uri)}


def trust_head_office(tx: Transaction, credential: Credential, now: datetime) -> None:
    """Trust another key of the head office, since it says with one that is trusted that it has it; the one before is ended by a sweep."""
    trusted = {key.key for key in store.list_trusted_keys(tx, credential.network)}
    if credential.key in trusted or not credential.key_id.startswith(f"{credential.network}#"):
        return
    store.trust_key(tx, NetworkKey(uri=credential.key_id, network=credential.network, key=credential.key, trusted_at=now))
    network = store.find_network(tx, credential.network)
    if network is not None:
        _record(tx, "network.new-key", network, now)


def is_member_host(tx: Transaction, host: str) -> bool:
    """Whether a host is one of the network's, whatever its standing: how it is spoken to gives it nothing."""
    network = store.current_network(tx)
    return network is not None and (uris.host_of(network.uri) == host or bool(list_members_at(tx, network.uri, host)))


def hosts_to_allow(tx: Transaction, now: datetime) -> frozenset[str]:
    """The hosts that a site which talks only to those on its list talks to besides: the members of its network, and its head office."""
    network = store.current_network(tx)
    if network is None:
        return frozenset()
    members = members_in_force(load_roster(tx, network.uri), now)
    return frozenset(uris.host_of(member) for member in (*members, network.uri))


def allow_members(tx: Transaction, now: datetime) -> None:
    """Let members count as if they were on the list of allowed servers, where there is one."""
    if not is_federation_closed(tx):
        return
    hosts = hosts_to_allow(tx, now)
    if hosts != list_member_hosts(tx):
        save_member_hosts(tx, hosts)


def part_from(tx: Transaction, site: Site, member: str, now: datetime) -> None:
    """Have the follows ended that came from a site which has lost its rights."""
    add_job(tx, PART, member, now)
    site.pulse.mark()


def have_purged(tx: Transaction, site: Site, network: str, now: datetime) -> None:
    """Have erased what others wrote for members, and the head office told; to be asked for where a membership ends, and once more where
    its end was confirmed or the work stands still.
    """
    add_job(tx, PURGE, network, now, afresh=True)
    site.pulse.mark()


def note_trouble(tx: Transaction, network: Network, trouble: str, now: datetime) -> None:
    """Tell the administrators what was wrong with what came in the network's name; once, until something else is."""
    contact = find_contact(tx, network.uri)
    if contact.trouble == trouble:
        return
    save_contact(tx, network.uri, replace(contact, trouble=trouble))
    code, _, serial = trouble.partition(" ")
    if code == CONTRADICTION:
        _record(tx, "network.contradiction", network, now, serial=serial)
    elif code == SET_BACK:
        _record(tx, "network.set-back", network, now, serial=serial)
    else:
        _record(tx, "network.not-believed", network, now, why=code)


def ask_anew(tx: Transaction, site: Site, network: Network, now: datetime) -> None:
    """Ask soon for what is new."""
    add_job(tx, SYNC, network.uri, now)
    site.pulse.mark()


def _follow_own(tx: Transaction, site: Site, network: Network, before: Roster, statement: Statement, now: datetime) -> None:
    """What the head office's word about this very site changes here."""
    if not isinstance(statement, Credential):
        _end_membership(tx, site, network, now)
        return
    if site.signing.promote(tx, site.actor_id, load_multikey(statement.key), now):
        _record(tx, "network.key-known", network, now)
    elif multikey(site.signing.load(tx, site.actor_id).ed25519.key.public) not in statement.keys_at(now):
        _record(tx, "network.other-key", network, now)
    held = before.held.get(statement.member)
    if held is None or not isinstance(held.statement, Credential) or held.statement.attributes != statement.attributes:
        # In which segments this site is depends on them.
        add_job(tx, SEGMENTS, network.uri, now)
        site.pulse.mark()
    suspended = held is not None and isinstance(held.statement, Credential) and held.statement.suspended
    if statement.suspended and not suspended:
        _record(tx, "network.suspended-us", network, now)
    if suspended and not statement.suspended:
        _record(tx, "network.restored-us", network, now)
        ask_anew(tx, site, network, now)


def _follow_other(tx: Transaction, site: Site, statement: Statement, now: datetime) -> None:
    """What the head office's word about another site changes here."""
    if statement.member == statement.network and isinstance(statement, Credential):
        trust_head_office(tx, statement, now)
    if not isinstance(statement, Credential) or statement.suspended:
        part_from(tx, site, statement.member, now)
    elif find_actor_by_uri(tx, statement.member) is None:
        add_job(tx, MEET, statement.member, now)
        site.pulse.mark()


def _follow_snapshot(tx: Transaction, site: Site, network: Network, before: Roster, roster: Roster, now: datetime) -> None:
    own = site.uris.site_actor
    for member in roster.held.keys() - {own}:
        if standing_of(roster, member, now) is Standing.REMOVED and standing_of(before, member, now) is not Standing.REMOVED:
            part_from(tx, site, member, now)
    # One that came before anything was said of this site says nothing against it.
    if own in roster.held and standing_of(roster, own, now) is Standing.REMOVED:
        _end_membership(tx, site, network, now)
    elif missing(roster):
        ask_anew(tx, site, network, now)


def _end_membership(tx: Transaction, site: Site, network: Network, now: datetime) -> None:
    """Nothing is for members here any more, and what others wrote for them is erased."""
    if network.state is NetworkState.MEMBER:
        store.save_network(tx, replace(network, state=NetworkState.REMOVED, since=now))
        _record(tx, "network.removed-us", network, now)
        have_purged(tx, site, network.uri, now)


def _record(tx: Transaction, deed: str, network: Network, now: datetime, **details: str) -> None:
    record(tx, deed, network.name, now, account_id=NETWORK_ACCOUNT, who=uris.host_of(network.uri), **details)
