"""One delivery: signs it, posts it, and names what happened. Writes nothing down."""

from dataclasses import dataclass
from http import HTTPStatus

from fedirse.activitypub.signatures import parse_accept_signature
from fedirse.base.errors import RemoteError
from fedirse.outbox.outcome import Delivered, Gone, Outcome, may_be_about_signature, outcome_of_answer, outcome_of_error
from fedirse.outbox.schemes import Scheme, other_scheme
from fedirse.outbox.signing import signed_headers
from fedirse.remote.answers import Answer
from fedirse.site import Site
from fedirse.storage.deliveries import WaitingDelivery
from fedirse.storage.signing import KeyPair


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one delivery, and the scheme in which the peer took it; None when it did not.

    `date` is when the peer says that it refused the signature, by its own clock; None where it does not say, or did not.
    """

    outcome: Outcome
    scheme: Scheme | None
    date: str | None = None


async def deliver_one(site: Site, delivery: WaitingDelivery, keys: KeyPair, scheme: Scheme) -> Attempt:
    """Post a delivery, a second time at once in another scheme when the signature may have been what was wrong.

    The second try counts only if it settles the matter: otherwise what the peer said to the scheme it is known to take stands.
    What is for members of the network is signed with the one key that they know us by, and in no other way.

    Args:
        site: whose delivery it is.
        delivery: what goes where.
        keys: of the actor who signs it.
        scheme: what to sign with first.
    """
    for_members = delivery.signer_id is not None
    scheme = Scheme.MESSAGE_ED25519 if for_members else scheme
    outcome, answer = await _post(site, delivery, keys, scheme)
    if not for_members and may_be_about_signature(outcome, modern=scheme is not Scheme.CAVAGE):
        invited = answer is not None and parse_accept_signature(answer.headers.get("accept-signature", ""))
        other = other_scheme(scheme, invited=invited)
        second, _ = await _post(site, delivery, keys, other)
        if isinstance(second, Delivered | Gone):
            outcome, scheme = second, other
    date = answer.headers.get("date") if answer is not None and outcome.status == HTTPStatus.UNAUTHORIZED else None
    return Attempt(outcome, scheme if isinstance(outcome, Delivered) else None, date)


async def _post(site: Site, delivery: WaitingDelivery, keys: KeyPair, scheme: Scheme) -> tuple[Outcome, Answer | None]:
    """What came of one POST, and what was answered."""
    headers = signed_headers(scheme, delivery.inbox, delivery.body, keys, site.clock.now())
    try:
        answer = await site.client.post(delivery.inbox, delivery.body, headers)
    except RemoteError as error:
        return outcome_of_error(error), None
    return outcome_of_answer(answer, site.clock.now()), answer
