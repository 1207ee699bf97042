"""Who sent this, and whose words are these. The only place that makes an `Authenticated`."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from fedirse.activitypub import jsonld, uris
from fedirse.activitypub.documents.activity import Activity, parse_activity
from fedirse.activitypub.documents.tombstone import parse_tombstone
from fedirse.activitypub.origin import check_activity_authority
from fedirse.activitypub.signatures import Claim, verify_claim
from fedirse.activitypub.signatures.keys import PublicKey
from fedirse.activitypub.signatures.proofs import ProofClaim, check_proof_date, read_proofs, verify_proof
from fedirse.base.actors import StoredActor
from fedirse.base.errors import (
    Blocked,
    MalformedDocument,
    OriginMismatch,
    ProtocolError,
    RemoteGone,
    SignatureError,
)
from fedirse.base.types import JsonObject
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.members import ScopesOf, is_member
from fedirse.remote.actors import lies_under
from fedirse.remote.key_memory import KnownKey
from fedirse.site import Site
from fedirse.storage.refusals import refused_among


async def authenticate_sender(site: Site, claim: Claim, *others: Claim) -> KnownKey:
    """The key that signed the request, with the actor whose it is.

    Args:
        site: where it arrived.
        claim: what the request says about its signature.
        others: other readings of the same signature; one that holds is enough.

    Raises:
        SignatureError: no such key, its owner does not list it, or the signature does not hold.
        RemoteUnavailable: the key is unknown and its server does not answer.
    """
    return await _owner_of(site, claim.key_id, partial(_verify_any, (claim, *others)))


async def read_activity(document: JsonObject) -> Activity:
    """The typed activity of a foreign document; a document off the fast path is expanded beside the event loop."""
    read = jsonld.read_directly(document)
    if read is None:
        read = await asyncio.to_thread(jsonld.read_by_processor, document)
    return parse_activity(read.document)


async def authenticate_activity(site: Site, signer: KnownKey, document: JsonObject, body: bytes, scopes_of: ScopesOf) -> Authenticated:
    """The activity with the actor it is really from.

    Args:
        site: where it arrived.
        signer: the key that signed the request, and whose it is.
        document: the body as strict JSON.
        body: the bytes of the body.
        scopes_of: tells who is a member of the network: a member's key speaks for everybody of its origin.

    Raises:
        OriginMismatch: the id is not of the actor's origin, or somebody speaks for somebody else without proof.
    """
    activity, sender = await read_activity(document), signer.actor
    if activity.actor == sender.uri:
        check_activity_authority(activity, sender.uri)
        voucher = await _proving_member(site, activity, document, scopes_of) or signer
        return Authenticated(activity, sender, Proof.SIGNATURE, body, voucher)
    if uris.origin_of(activity.actor) == site.uris.origin:
        # What our own people do is done here. An old proof of theirs, brought back, must not do it again.
        raise OriginMismatch(f"{sender.uri} speaks for {activity.actor}, who is ours", reason="own-actor")
    blocked = await site.read(refused_among, (sender.host, uris.host_of(activity.actor)))
    if sender.host in blocked:
        # Before anything is fetched because they say so.
        raise Blocked(f"{sender.host} is blocked", reason="blocked-domain")
    if blocked:
        raise OriginMismatch(f"{sender.uri} forwards a blocked actor", reason="forwarded-blocked")
    by_member = await _by_member(site, signer, activity, document, body, scopes_of)
    by_proof = by_member or await _by_integrity_proof(site, activity, document, body)
    return by_proof or await _by_origin(site, activity, body)


async def authenticate_again(site: Site, member: str, document: JsonObject, body: bytes, scopes_of: ScopesOf) -> Authenticated:
    """An activity that a member of the network gives once more, by the proof it was published with; who is asked for it proves nothing.

    Args:
        site: who has asked.
        member: URI of the actor of the member that was asked.
        document: the activity, with its proof.
        body: the same as bytes.
        scopes_of: tells who is a member.

    Raises:
        OriginMismatch: "other-origin", it is by somebody of another origin than the member's.
        SignatureError: "no-proof", no proof with the member's key holds.
    """
    activity = await read_activity(document)
    if not uris.same_origin(activity.actor, member):
        raise OriginMismatch(f"{member} gives an activity of {activity.actor}", reason="other-origin")
    claims = [*_own_proofs(document, activity.actor), *_proofs_of_origin(document, activity.actor)]
    voucher = await _member_among(site, claims, document, activity.actor, scopes_of)
    if voucher is None:
        raise SignatureError(f"{activity.id} has no proof of a member", reason="no-proof")
    actor = await site.actors.resolve(activity.actor)
    check_activity_authority(activity, actor.uri)
    return Authenticated(activity, actor, Proof.INTEGRITY_PROOF, body, voucher)


async def _by_member(
    site: Site, signer: KnownKey, activity: Activity, document: JsonObject, body: bytes, scopes_of: ScopesOf
) -> Authenticated | None:
    """The activity if the actor's own site, as a member of the network, signed the request or made a proof of it."""
    signed = uris.same_origin(signer.actor.uri, activity.actor) and await is_member(site, signer, scopes_of)
    voucher = signer if signed else await _proving_member(site, activity, document, scopes_of)
    if voucher is None:
        return None
    actor = await _resolve_once(site, activity.actor)
    check_activity_authority(activity, actor.uri)
    return Authenticated(activity, actor, Proof.SIGNATURE if signed else Proof.INTEGRITY_PROOF, body, voucher)


async def _proving_member(site: Site, activity: Activity, document: JsonObject, scopes_of: ScopesOf) -> KnownKey | None:
    """The member of the actor's origin who made a proof of the activity in the name of somebody there; None without one that holds.

    The keys of members are known before they say anything. Nothing is fetched for a proof that only ever adds to what is known without
    it: one that cannot be verified is as good as none.
    """
    return await _member_among(site, _proofs_of_origin(document, activity.actor), document, activity.actor, scopes_of)


async def _member_among(site: Site, claims: Sequence[ProofClaim], document: JsonObject, actor: str, scopes_of: ScopesOf) -> KnownKey | None:
    for claim in claims:
        voucher = await site.keys.find(claim.verification_method)
        if voucher is None or not uris.same_origin(voucher.actor.uri, actor) or not await is_member(site, voucher, scopes_of):
            continue
        with suppress(SignatureError):
            check_proof_date(claim, site.clock.now())
            verify_proof(document, claim, voucher.key)
            return voucher
    return None


async def _resolve_once(site: Site, uri: str) -> StoredActor:
    """The actor, known or fetched; only a fetch counts as one that a stranger caused."""
    known = await site.actors.find(uri)
    if known is not None:
        return known
    with site.budget.fetching(uris.host_of(uri)):
        return await site.actors.resolve(uri)


async def _by_integrity_proof(site: Site, activity: Activity, document: JsonObject, body: bytes) -> Authenticated | None:
    """The activity if it carries a proof of its own actor that holds. Proofs of others count for nothing here (SIG-080)."""
    for claim in _own_proofs(document, activity.actor):
        check_proof_date(claim, site.clock.now())
        known = await _owner_of(site, claim.verification_method, partial(verify_proof, document, claim))
        if known.actor.uri != activity.actor:
            raise SignatureError("the proof's key belongs to another actor", reason="proof-of-other")
        check_activity_authority(activity, known.actor.uri)
        return Authenticated(activity, known.actor, Proof.INTEGRITY_PROOF, body, known)
    return None


def _verify_any(claims: Sequence[Claim], key: PublicKey) -> None:
    for claim in claims[:-1]:
        with suppress(SignatureError):
            verify_claim(claim, key)
            return
    verify_claim(claims[-1], key)


async def _owner_of(site: Site, key_id: str, verify: Callable[[PublicKey], None]) -> KnownKey:
    """The key that made what `verify` checks, with its owner.

    The key is known or fetched once; when a known one fails, its owner may have rotated it, so that it is fetched again, once.
    Raises as `authenticate_sender`.
    """
    known = await site.keys.resolve(key_id)
    try:
        verify(known.key)
    except SignatureError:
        rotated = await site.keys.refresh_once(known)
        if rotated is None:
            raise
        verify(rotated.key)
        known = rotated
    return known


def _own_proofs(document: JsonObject, actor: str) -> list[ProofClaim]:
    return _proofs(document, lambda key: lies_under(key, actor))


def _proofs_of_origin(document: JsonObject, actor: str) -> list[ProofClaim]:
    """Proofs with a key of somebody else on the actor's origin, as a site makes for its people."""
    origin = uris.origin_of(actor)
    return _proofs(document, lambda key: key.startswith(f"{origin}/") and not lies_under(key, actor))


def _proofs(document: JsonObject, wanted: Callable[[str], bool]) -> list[ProofClaim]:
    try:
        return list(read_proofs(document, wanted))
    except ProtocolError:
        # Of a suite we do not know, or malformed: as good as none. The origin can still be asked.
        return []


async def _by_origin(site: Site, activity: Activity, body: bytes) -> Authenticated:
    """The activity as its own server serves it; what was sent is a hint and not used (ORG-064, ORG-069)."""
    with site.budget.fetching(uris.host_of(activity.actor)):
        confirmed = await _confirmed(site, activity)
        actor = await site.actors.resolve(confirmed.actor)
    check_activity_authority(confirmed, actor.uri)
    return Authenticated(confirmed, actor, Proof.ORIGIN, body)


async def _confirmed(site: Site, activity: Activity) -> Activity:
    """What the origin says of the activity; of a Delete, that what it deletes is gone."""
    target = activity.object_id
    if activity.type == "Delete" and target is not None and uris.same_origin(target, activity.actor):
        await _check_gone(site, target, explicit=target == activity.actor)
        return activity
    confirmed = parse_activity(await site.fetch_document(activity.id))
    if confirmed.id != activity.id or confirmed.actor != activity.actor:
        raise OriginMismatch("the origin serves another activity under that id", reason="forwarded-other")
    return confirmed


async def _check_gone(site: Site, uri: str, *, explicit: bool) -> None:
    """Raises OriginMismatch for what is still there. Where an explicit word is wanted, a 404 is none: a server that lost its way
    answers that about everybody.
    """
    try:
        parse_tombstone(await site.fetch_document(uri))
    except RemoteGone as error:
        if not explicit or error.explicit:
            return
    except MalformedDocument:
        pass
    else:
        return
    raise OriginMismatch("a forwarded Delete of what is still there", reason="forwarded-delete")
