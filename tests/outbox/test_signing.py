"""How deliveries are signed, and what happens when a peer wants it in another way."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from fedirse.activitypub.signatures import (
    KeyAlgorithm,
    accept_signature_header,
    check_digest,
    check_freshness,
    read_claim,
    read_proofs,
    verify_claim,
    verify_proof,
)
from fedirse.base.errors import RemoteUnavailable
from fedirse.outbox.recipients import Inbox
from fedirse.outbox.schemes import Scheme
from fedirse.remote.answers import Answer
from fedirse.storage.signing import KeyPair
from tests.outbox.ground import Ground
from tests.outbox.wire import ACCEPTED, Sent, Wire

THERE = "there.example"
URL = f"https://{THERE}/inbox"
STATED = [Inbox(THERE, URL, Scheme.MESSAGE_ED25519)]
MODERN = [Inbox(THERE, URL, Scheme.MESSAGE)]


def only(*schemes: str, otherwise: Answer) -> Callable[[Sent], Answer]:
    """A peer that takes these schemes."""
    return lambda sent: ACCEPTED if sent.scheme in schemes else otherwise


async def keys_of(ground: Ground, handle: str = "alice") -> KeyPair:
    return await ground.site.read(ground.site.signing.load, ground.actors[handle].id)


def check(sent: Sent, ground: Ground, keys: KeyPair) -> KeyAlgorithm:
    """Verify a delivery as its receiver would; returns the kind of key."""
    claim = read_claim(sent.request)
    check_freshness(claim, ground.clock.now(), window=timedelta(minutes=5), ahead=timedelta(0))
    check_digest(sent.request, claim)
    named = {key.uri: key for key in (keys.rsa, keys.ed25519)}[claim.key_id]
    verify_claim(claim, named.key.public)
    return named.key.algorithm


async def test_a_peer_nothing_is_known_of_gets_a_signature_that_everybody_can_verify(ground: Ground, wire: Wire) -> None:
    await ground.post(THERE)
    await ground.deliver()
    [sent] = wire.sent
    assert (sent.scheme, check(sent, ground, await keys_of(ground))) == ("cavage", KeyAlgorithm.RSA)


async def test_a_peer_that_states_rfc_9421_gets_it(ground: Ground, wire: Wire) -> None:
    await ground.post(inboxes=MODERN)
    await ground.deliver()
    [sent] = wire.sent
    assert (sent.scheme, check(sent, ground, await keys_of(ground))) == ("rfc9421", KeyAlgorithm.RSA)


async def test_a_peer_that_states_ed25519_gets_that(ground: Ground, wire: Wire) -> None:
    await ground.post(inboxes=STATED)
    await ground.deliver()
    [sent] = wire.sent
    assert (sent.scheme, check(sent, ground, await keys_of(ground))) == ("rfc9421-ed25519", KeyAlgorithm.ED25519)


async def test_the_body_says_what_it_is(ground: Ground, wire: Wire) -> None:
    await ground.post(THERE)
    await ground.deliver()
    assert wire.sent[0].headers["content-type"] == "application/activity+json"


async def test_the_body_carries_a_proof_by_its_actor(ground: Ground, wire: Wire) -> None:
    await ground.post(THERE)
    await ground.deliver()
    document = wire.sent[0].document
    [proof] = read_proofs(document)
    keys = await keys_of(ground)
    verify_proof(document, proof, keys.ed25519.key.public)
    assert proof.verification_method == keys.ed25519.uri


@pytest.mark.reliability("REL-033")
async def test_what_was_queued_before_a_rotation_is_signed_with_the_new_key(ground: Ground, wire: Wire) -> None:
    old = await keys_of(ground)
    await ground.post(THERE)
    alice = ground.actors["alice"]
    new = await ground.site.write(ground.site.signing.create, alice.id, alice.uri, ground.clock.now())
    await ground.deliver()
    assert old.rsa.uri not in wire.sent[0].headers["signature"]
    assert check(wire.sent[0], ground, new) is KeyAlgorithm.RSA


# The second try


async def test_a_401_is_answered_at_once_in_the_other_scheme_and_remembered(ground: Ground, wire: Wire) -> None:
    wire.reply(THERE, only("rfc9421", otherwise=Answer(401, {})))
    await ground.post(THERE)
    await ground.post(THERE)
    await ground.deliver()
    assert [sent.scheme for sent in wire.sent] == ["cavage", "rfc9421", "rfc9421"]
    assert (await ground.states(), (await ground.peer(THERE)).signature) == (["delivered"] * 2, "rfc9421")


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("inboxes", [MODERN, STATED])
async def test_a_peer_that_does_not_take_what_it_states_gets_the_older_scheme_from_then_on(
    ground: Ground, wire: Wire, inboxes: list[Inbox], status: int
) -> None:
    wire.reply(THERE, only("cavage", otherwise=Answer(status, {})))
    await ground.post(inboxes=inboxes)
    await ground.deliver()
    await ground.post(inboxes=inboxes)
    await ground.deliver()
    assert [sent.scheme for sent in wire.sent] == [inboxes[0].stated, "cavage", "cavage"]
    assert (await ground.peer(THERE)).signature == "cavage"


async def test_a_peer_that_refuses_an_ed25519_key_and_invites_rfc_9421_gets_it_with_rsa(ground: Ground, wire: Wire) -> None:
    wire.reply(THERE, only("rfc9421", otherwise=Answer(401, {"accept-signature": accept_signature_header()})))
    await ground.post(inboxes=STATED)
    await ground.deliver()
    assert [sent.scheme for sent in wire.sent] == ["rfc9421-ed25519", "rfc9421"]


async def test_a_peer_that_takes_neither_is_left_alone(ground: Ground, wire: Wire) -> None:
    wire.always(THERE, Answer(401, {}, "no key"))
    await ground.post(THERE)
    await ground.post(THERE)
    await ground.deliver()
    peer = await ground.peer(THERE)
    assert [sent.scheme for sent in wire.sent] == ["cavage", "rfc9421"]
    assert (await ground.states(), peer.failures, peer.last_error, peer.signature) == (["queued"] * 2, 1, "401 no key", None)


@pytest.mark.parametrize("status", [202, 400, 403, 404, 410, 413, 429, 500, 503])
async def test_only_a_401_doubts_the_older_scheme(ground: Ground, wire: Wire, status: int) -> None:
    wire.always(THERE, Answer(status, {}))
    await ground.post(THERE)
    await ground.deliver()
    assert len(wire.sent) == 1


async def test_a_second_try_that_settles_nothing_leaves_the_first_answer_standing(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, Answer(401, {}, "no key"), Answer(400, {}, "what is this"))
    await ground.post(THERE)
    await ground.deliver()
    [row] = await ground.rows()
    assert (row.state, row.status, row.answer, row.refusals) == ("queued", 401, "no key", 0)


async def test_a_second_try_that_meets_nobody_leaves_the_first_answer_standing(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, Answer(401, {}), RemoteUnavailable("cut", reason="disconnected"))
    await ground.post(THERE)
    await ground.deliver()
    assert (await ground.rows())[0].status == 401


async def test_an_inbox_that_tells_only_the_second_try_that_it_is_gone_is_gone(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, Answer(401, {}), Answer(410, {}))
    await ground.post(THERE)
    await ground.deliver()
    assert await ground.states() == ["gone"]


# Statements


async def test_a_new_statement_is_believed_over_what_worked_before(ground: Ground, wire: Wire) -> None:
    await ground.post(THERE)
    await ground.deliver()
    await ground.post(inboxes=STATED)
    await ground.deliver()
    assert [sent.scheme for sent in wire.sent] == ["cavage", "rfc9421-ed25519"]


async def test_a_statement_that_comes_while_a_delivery_is_out_is_not_overwritten_by_it(ground: Ground, wire: Wire) -> None:
    async def meanwhile(_: Sent) -> Answer:
        await ground.post(inboxes=STATED)
        wire.reply(THERE, lambda _: ACCEPTED)
        return ACCEPTED

    wire.reply(THERE, meanwhile)
    await ground.post(THERE)
    await ground.deliver()
    assert (await ground.peer(THERE)).signature == Scheme.MESSAGE_ED25519
