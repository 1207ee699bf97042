"""What somebody brings in somebody else's name: proofs, Linked Data Signatures, and what the origin says when it is asked."""

from copy import deepcopy
from typing import Any

import orjson
import pytest

from fedirse.activitypub.signatures import add_proof
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base import limits
from fedirse.social.audiences.model import AudienceKind
from tests.attacks.foreign import AS2, CONTEXT, Foreigner, ed25519_key
from tests.attacks.letters import letter
from tests.attacks.scene import Scene, to_alice
from tests.federation.network import find, say

LDS = {
    "type": "RsaSignature2017",
    "creator": "https://victim.example/users/bob#main-key",
    "created": "2026-03-02T08:00:00Z",
    "signatureValue": "c2lnbmF0dXJl",
}


@pytest.fixture
async def relay(scene: Scene) -> Foreigner:
    """Somebody known here who brings what others said."""
    relay = scene.server("relay.example").person("relay", 2)
    await scene.accepts(relay.send(relay.create(to_alice(scene, relay))))
    return relay


@pytest.fixture
async def bob(scene: Scene) -> Foreigner:
    """Who is spoken for, known here."""
    bob = scene.server("victim.example").person("bob", 1)
    await scene.accepts(bob.send(bob.create(to_alice(scene, bob))))
    return bob


def publish(by: Foreigner, activity: dict[str, Any]) -> None:
    by.server.serve(activity["id"], activity)


# Linked Data Signatures grant nothing


@pytest.mark.attack("SIG-077")
@pytest.mark.parametrize("kind", ["Create", "Update", "Delete", "Move", "Block", "Undo", "Follow", "Accept"])
async def test_a_linked_data_signature_speaks_for_nobody(scene: Scene, relay: Foreigner, bob: Foreigner, kind: str) -> None:
    activity = bob.activity(kind, scene.alice.uri) | {"signature": LDS}
    await scene.refuses(relay.send(activity), 401, "remote-gone", fetches=[activity["id"]])


def aliased_graph(activity: dict[str, Any]) -> dict[str, Any]:
    return {"@context": [AS2, {"g": "@graph"}], "g": [{**activity, "@context": None}]}


def chained_graph(activity: dict[str, Any]) -> dict[str, Any]:
    return {"@context": [AS2, {"h": "@graph"}, {"g": "h"}], "g": [activity]}


def graph(activity: dict[str, Any]) -> dict[str, Any]:
    return {"@context": AS2, "@graph": [activity]}


def reversed_object(activity: dict[str, Any]) -> dict[str, Any]:
    create = {name: value for name, value in activity.items() if name not in {"object", "@context"}}
    return {"@context": CONTEXT, **activity["object"], "@reverse": {"object": create}}


def included(activity: dict[str, Any]) -> dict[str, Any]:
    return {**activity, "object": activity["object"]["id"], "@included": [activity["object"]]}


def swapped_terms(activity: dict[str, Any]) -> dict[str, Any]:
    said = {**activity["object"], "txt": "hi", "content": "EVIL", "to": PUBLIC}
    return {**activity, "@context": [AS2, {"content": None, "to": None, "txt": "as:content"}], "object": said}


def added_keys(activity: dict[str, Any]) -> dict[str, Any]:
    return {**activity, "@context": [AS2, {"@vocab": "_:"}], "unheard": "of", "object": {**activity["object"], "sensitive": None}}


def keywords_inside(activity: dict[str, Any]) -> dict[str, Any]:
    return {**activity, "signature": {**LDS, "@reverse": {"object": activity["object"]}, "@id": "https://x.example/", "nonce": "1"}}


SHAPES = {
    "SIG-069": [aliased_graph, chained_graph, graph],
    "SIG-070": [reversed_object],
    "SIG-071": [included],
    "SIG-072": [swapped_terms],
    "SIG-073": [added_keys],
    "SIG-075": [keywords_inside],
}


@pytest.mark.parametrize(
    "shape", [pytest.param(shape, marks=pytest.mark.attack(case), id=shape.__name__) for case, shapes in SHAPES.items() for shape in shapes]
)
async def test_a_signed_document_in_another_shape_is_not_believed(scene: Scene, relay: Foreigner, bob: Foreigner, shape: Any) -> None:
    activity = bob.create(to_alice(scene, bob))
    shaped = shape({**activity, "signature": LDS}) | ({} if shape is keywords_inside else {"signature": LDS})
    rows = await scene.rows()
    answer = await scene.send(relay.send(shaped))
    assert answer.status in {400, 401}, answer.body
    assert await scene.rows() == rows
    assert await find(scene.site, activity["object"]["id"]) is None
    await scene.behaves()


@pytest.mark.attack("SIG-072")
async def test_a_term_that_means_something_else_is_read_as_it_means(scene: Scene, bob: Foreigner) -> None:
    """Also from the actor themselves: what a naive reader would take for the content is none."""
    activity = swapped_terms(bob.create(to_alice(scene, bob)))
    await scene.send(bob.send(activity))
    post = await find(scene.site, activity["object"]["id"])
    assert post is None or ("EVIL" not in post.content and post.audience.kind is not AudienceKind.PUBLIC)


# Integrity proofs


async def test_a_proof_of_the_actor_is_enough(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    activity = bob.proved(bob.create(to_alice(scene, bob)))
    fetched = scene.fetched
    await scene.accepts(relay.send(activity))
    assert await find(scene.site, activity["object"]["id"]) is not None
    assert scene.fetched == fetched


@pytest.mark.attack("SIG-079")
@pytest.mark.parametrize(
    "change",
    [{"proofPurpose": "authentication"}, {"proofPurpose": None}, {"cryptosuite": "eddsa-rdfc-2022"}, {"cryptosuite": None},
     {"cryptosuite": ""}, {"type": "Ed25519Signature2020"}, {"proofValue": ""}, {"proofValue": None}, {"verificationMethod": None},
     {"verificationMethod": 1}, {"created": "yesterday"}],
)  # fmt: skip
async def test_a_proof_of_another_kind_is_none(scene: Scene, relay: Foreigner, bob: Foreigner, change: dict[str, object]) -> None:
    activity = bob.proved(bob.create(to_alice(scene, bob)), **change)
    await scene.refuses(relay.send(activity), 401, "remote-gone", fetches=[activity["id"]])


async def test_a_proof_over_other_words_is_refused(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    activity = bob.proved(bob.create(to_alice(scene, bob)))
    changed = deepcopy(activity)
    changed["object"]["content"] = "<p>Autre chose</p>"
    await scene.refuses(relay.send(changed), 401, "bad-signature", fetches=[bob.uri])
    await scene.refuses(relay.send(changed), 401, "bad-signature")


@pytest.mark.attack("SIG-080")
@pytest.mark.parametrize("first", ["theirs", "ours"])
async def test_of_several_proofs_the_actors_own_must_hold(scene: Scene, relay: Foreigner, bob: Foreigner, first: str) -> None:
    plain = bob.create(to_alice(scene, bob))
    now = scene.network.clock.now()
    by_relay = add_proof(plain, key=relay.proof_key, verification_method=relay.proof_key_id, created=now)["proof"]
    in_bobs_name = add_proof(plain, key=ed25519_key(7), verification_method=bob.proof_key_id, created=now)["proof"]
    proofs = [by_relay, in_bobs_name] if first == "theirs" else [in_bobs_name, by_relay]
    await scene.refuses(relay.send({**plain, "proof": proofs}), 401, "bad-signature", fetches=[bob.uri])
    await scene.refuses(relay.send({**plain, "proof": [by_relay]}), 401, "remote-gone", fetches=[plain["id"]])


async def test_a_proof_with_a_neighbours_key_is_none(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    mallory = bob.server.person("mallory", 3)
    plain = bob.create(to_alice(scene, bob))
    made = add_proof(plain, key=mallory.proof_key, verification_method=mallory.proof_key_id, created=scene.network.clock.now())
    await scene.refuses(relay.send(made), 401, "remote-gone", fetches=[plain["id"]])


@pytest.mark.attack("SIG-081")
@pytest.mark.parametrize(
    "context", [[*CONTEXT, {"content": "as:summary"}], [AS2], AS2, [{"Note": "as:Person"}, *CONTEXT], [*reversed(CONTEXT)], None]
)
async def test_a_proof_for_another_context_is_refused(scene: Scene, relay: Foreigner, bob: Foreigner, context: Any) -> None:
    activity = {**bob.proved(bob.create(to_alice(scene, bob))), "@context": context}
    if context is None:
        del activity["@context"]
    answer = await scene.send(relay.send(activity))
    assert answer.status == 401
    assert await find(scene.site, activity["object"]["id"]) is None
    await scene.behaves()


@pytest.mark.attack("SIG-083")
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [(b'"actor":', b'"actor":"https://relay.example/users/relay","actor":', "duplicate-key"), (b"Bonjour", b"\\ud800", "lone-surrogate"),
     (b'"type":"Create"', b'"type":"Create","n":1e400', "number-out-of-range"),
     (b'"type":"Create"', b'"type":"Create","n":99999999999999999999', "number-out-of-range")],
)  # fmt: skip
async def test_what_canonical_json_cannot_hold_is_refused_before_it_is_hashed(
    scene: Scene, relay: Foreigner, bob: Foreigner, old: bytes, new: bytes, reason: str
) -> None:
    body = orjson.dumps(bob.proved(bob.create(to_alice(scene, bob)))).replace(old, new, 1)
    await scene.refuses(relay.sign(letter(body)), 400, reason)


@pytest.mark.attack("SIG-083")
async def test_a_whole_number_that_canonical_json_would_round_proves_nothing(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    activity = {**bob.proved(bob.create(to_alice(scene, bob))), "n": 2**53 + 1}
    answer = await scene.send(relay.send(activity))
    assert answer.status == 401
    assert await find(scene.site, activity["object"]["id"]) is None


async def test_an_old_proof_of_our_own_people_does_nothing(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    await scene.accepts(relay.send(relay.activity("Follow", scene.alice.uri)))
    await say(scene.site, scene.alice, "De nous")
    await scene.settle()
    sent = next(activity for activity in relay.server.received if activity["type"] == "Create")
    assert "proof" in sent
    await scene.refuses(bob.send(sent), 401, "own-actor")


# The origin is asked


@pytest.mark.attack("ORG-069")
async def test_what_its_origin_confirms_is_accepted(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    activity = bob.create(to_alice(scene, bob))
    publish(bob, activity)
    await scene.accepts(relay.send(activity))
    assert await find(scene.site, activity["object"]["id"]) is not None


@pytest.mark.attack("ORG-064")
async def test_the_origins_copy_is_used_and_not_the_one_that_was_brought(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    activity = bob.create(to_alice(scene, bob))
    publish(bob, activity)
    brought = deepcopy(activity)
    brought["object"]["content"] = "<p>Spam</p>"
    await scene.accepts(relay.send(brought))
    post = await find(scene.site, activity["object"]["id"])
    assert post is not None
    assert post.content == "<p>Bonjour</p>"


@pytest.mark.attack("ORG-064")
async def test_what_was_brought_and_not_what_was_confirmed_is_never_passed_on(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    await scene.accepts(scene.friend.send(scene.friend.activity("Follow", scene.alice.uri)))
    post = await say(scene.site, scene.alice, "Une question ?")
    await scene.settle()
    activity = bob.create(to_alice(scene, bob, inReplyTo=post.uri))
    publish(bob, activity)
    brought = deepcopy(activity)
    brought["object"]["content"] = "<p>Spam</p>"
    await scene.accepts(relay.send(brought))
    await scene.settle()
    assert [sent["type"] for sent in scene.friend.server.received] == ["Accept", "Create"]


async def test_a_confirmed_activity_of_another_id_or_actor_is_refused(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    activity, other = bob.create(to_alice(scene, bob)), bob.create(to_alice(scene, bob))
    publish(bob, other)
    bob.server.redirect(activity["id"], other["id"])
    await scene.refuses(relay.send(activity), 401, "forwarded-other", fetches=[activity["id"], other["id"], other["id"]])


async def test_somebody_of_a_blocked_host_is_not_brought_by_others(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    await scene.block("victim.example")
    activity = bob.create(to_alice(scene, bob))
    publish(bob, activity)
    await scene.refuses(relay.send(activity), 401, "forwarded-blocked")
    await scene.refuses(relay.send(bob.proved(bob.create(to_alice(scene, bob)))), 401, "forwarded-blocked")


async def test_a_relay_makes_us_ask_a_host_only_so_often(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    asked = len(bob.server.asked)
    for _ in range(limits.KEY_FETCHES_PER_HOST_PER_MINUTE):
        await scene.send(relay.send(bob.create(to_alice(scene, bob))))
    answer = await scene.send(relay.send(bob.create(to_alice(scene, bob))))
    assert (answer.status, answer.reason) == (429, "fetch-budget")
    assert len(bob.server.asked) - asked <= limits.KEY_FETCHES_PER_HOST_PER_MINUTE
    await scene.behaves()


# A Delete that somebody brings


@pytest.fixture
async def note(scene: Scene, bob: Foreigner) -> dict[str, Any]:
    """A public note of bob's that is kept here."""
    note = to_alice(scene, bob)
    await scene.accepts(bob.send(bob.create(note)))
    return note


async def deleted(scene: Scene, uri: str) -> bool:
    post = await find(scene.site, uri)
    return post is not None and post.deleted_at is not None


@pytest.mark.parametrize("status", [404, 410])
async def test_a_forwarded_delete_of_what_is_gone_is_believed(
    scene: Scene, relay: Foreigner, bob: Foreigner, note: dict[str, Any], status: int
) -> None:
    bob.server.forget(note["id"], status)
    await scene.accepts(relay.send(bob.activity("Delete", note["id"])))
    assert await deleted(scene, note["id"])


async def test_a_forwarded_delete_of_what_is_there_is_not(scene: Scene, relay: Foreigner, bob: Foreigner, note: dict[str, Any]) -> None:
    bob.server.serve(note["id"], {"@context": AS2, **note})
    await scene.refuses(relay.send(bob.activity("Delete", note["id"])), 401, "forwarded-delete", fetches=[note["id"]])
    assert not await deleted(scene, note["id"])


async def test_a_forwarded_delete_of_what_its_server_shows_nobody_is_not(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    """To everybody but its readers, a server denies what is private; that is no sign that it is gone."""
    private = to_alice(scene, bob, to=[scene.alice.uri], cc=[])
    await scene.accepts(bob.send(bob.create(private)))
    bob.server.forget(private["id"], 404)
    await scene.accepts(relay.send(bob.activity("Delete", private["id"])))
    assert not await deleted(scene, private["id"])


async def test_a_forwarded_delete_does_not_bury_what_is_still_to_come(scene: Scene, relay: Foreigner, bob: Foreigner) -> None:
    planned = to_alice(scene, bob)
    await scene.ignores(relay.send(bob.activity("Delete", planned["id"])), fetches=[planned["id"]])
    await scene.accepts(bob.send(bob.create(planned)))
    assert await find(scene.site, planned["id"]) is not None


@pytest.mark.attack("ORG-012")
async def test_a_forwarded_delete_does_not_use_up_the_id_of_an_activity_to_come(
    scene: Scene, relay: Foreigner, bob: Foreigner, note: dict[str, Any]
) -> None:
    """Mastodon's ids of a Delete can be guessed; whoever brings one of something that never was must not spend it."""
    guessed = f"{note['id']}#delete"
    await scene.accepts(relay.send(bob.activity("Delete", f"{bob.server.origin}/never", id=guessed)))
    await scene.accepts(bob.send(bob.activity("Delete", note["id"], id=guessed)))
    assert await deleted(scene, note["id"])


async def test_a_server_that_lost_its_way_has_not_deleted_its_people(
    scene: Scene, relay: Foreigner, bob: Foreigner, note: dict[str, Any]
) -> None:
    bob.server.forget(bob.uri, 404)
    await scene.refuses(relay.send(bob.activity("Delete", bob.uri)), 401, "forwarded-delete", fetches=[bob.uri])
    await scene.settle()
    assert not await deleted(scene, note["id"])


async def test_somebody_who_is_gone_by_their_servers_own_word_is_erased(
    scene: Scene, relay: Foreigner, bob: Foreigner, note: dict[str, Any]
) -> None:
    bob.server.forget(bob.uri, 410)
    await scene.accepts(relay.send(bob.activity("Delete", bob.uri)))
    await scene.settle()
    assert await deleted(scene, note["id"])


async def test_the_farewell_of_somebody_never_met_is_taken_without_a_look(scene: Scene) -> None:
    stranger = scene.server("evil.example").person("eve")
    await scene.ignores(stranger.send(stranger.activity("Delete", stranger.uri)))
