"""Statements of a head office: numbered, signed and kept, in the transaction of the deed they are about. Tells nobody."""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from fedirse.activitypub.signatures import add_proofs, content_digest, load_multikey
from fedirse.base.errors import Conflict, InvalidInput, NotFound, ProtocolError
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.authority.rules import check_attributes
from fedirse.social.network.model import Attributes, Network
from fedirse.social.network.roster.model import Credential, Removal, Snapshot
from fedirse.social.network.roster.rules import CREDENTIAL_LIFE, SNAPSHOT_LIFE
from fedirse.social.network.roster.store import load_roster, save_snapshot, save_statement
from fedirse.social.network.roster.wire import render_credential, render_removal, render_snapshot
from fedirse.storage.transaction import Transaction

T = TypeVar("T", Credential, Removal, Snapshot)


def state_membership(  # noqa: PLR0913 - all by name
    tx: Transaction,
    site: Site,
    member: str,
    *,
    name: str,
    attributes: Attributes,
    key: str,
    now: datetime,
    suspended: bool = False,
    former: str = "",
    former_until: datetime | None = None,
) -> Credential:
    """Say that a site is a member, or what it is known by now; the last word counts. A former key counts until the given date.

    Raises:
        NotFound: this site has no network to speak for.
        InvalidInput: a key or attributes that cannot be used.
    """
    network = own_network(tx, site)
    check_attributes(attributes)
    _check_key(key)
    before = load_roster(tx, network.uri, only=[member]).held.get(member)
    credential = Credential(
        id=before.statement.id if before is not None else site.uris.credential(new_id(now)),
        network=network.uri,
        member=member,
        serial=store.next_serial(tx, network.uri),
        digest="",
        name=name,
        attributes=attributes,
        key=key,
        suspended=suspended,
        issued=now,
        ends=now + CREDENTIAL_LIFE,
        former=former,
        former_until=former_until,
        key_id=site.signing.load(tx, site.actor_id).ed25519.uri if member == network.uri else "",
    )
    document = _signed(tx, site, render_credential(credential), now)
    credential = _with_digest(credential, document)
    save_statement(tx, credential, document, now)
    return credential


def state_removal(tx: Transaction, site: Site, member: str, now: datetime) -> Removal:
    """Say that a site is no member any more.

    Raises:
        NotFound: no network, or nobody of that address was ever a member.
        Conflict: the head office itself, or somebody who was removed before.
    """
    network = own_network(tx, site)
    if member == network.uri:
        raise Conflict("the head office", public_message="The head office is the network: it cannot be removed from it.")
    before = load_roster(tx, network.uri, only=[member]).held.get(member)
    if before is None:
        raise NotFound(f"no member {member}")
    if isinstance(before.statement, Removal):
        raise Conflict("removed before", public_message="This site is no member any more.")
    removal = Removal(
        id=before.statement.id, network=network.uri, member=member, serial=store.next_serial(tx, network.uri), digest="", removed=now
    )
    document = _signed(tx, site, render_removal(removal), now)
    removal = _with_digest(removal, document)
    save_statement(tx, removal, document, now)
    return removal


def state_roster(tx: Transaction, site: Site, now: datetime) -> Snapshot:
    """Say who all the members are; this renews every credential that is in force or suspended.

    Raises:
        NotFound: this site has no network to speak for.
    """
    network = own_network(tx, site)
    held = load_roster(tx, network.uri).held
    snapshot = Snapshot(
        id=site.uris.roster,
        network=network.uri,
        serial=store.next_serial(tx, network.uri),
        digest="",
        issued=now,
        ends=now + SNAPSHOT_LIFE,
        listing={member: one.statement.serial for member, one in held.items() if isinstance(one.statement, Credential)},
    )
    document = _signed(tx, site, render_snapshot(snapshot), now)
    snapshot = _with_digest(snapshot, document)
    save_snapshot(tx, snapshot, document, now)
    return snapshot


def own_network(tx: Transaction, site: Site) -> Network:
    """The network that this site speaks for. Raises NotFound."""
    network = store.find_network(tx, site.uris.site_actor)
    if network is None:
        raise NotFound("this site has no network", public_message="This site is no head office of a network: make one first.")
    return network


def _signed(tx: Transaction, site: Site, document: JsonObject, now: datetime) -> JsonObject:
    # By its keys before this one as well: a member that was away when the head office changed it knows one of those.
    return add_proofs(document, keys=site.signing.load(tx, site.actor_id).proving, created=now)


def _with_digest(statement: T, document: JsonObject) -> T:
    return replace(statement, digest=content_digest(document))


def _check_key(key: str) -> None:
    try:
        load_multikey(key)
    except ProtocolError as error:
        raise InvalidInput("The key of this site cannot be used.", reason="bad-member-key") from error
