"""The door. Everything another server sends passes here, in this order, and nothing is stored before the end of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fedirse.activitypub import strict_json, uris
from fedirse.activitypub.signatures import Claim, check_digest, check_freshness, read_claim
from fedirse.activitypub.signatures.request import SignedRequest
from fedirse.base import limits
from fedirse.base.errors import Blocked, MalformedDocument, Refused, SignatureError
from fedirse.base.types import JsonObject
from fedirse.inbox.authenticate import authenticate_activity, authenticate_sender
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.members import ScopesOf, no_member
from fedirse.inbox.nonces import Nonces
from fedirse.inbox.registry import Handled, Registry
from fedirse.site import Site
from fedirse.storage.activities import remember_received
from fedirse.storage.refusals import is_refused_host, why_unheard
from fedirse.storage.transaction import Transaction

WINDOW = timedelta(seconds=limits.CLOCK_WINDOW_SECONDS)
AHEAD = timedelta(seconds=limits.CLOCK_AHEAD_SECONDS)


@dataclass(frozen=True, slots=True)
class Door:
    """What the door needs besides the site.

    Attributes:
        registry: which function handles what.
        nonces: single-use values of signatures that carry one.
        heard: told the host of every accepted activity, because a host that sends is a host that can be sent to.
        scopes_of: tells what of the network the owner of a key is inside.
    """

    registry: Registry
    nonces: Nonces
    heard: Callable[[Site, str], Awaitable[None]]
    scopes_of: ScopesOf = no_member


async def receive(site: Site, door: Door, request: SignedRequest) -> Handled:
    """Let an activity in, or raise why not.

    Returns:
        What became of it, after the commit; a duplicate is IGNORED and deserves the same 202.

    Raises:
        ProtocolError, Refused: it is refused for good.
        RemoteUnavailable, StorageError: the sender should try again.
    """
    now = site.clock.now()
    document = strict_json.parse(request.body)
    claim = read_claim(request)
    check_freshness(claim, now, window=WINDOW, ahead=AHEAD)
    check_host(site, request)
    check_digest(request, claim)
    host = host_of_key(claim)
    if await is_farewell_of_a_stranger(site, document):
        return Handled.IGNORED
    if len(request.body) <= limits.PARSED_WAITING_BYTES:
        signer = await authenticate_sender(site, claim)
    else:
        # The key may have to come from somebody who lets us wait, and parsed a document takes thirty times its size.
        del document
        signer = await authenticate_sender(site, claim)
        document = strict_json.parse(request.body)
    door.nonces.check(claim, now)
    authentic = await authenticate_activity(site, signer, document, request.body, door.scopes_of)
    handled = await site.write(accept_from, host, site, door, authentic, now)
    await door.heard(site, host)
    return handled


def check_host(site: Site, request: SignedRequest) -> None:
    """A signature made for another host must not work here. Raises SignatureError."""
    if request.authority not in {site.uris.host, site.settings.media_domain}:
        raise SignatureError(f"signed for {request.authority}", reason="other-host")


def host_of_key(claim: Claim) -> str:
    """The host that answers for the signature. Raises SignatureError when the key id is no address."""
    try:
        return uris.host_of(claim.key_id)
    except MalformedDocument as error:
        raise SignatureError("the key id is no address", reason="bad-key-id") from error


def check_not_blocked(tx: Transaction, host: str) -> None:
    """Raises Blocked for a host this site has nothing to do with; one that is not on its list gets the answer of a blocked one."""
    if is_refused_host(tx, host):
        raise Blocked(f"{host} is blocked", reason="blocked-domain")


async def is_farewell_of_a_stranger(site: Site, document: JsonObject) -> bool:
    """Whether this says that an actor never met here is gone.

    Such activities come in thousands when a server removes accounts, and their keys can no longer be fetched.
    """
    actor, target = document.get("actor"), document.get("object")
    if isinstance(target, dict):
        target = target.get("id")
    if document.get("type") != "Delete" or not isinstance(actor, str) or actor != target:
        return False
    return await site.actors.find(actor) is None


def accept_from(tx: Transaction, host: str, site: Site, door: Door, authentic: Authenticated, now: datetime) -> Handled:
    """As `accept`, unless the host that sent it is blocked; here it is settled whether it comes from a member of the network.

    Asked in the same transaction, because a look of its own would cost more than all that came before; no key is fetched from a
    blocked host meanwhile (see `remote.signed_fetch`), and nothing at its word (see `inbox.authenticate`).
    """
    check_not_blocked(tx, host)
    voucher = authentic.voucher
    if voucher is not None:
        authentic = replace(authentic, scopes=door.scopes_of(tx, site, voucher.actor.uri, voucher.key))
    return accept(tx, site, door.registry, authentic, now)


def accept(tx: Transaction, site: Site, registry: Registry, authentic: Authenticated, now: datetime) -> Handled:
    """The one transaction of an inbound activity: the guard against duplicates and every effect, or nothing at all."""
    activity = authentic.activity
    if authentic.has_proven_id and not remember_received(tx, activity.id, uris.origin_of(authentic.actor.uri), now):
        site.counters.add("inbox.duplicate")
        return Handled.IGNORED
    unheard = why_unheard(tx, authentic.actor.id)
    if unheard == "gone-actor":
        # What they said before may be on the way still, by others too; it is erased already.
        raise Refused(f"{authentic.actor.uri} is gone", reason=unheard)
    if unheard is not None:
        raise Blocked(f"{authentic.actor.uri} is blocked", reason=unheard)
    handler = registry.find(activity.type, activity.object_type)
    if handler is None:
        site.counters.add("inbox.unsupported")
        return Handled.IGNORED
    return handler(tx, site, authentic, now)
