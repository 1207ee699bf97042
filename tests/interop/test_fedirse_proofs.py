"""Integrity proofs (FEP-8b32) between fedirse and the test peer: ours hold there, and theirs vouch here for what others bring."""

import pytest

from tests.interop.peer_process import Peer
from tests.interop.site import LiveSite, note_for

pytestmark = pytest.mark.interop


# Ours


async def test_our_proof_on_what_was_delivered_holds(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} «proved» – ½ € 😀")
    create = await peer.eventually_received("Create", object_=post.uri)
    verdict = await peer.verify_proof(create.document)
    assert (verdict.present, verdict.verified, verdict.keys[0].controller) == (True, True, anna.uri)
    assert not (await peer.verify_proof(create.document | {"published": "2020-01-01T00:00:00Z"})).verified


async def test_our_proof_on_what_is_fetched_by_its_id_holds(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} proved")
    create = await peer.eventually_received("Create", object_=post.uri)
    fetched = (await peer.fetch(create.id or "")).document or {}
    assert fetched == create.document
    assert (await peer.verify_proof(fetched)).verified


async def test_our_proof_lets_in_what_another_server_brings(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} proved")
    create = await peer.eventually_received("Create", object_=post.uri)
    answer = await peer.send_raw(other_peer.shared_inbox, create.document, "none")
    assert answer.status == 202
    assert (await other_peer.eventually_received("Create")).authenticated_by == "proof"


# Theirs


async def test_a_proved_activity_that_another_brings_is_let_in(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    proved = (await peer.send_raw(peer.inbox(), create, "proof-only")).sent
    answer = await other_peer.send_raw(anna.inbox, proved, "rfc9421")
    assert (answer.status, answer.body) == (202, "")
    post = await site.get(create["object"]["id"])
    assert (await site.resolve(peer.actor())).id == post.actor_id


async def test_a_proof_that_does_not_fit_is_refused(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    proved = (await peer.send_raw(peer.inbox(), create, "proof-only")).sent
    changed = proved | {"object": proved["object"] | {"content": "<p>Changed</p>"}}
    assert (await other_peer.send_raw(anna.inbox, changed, "rfc9421")).status == 401
    assert await site.find(create["object"]["id"]) is None


async def test_a_proof_by_another_than_the_actor_is_no_proof(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    answer = await other_peer.send_raw(anna.inbox, create, "rfc9421", proof=True)
    assert answer.status in {400, 401}
    assert await site.find(create["object"]["id"]) is None


@pytest.mark.parametrize("linked_data", [False, True])
async def test_what_another_brings_without_a_proof_is_asked_for_at_its_origin(
    site: LiveSite, peer: Peer, other_peer: Peer, linked_data: bool
) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    path = create["id"].removeprefix(peer.origin)
    await peer.serve(path, create)
    brought = create | {"object": create["object"] | {"content": "<p>Changed on the way</p>"}}
    if linked_data:
        brought = (await peer.send_raw(peer.inbox(), brought, "ld-only")).sent
    answer = await other_peer.send_raw(anna.inbox, brought, "rfc9421")
    assert (answer.status, answer.body) == (202, "")
    assert (await site.get(create["object"]["id"])).content == "<p>By hand</p>"
    assert [request.status for request in await peer.requests(path=path)] == [200]


async def test_a_linked_data_signature_vouches_for_nothing_by_itself(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    signed = (await peer.send_raw(peer.inbox(), create, "ld-only")).sent
    assert (await other_peer.send_raw(anna.inbox, signed, "rfc9421")).status in {400, 401}
    assert await site.find(create["object"]["id"]) is None


async def test_what_fedify_proved_itself_is_let_in_from_another_without_asking(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Pass it on</p>", mention=[other_peer.actor()])
    create = await other_peer.eventually_received("Create", object_=note.id)
    answer = await other_peer.send_raw(anna.inbox, create.document, "cavage")
    assert (answer.status, answer.body) == (202, "")
    assert await peer.requests(path=note.activity.removeprefix(peer.origin)) == []


# Answers that we pass on


async def test_the_peers_answer_in_our_thread_is_passed_on_to_followers_elsewhere(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    await other_peer.follow(anna.uri)
    await other_peer.eventually_following(anna.uri)
    question = await site.say(anna, "Who has a ladder?")
    await other_peer.eventually_received("Create", object_=question.uri)
    reply = await peer.post("<p>We do.</p>", in_reply_to=question.uri)
    passed_on = await other_peer.eventually_received("Create", object_=reply.id)
    assert passed_on.actor == peer.actor()
    assert (passed_on.key_id or "").startswith(f"{anna.uri}#")
    assert passed_on.signatures is not None
    assert passed_on.signatures.proof.verified
    await peer.delete(reply.id)
    assert (await other_peer.eventually_received("Delete", object_=reply.id)).actor == peer.actor()


async def test_an_answer_that_is_not_for_everybody_is_not_passed_on(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    await other_peer.follow(anna.uri)
    await other_peer.eventually_following(anna.uri)
    question = await site.say(anna, "Who has a ladder?")
    await other_peer.eventually_received("Create", object_=question.uri)
    reply = await peer.post("<p>We do.</p>", in_reply_to=question.uri, to=[anna.uri])
    await site.eventually_post(reply.id)
    await site.settled()
    assert await other_peer.received(object=reply.id) == []
