"""What a member does to change its key, and what its head office makes of that."""

from datetime import datetime, timedelta
from typing import Final

from fedirse.activitypub.signatures import add_proof, add_proofs, load_public_der, multikey
from fedirse.base.errors import Conflict
from fedirse.base.identifiers import new_id
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.network.authority.actions import change_key, change_own_key, is_member
from fedirse.social.network.authority.stating.actions import own_network
from fedirse.social.network.joining.invitations.store import withdraw_invitations
from fedirse.social.network.joining.requests.model import RequestState
from fedirse.social.network.joining.requests.store import count_requests
from fedirse.social.network.keys.model import KeyOffer
from fedirse.social.network.keys.wire import render_key, render_offer
from fedirse.social.network.model import Network, NetworkKey, NetworkState
from fedirse.social.network.roster.actions import NETWORK_ACCOUNT
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.store import load_roster, prove_statements
from fedirse.social.network.segments.store import prove_segments
from fedirse.social.network.store import current_network, end_key, list_networks, list_trusted_keys, trust_key
from fedirse.storage.actors import find_actor_by_uri, get_actor, get_actor_by_uri, list_public_keys
from fedirse.storage.audit import record
from fedirse.storage.signing import NamedKey
from fedirse.storage.transaction import Transaction

OVERLAP: Final = timedelta(hours=24)
"""For how long the key before counts beside a new one: longer than a delivery is on its way, and until every member has heard."""

CHECK_KEY: Final = "network.check-new-key"
"""Job at a head office: see whether a member's own server lists the key that it says is its next; its subject is `<actor>#<key>`."""


def rotate_key(tx: Transaction, site: Site, now: datetime) -> Network:
    """Make the next key of this site and tell the head office, audited. It is signed with once the head office has said that it counts.

    Asked again while it waits, the same key is told once more. Raises Conflict: this site is no member, or the head office.
    """
    network = _membership(tx)
    waiting = site.signing.load(tx, site.actor_id).next
    key = waiting or site.signing.prepare(tx, site.actor_id, site.uris.site_actor, now)
    _offer(tx, site, network, key, now + OVERLAP, now)
    record(tx, "network.key-offered", network.name, now)
    return network


def replace_key(tx: Transaction, site: Site, now: datetime, *, lost: bool = False) -> Network:
    """Have done with this site's keys at once, audited: they are in wrong hands, or lost.

    What members are sent until the head office has said so waits. It says so by itself where the key before says it as well; where that
    one is lost, somebody there compares four words.

    Args:
        tx: the transaction.
        site: the member.
        now: the time.
        lost: whether the key before cannot say so any more.

    Raises:
        Conflict: this site is no member, or the head office.
    """
    network = _membership(tx)
    if not lost:
        _offer(tx, site, network, site.signing.prepare(tx, site.actor_id, site.uris.site_actor, now), now, now)
    fresh = site.signing.renew(tx, site.actor_id, site.uris.site_actor, now)
    if lost:
        _offer(tx, site, network, fresh.ed25519, now, now)
    record(tx, "network.key-replaced", network.name, now)
    return network


def rotate_network_key(tx: Transaction, site: Site, now: datetime) -> int:
    """Give the network another key, audited: this head office signs with it from now on, and says so with the one before.

    All that it has stated is signed with both, so that members who know either can verify it. Returns how many invitations end: their
    links name the key before.

    Raises:
        NotFound: this site has no network.
        Conflict: sites wait to be let in, who would not believe the answer.
    """
    network = own_network(tx, site)
    if count_requests(tx, RequestState.WAITING):
        raise Conflict("sites wait", public_message="Sites wait to be let in, and know the key that is changed: answer them first.")
    key = site.signing.prepare(tx, site.actor_id, site.uris.site_actor, now)
    site.signing.promote(tx, site.actor_id, key.key.public, now)
    trust_key(tx, NetworkKey(uri=key.uri, network=network.uri, key=multikey(key.key.public), trusted_at=now))
    proving = site.signing.load(tx, site.actor_id).proving
    for prove_all in (prove_statements, prove_segments):
        prove_all(tx, network.uri, lambda document: add_proofs(document, keys=proving, created=now))
    change_own_key(tx, site, multikey(key.key.public), until=now + OVERLAP, now=now)
    record(tx, "network.key-changed", network.name, now)
    return withdraw_invitations(tx)


def list_ended_keys(tx: Transaction, now: datetime) -> list[str]:
    """Ids of the keys of a head office that are trusted here and that it is not known by any more; never all of them."""
    ended: list[str] = []
    for network in list_networks(tx, {NetworkState.MEMBER}):
        held = load_roster(tx, network.uri, only=[network.uri]).held.get(network.uri)
        trusted = list_trusted_keys(tx, network.uri)
        if held is None or not isinstance(held.statement, Credential) or held.statement.key not in {key.key for key in trusted}:
            continue
        known = held.statement.keys_at(now)
        ended += [key.uri for key in trusted if key.key not in known]
    return ended


def end_former_keys(tx: Transaction, now: datetime) -> None:
    """Trust these no more."""
    for uri in list_ended_keys(tx, now):
        end_key(tx, uri, now)


def take_proven_key(tx: Transaction, site: Site, member: str, key: str, until: datetime, now: datetime) -> bool:
    """Say that a member has the key that it has said to have with the one before, if its own server lists it; audited as its own deed."""
    actor = find_actor_by_uri(tx, member)
    if actor is None or not is_member(tx, site, member):
        return False
    listed = [stored.der for stored in list_public_keys(tx, actor.id) if stored.purpose == "assertionMethod"]
    if key not in {multikey(load_public_der(der)) for der in listed}:
        return False
    change_key(tx, site, member, key, now=now, until=min(until, now + OVERLAP))
    record(tx, "member.key-changed", member, now, account_id=NETWORK_ACCOUNT, who=actor.host)
    return True


def _membership(tx: Transaction) -> Network:
    network = current_network(tx)
    if network is None:
        raise Conflict("in no network", public_message="This site is in no network. Its keys are changed by `fedirse keys rotate`.")
    if network.head_office:
        raise Conflict(
            "the head office",
            public_message="The key of the head office is that of the network: nothing else could say which one is right. "
            "`fedirse network rotate-key` gives it another; the one before has to say so.",
        )
    return network


def _offer(tx: Transaction, site: Site, network: Network, key: NamedKey, until: datetime, now: datetime) -> None:
    """Tell the head office, signed with the new key inside and with the one in use outside."""
    offer = KeyOffer(site.uris.site_actor, network.uri, multikey(key.key.public), until, now)
    proven = add_proof(render_key(offer, key.uri), key=key.key, verification_method=key.uri, created=now)
    activity = render_offer(site.uris.activity(new_id(now)), offer, proven)
    inboxes = inboxes_of([get_actor_by_uri(tx, network.uri)], own_host=site.uris.host, shared=False)
    publish(tx, site, actor=get_actor(tx, site.actor_id), activity=activity, inboxes=inboxes, item_id=None, listed=False, now=now)
