"""What sites say to the head office: Join, and Leave."""

from dataclasses import replace
from datetime import datetime

from fedirse.activitypub import strict_json
from fedirse.activitypub.signatures import KeyAlgorithm, find_proof, load_public_der, multikey
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Refused
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.authority.actions import remove
from fedirse.social.network.joining.invitations import store as invitations
from fedirse.social.network.joining.invitations.actions import find_invitation
from fedirse.social.network.joining.invitations.model import Invitation
from fedirse.social.network.joining.requests import store
from fedirse.social.network.joining.requests.actions import answer, let_in_by_invitation, let_wait, stop_waiting
from fedirse.social.network.joining.requests.model import SENTENCES, JoinRequest, Refusal, RequestState
from fedirse.social.network.joining.requests.rules import why_no_member, why_not_beside, why_not_by
from fedirse.social.network.model import Attributes, Network
from fedirse.social.network.roster.model import Credential, Statement
from fedirse.social.network.roster.store import list_members_at, load_roster
from fedirse.social.network.store import find_network
from fedirse.storage.actors import list_public_keys
from fedirse.storage.transaction import Transaction


def receive_join(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Join: let in, kept until somebody decides, or refused with the reason in words. Asking again gets the same answer again."""
    network = _network_meant(tx, site, authentic)
    member, join = authentic.actor, authentic.activity.id
    keys = _listed_keys(tx, member)
    proven = _proven(authentic, keys)
    known = _statements_at(tx, network, member.host)
    refusal = why_no_member(member.kind, keys, proven) or why_not_beside(member.uri, keys[0], known)
    if refusal is not None:
        return _refuse(tx, site, authentic, _invitation_shown(tx, site, authentic), refusal, now)
    if any(isinstance(one, Credential) for one in known):
        answer(tx, site, "Accept", member, join, now)
        return Handled.DONE
    waiting = store.find_waiting(tx, member.uri)
    if waiting is not None and waiting.key == keys[0]:
        # Nobody is told once more: who asks every minute would stand on top of everybody's news.
        store.save_request(tx, _request(authentic, keys[0], waiting.attributes, now))
        answer(tx, site, "TentativeAccept", member, join, now)
        return Handled.DONE
    invitation = _invitation_shown(tx, site, authentic)
    refusal = why_not_by(invitation, now)
    if invitation is None or refusal is not None or not invitations.take_use(tx, invitation.id):
        return _refuse(tx, site, authentic, invitation, refusal or Refusal.USED, now)
    request = _request(authentic, keys[0], invitation.attributes, now)
    if invitation.approved:
        let_in_by_invitation(tx, site, request, invitation, now)
    else:
        let_wait(tx, site, request, now)
    return Handled.DONE


def receive_leave(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Leave: a member is none any more, one that waited waits no more.

    Raises:
        Refused: "unproven-key", it is not signed with the key of the member.
    """
    network = _network_meant(tx, site, authentic)
    held = load_roster(tx, network.uri, only=[authentic.actor.uri]).held.get(authentic.actor.uri)
    waited = stop_waiting(tx, authentic.actor.uri)
    if held is None or not isinstance(held.statement, Credential):
        return Handled.DONE if waited else Handled.IGNORED
    if not _proven(authentic, sorted(held.statement.keys_at(now))):
        raise Refused(f"a Leave of {authentic.actor.uri} with another key", reason="unproven-key")
    remove(tx, site, authentic.actor.uri, now=now)
    return Handled.DONE


def _network_meant(tx: Transaction, site: Site, authentic: Authenticated) -> Network:
    network = find_network(tx, site.uris.site_actor)
    if network is None or authentic.activity.object_id != network.uri:
        raise Refused(f"{authentic.activity.object_id} is no network of this site", reason="other-network")
    return network


def _listed_keys(tx: Transaction, actor: StoredActor) -> list[str]:
    """The Ed25519 keys of an actor's `assertionMethod`, as Multikeys."""
    keys = [load_public_der(key.der) for key in list_public_keys(tx, actor.id) if key.purpose == "assertionMethod"]
    return [multikey(key) for key in keys if key.algorithm is KeyAlgorithm.ED25519]


def _proven(authentic: Authenticated, keys: list[str]) -> list[str]:
    """Those of the keys that signed what was received; the signature of the request says nothing, it may be of another key."""
    if authentic.proof is Proof.ORIGIN:
        return []
    document = strict_json.parse(authentic.body)
    return [key for key in keys if find_proof(document, key) is not None]


def _statements_at(tx: Transaction, network: Network, host: str) -> list[Statement]:
    members = list_members_at(tx, network.uri, host)
    return [held.statement for held in load_roster(tx, network.uri, only=members).held.values()]


def _invitation_shown(tx: Transaction, site: Site, authentic: Authenticated) -> Invitation | None:
    shown = authentic.activity.instrument
    address = shown.id if shown is not None else None
    secret = (address or "").rpartition("/")[2]
    return find_invitation(tx, secret) if address == site.uris.network_invitation(secret) else None


def _request(authentic: Authenticated, key: str, attributes: Attributes, now: datetime) -> JoinRequest:
    actor = authentic.actor
    return JoinRequest(
        member=actor.uri,
        uri=authentic.activity.id,
        name=actor.display_name,
        host=actor.host,
        key=key,
        attributes=attributes,
        state=RequestState.WAITING,
        asked_at=now,
    )


def _refuse(
    tx: Transaction, site: Site, authentic: Authenticated, invitation: Invitation | None, refusal: Refusal, now: datetime
) -> Handled:
    """Say why; and keep it for the head office where an invitation of its own was shown: what strangers try fills no list."""
    site.counters.add(f"network.{refusal}")
    if invitation is not None:
        asked = _request(authentic, "", invitation.attributes, now)
        store.save_request(tx, replace(asked, state=RequestState.REFUSED, reason=refusal, answered_at=now))
    answer(tx, site, "Reject", authentic.actor, authentic.activity.id, now, words=SENTENCES[refusal])
    return Handled.DONE
