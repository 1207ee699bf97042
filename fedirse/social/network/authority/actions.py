"""What a head office decides about its members: stated, signed, kept and told to everybody, in one transaction."""

from dataclasses import replace
from datetime import datetime

from fedirse.activitypub.signatures import multikey
from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.authority.departures.model import Departure
from fedirse.social.network.authority.departures.store import save_departure
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.authority.stating.actions import own_network, state_membership, state_removal, state_roster
from fedirse.social.network.authority.telephones.store import forget_telephone
from fedirse.social.network.authority.telling.actions import ADD, REMOVE, UPDATE, tell_members
from fedirse.social.network.model import Attributes, Network, NetworkKey, NetworkState
from fedirse.social.network.roster.actions import part_from
from fedirse.social.network.roster.model import Credential, Removal, Snapshot
from fedirse.social.network.roster.store import find_snapshot_document, get_document, highest_serial, load_roster
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction

GIVE = "network.give-segments"
"""Job: tell a member which segments it is in; its subject is the member's URI."""


def found_network(tx: Transaction, site: Site, name: str, now: datetime) -> Network:
    """Make this head office's network, with the head office as its first member.

    Raises:
        Conflict: the site is no head office, or has a network already.
        InvalidInput: no name.
    """
    if not site.settings.head_office:
        raise Conflict("not a head office", public_message="Only a head office makes a network: this site was set up as a store.")
    if store.find_network(tx, site.uris.site_actor) is not None:
        raise Conflict("a network already", public_message="This head office has its network already.")
    if not name.strip():
        raise InvalidInput("Give the network a name.", reason="no-name", field="name")
    actor = get_actor(tx, site.actor_id)
    network = Network(
        uri=actor.uri, name=name.strip(), members=site.uris.members, head_office=True, state=NetworkState.MEMBER, counter=0, since=now
    )
    store.save_network(tx, network)
    own = site.signing.load(tx, site.actor_id).ed25519
    store.trust_key(tx, NetworkKey(uri=own.uri, network=network.uri, key=multikey(own.key.public), trusted_at=now))
    state_membership(tx, site, actor.uri, name=actor.display_name, attributes=Attributes(), key=multikey(own.key.public), now=now)
    return network


def admit(
    tx: Transaction, site: Site, member: str, *, name: str, attributes: Attributes, key: str, now: datetime, by: Decider | None = None
) -> Credential:
    """Make a site a member, and tell everybody. One that was a member before is one again.

    Args:
        tx: the transaction.
        site: the head office.
        member: URI of the site's own actor.
        name: what it is called.
        attributes: what it is known by.
        key: its Ed25519 key (Multikey).
        now: the time.
        by: who decided, for the audit log; None where nobody did, as by an invitation that admits.

    Raises:
        NotFound: this site has no network.
        InvalidInput: a key or attributes that cannot be used.
    """
    before = highest_serial(tx, own_network(tx, site).uri)
    credential = state_membership(tx, site, member, name=name, attributes=attributes, key=key, now=now)
    _tell(tx, site, ADD, member, now, counter=before)
    _note(tx, "member.admitted", member, by, now)
    return credential


def change(
    tx: Transaction,
    site: Site,
    member: str,
    *,
    now: datetime,
    name: str | None = None,
    attributes: Attributes | None = None,
    by: Decider | None = None,
) -> Credential:
    """Say what a member is called and known by now; what is not given stays. Raises NotFound for no member, else as `admit`."""
    known = get_credential(tx, site, member)
    name, attributes = known.name if name is None else name, known.attributes if attributes is None else attributes
    changed = _restate(tx, site, replace(known, name=name, attributes=attributes), now)
    _note(tx, "member.changed", member, by, now)
    return changed


def suspend(tx: Transaction, site: Site, member: str, *, now: datetime, by: Decider | None = None) -> Credential:
    """Take a member's rights for now. Raises NotFound for no member, Conflict for the head office and for who is suspended."""
    known = get_credential(tx, site, member)
    if member == known.network:
        raise Conflict("the head office", public_message="The head office is the network: it cannot be suspended.")
    if known.suspended:
        raise Conflict("suspended before", public_message="This site is suspended already.")
    suspended = _restate(tx, site, replace(known, suspended=True), now)
    part_from(tx, site, member, now)
    _note(tx, "member.suspended", member, by, now)
    return suspended


def restore(tx: Transaction, site: Site, member: str, *, now: datetime, by: Decider | None = None) -> Credential:
    """Give a suspended member its rights back. Raises NotFound for no member, Conflict for one that is not suspended."""
    known = get_credential(tx, site, member)
    if not known.suspended:
        raise Conflict("not suspended", public_message="This site is not suspended.")
    restored = _restate(tx, site, replace(known, suspended=False), now)
    _note(tx, "member.restored", member, by, now)
    return restored


def change_key(
    tx: Transaction, site: Site, member: str, key: str, *, now: datetime, until: datetime | None = None, by: Decider | None = None
) -> Credential:
    """Say that a member has another key.

    Args:
        tx: the transaction.
        site: the head office.
        member: URI of the site's own actor.
        key: its new Ed25519 key (Multikey).
        now: the time.
        until: until when the one before counts as well; None where it does not any more.
        by: who decided; None where the key before has said so itself.

    Raises:
        NotFound: no member.
        InvalidInput: a key that cannot be used.
        Conflict: the head office, whose key is the network's.
    """
    known = get_credential(tx, site, member)
    if member == known.network:
        raise Conflict("the head office", public_message="The key of the head office is that of the network: it changes in another way.")
    overlaps = until is not None and until > now
    wanted = replace(known, key=key, former=known.key if overlaps else "", former_until=until if overlaps else None)
    changed = _restate(tx, site, wanted, now)
    _note(tx, "member.key-changed", member, by, now)
    return changed


def change_own_key(tx: Transaction, site: Site, key: str, *, until: datetime, now: datetime) -> Credential:
    """Say that this head office has another key, which it signs with by now, and the keys before; that one counts as well until then.

    Raises NotFound: this site has no network.
    """
    known = get_credential(tx, site, own_network(tx, site).uri)
    return _restate(tx, site, replace(known, key=key, former=known.key, former_until=until), now)


def remove(tx: Transaction, site: Site, member: str, *, now: datetime, by: Decider | None = None) -> Removal:
    """End a membership, and tell everybody, the site itself too, which is asked by that to erase what others wrote for members.

    Raises as `state_removal`.
    """
    network = own_network(tx, site).uri
    before, was = highest_serial(tx, network), load_roster(tx, network, only=[member]).held.get(member)
    removal = state_removal(tx, site, member, now)
    if was is not None and isinstance(was.statement, Credential):
        gone = was.statement
        save_departure(tx, Departure(member=member, serial=removal.serial, name=gone.name, key=gone.key, removed_at=now))
    _tell(tx, site, REMOVE, member, now, counter=before)
    part_from(tx, site, member, now)
    forget_telephone(tx, member)
    _note(tx, "member.removed", member, by, now)
    return removal


def renew_roster(tx: Transaction, site: Site, now: datetime) -> Snapshot:
    """Say once more who all the members are, and tell them. Raises NotFound: this site has no network."""
    network = own_network(tx, site)
    before = highest_serial(tx, network.uri)
    snapshot = state_roster(tx, site, now)
    document = find_snapshot_document(tx, network.uri)
    if document is not None:
        tell_members(tx, site, network, UPDATE, document, now, counter=before)
    return snapshot


def is_member(tx: Transaction, site: Site, member: str) -> bool:
    """Whether this head office's last word about an actor is that it is a member, with rights or without."""
    held = load_roster(tx, own_network(tx, site).uri, only=[member]).held.get(member)
    return held is not None and isinstance(held.statement, Credential)


def get_credential(tx: Transaction, site: Site, member: str) -> Credential:
    """What this head office last said of a member. Raises NotFound for whoever is none."""
    held = load_roster(tx, own_network(tx, site).uri, only=[member]).held.get(member)
    if held is None or not isinstance(held.statement, Credential):
        raise NotFound(f"no member {member}", public_message="There is no member of that address.")
    return held.statement


def _restate(tx: Transaction, site: Site, wanted: Credential, now: datetime) -> Credential:
    before = highest_serial(tx, wanted.network)
    member = wanted.member
    stated = state_membership(
        tx,
        site,
        member,
        name=wanted.name,
        attributes=wanted.attributes,
        key=wanted.key,
        now=now,
        suspended=wanted.suspended,
        former=wanted.former,
        former_until=wanted.former_until,
    )
    _tell(tx, site, UPDATE, member, now, counter=before)
    return stated


def _tell(tx: Transaction, site: Site, kind: str, member: str, now: datetime, *, counter: int) -> None:
    network = own_network(tx, site)
    tell_members(tx, site, network, kind, get_document(tx, network.uri, member), now, counter=counter, about=member)
    if kind != REMOVE:
        add_job(tx, GIVE, member, now, afresh=True)
        site.pulse.mark()


def _note(tx: Transaction, deed: str, member: str, by: Decider | None, now: datetime) -> None:
    if by is not None:
        record(tx, deed, member, now, account_id=by.account_id, who=by.who)
