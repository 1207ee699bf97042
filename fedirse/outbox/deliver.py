"""One delivery: signs it, posts it, and names what happened. Writes nothing down."""

from dataclasses import dataclass

from fedirse.activitypub.signatures import parse_accept_signature
from fedirse.base.errors import RemoteError
from fedirse.outbox.outcome import Delivered, Gone, Outcome, may_be_about_signature, outcome_of_answer, outcome_of_error
from fedirse.outbox.schemes import Scheme, other_scheme
from fedirse.outbox.signing import signed_headers
from fedirse.site import Site
from fedirse.storage.deliveries import WaitingDelivery
from fedirse.storage.signing import KeyPair


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one delivery, and the scheme in which the peer took it; None when it did not."""

    outcome: Outcome
    scheme: Scheme | None


async def deliver_one(site: Site, delivery: WaitingDelivery, keys: KeyPair, scheme: Scheme) -> Attempt:
    """Post a delivery, a second time at once in another scheme when the signature may have been what was wrong.

    The second try counts only if it settles the matter: otherwise what the peer said to the scheme it is known to take stands.

    Args:
        site: whose delivery it is.
        delivery: what goes where.
        keys: of the actor who sends it.
        scheme: what to sign with first.
    """
    outcome, invited = await _post(site, delivery, keys, scheme)
    if may_be_about_signature(outcome, modern=scheme is not Scheme.CAVAGE):
        other = other_scheme(scheme, invited=invited)
        second, _ = await _post(site, delivery, keys, other)
        if isinstance(second, Delivered | Gone):
            outcome, scheme = second, other
    return Attempt(outcome, scheme if isinstance(outcome, Delivered) else None)


async def _post(site: Site, delivery: WaitingDelivery, keys: KeyPair, scheme: Scheme) -> tuple[Outcome, bool]:
    """What came of one POST, and whether the answer invites signatures after RFC 9421."""
    headers = signed_headers(scheme, delivery.inbox, delivery.body, keys, site.clock.now())
    try:
        answer = await site.client.post(delivery.inbox, delivery.body, headers)
    except RemoteError as error:
        return outcome_of_error(error), False
    return outcome_of_answer(answer, site.clock.now()), parse_accept_signature(answer.headers.get("accept-signature", ""))
