"""Who is asking: the key behind a signed GET, and its owner. Decides nothing about what they may read."""

from dataclasses import replace
from datetime import timedelta

from fedirse.activitypub.signatures import Claim, check_freshness, read_claim
from fedirse.activitypub.signatures.request import SignedRequest
from fedirse.base import limits
from fedirse.base.errors import Blocked
from fedirse.inbox.authenticate import authenticate_sender
from fedirse.inbox.receive import check_host, check_not_blocked, host_of_key
from fedirse.remote.key_memory import KnownKey
from fedirse.site import Site
from fedirse.storage.own_keys import list_key_uris
from fedirse.storage.refusals import why_unheard

# What a signed GET unlocks may be private, so a captured one is good for minutes only (SIG-051).
FETCH_WINDOW = timedelta(seconds=limits.FETCH_CLOCK_WINDOW_SECONDS)


def is_signed(request: SignedRequest) -> bool:
    """Whether the request carries anything that looks like a signature."""
    return any(name in {"signature", "signature-input"} for name, _ in request.headers)


async def identify_reader(site: Site, request: SignedRequest) -> KnownKey | None:
    """The key that signed the request, with its owner; None when nobody did.

    Raises:
        SignatureError: it is signed, and the signature does not hold: refused before anything is looked up.
        Blocked: the signer or their host is blocked; even public things are not for them (PRV-043).
    """
    if not is_signed(request):
        return None
    claim = read_claim(request)
    check_freshness(claim, site.clock.now(), window=FETCH_WINDOW, ahead=FETCH_WINDOW)
    check_host(site, request)
    await site.read(check_not_blocked, host_of_key(claim))
    signer = await authenticate_sender(site, claim, *await _with_fragments(site, request, claim))
    if await site.read(why_unheard, signer.actor.id) == "blocked-actor":
        raise Blocked(f"{signer.actor.uri} is blocked", reason="blocked-actor")
    return signer


async def _with_fragments(site: Site, request: SignedRequest, claim: Claim) -> list[Claim]:
    """The claim as Fedify makes it when it looks for one of our keys by its id, whose fragment it signs as if it were sent."""
    if "@target-uri" not in claim.covered:
        return []
    document = f"{site.uris.origin}{request.target}"
    keys = await site.read(list_key_uris, document, limit=limits.ACTOR_KEYS)
    return [read_claim(replace(request, fragment=key.removeprefix(document))) for key in keys]
