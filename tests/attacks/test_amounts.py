"""Letters that are signed well and cost more than they say: each is refused or carried out within its bounds, and the next gets in."""

import logging
from typing import Any

import pytest

from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.base import limits
from fedirse.base.logs import WRITTEN_BY_STRANGERS
from tests.attacks.foreign import AS2, Foreigner, rsa_key
from tests.attacks.letters import Letter, letter
from tests.attacks.scene import Scene, to_alice
from tests.federation.network import find


@pytest.fixture
async def eve(scene: Scene) -> Foreigner:
    eve = scene.server("evil.example").person("eve")
    await scene.accepts(eve.send(eve.create(to_alice(scene, eve))))
    return eve


def clique(size: int) -> list[dict[str, Any]]:
    """Blank nodes of which each points to all others: what RDF canonicalisation takes for ever to tell apart."""
    names = [f"_:b{number}" for number in range(size)]
    return [{"id": name, "type": "Note", "tag": [other for other in names if other != name]} for name in names]


@pytest.mark.attack("DOS-016")
async def test_blank_nodes_that_all_know_each_other_are_nothing_special(scene: Scene, eve: Foreigner) -> None:
    signature = {"type": "RsaSignature2017", "creator": eve.key_id, "created": "2026-03-02T08:00:00Z", "signatureValue": "AAAA"}
    note = to_alice(scene, eve, attachment=clique(8))
    await scene.accepts(eve.send(eve.create(note) | {"signature": signature}))
    assert await find(scene.site, note["id"]) is not None
    await scene.behaves()


@pytest.mark.attack("DOS-017")
async def test_thousands_of_blank_nodes_are_cut_or_refused(scene: Scene, eve: Foreigner) -> None:
    note = to_alice(scene, eve, attachment=[{"type": "Document", "name": str(number)} for number in range(3000)])
    answer = await scene.send(eve.send(eve.create(note)))
    assert (answer.status, answer.reason) in {(202, None), (400, "too-many-nodes")}
    await scene.behaves()


def contexts(count: int, terms: int) -> list[dict[str, Any]]:
    return [
        {"@context": {f"t{number}x{term}": f"https://x.example/{term}" for term in range(terms)}, "type": "Note"} for number in range(count)
    ]


@pytest.mark.attack("DOS-018")
@pytest.mark.parametrize("length", [limits.CONTEXT_INLINE_TERMS + 1, 900])
async def test_terms_that_lead_to_terms_are_refused(scene: Scene, eve: Foreigner, length: int) -> None:
    chain = {f"t{number}": f"t{number + 1}:a" for number in range(length)}
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve)) | {"@context": [AS2, chain]}), 400, "too-many-terms")


@pytest.mark.attack("DOS-018")
@pytest.mark.parametrize("context", [{"a": "b:x", "b": "a:x"}, {"a": {"@id": "a"}}, {"id": "type", "type": "id"}, {"@vocab": "@vocab"}])
async def test_terms_that_lead_in_a_circle_are_refused_or_mean_nothing(scene: Scene, eve: Foreigner, context: dict[str, Any]) -> None:
    answer = await scene.send(eve.send(eve.create(to_alice(scene, eve)) | {"@context": [AS2, context]}))
    assert answer.status in {202, 400}
    await scene.behaves()


@pytest.mark.attack("DOS-019")
async def test_contexts_inside_contexts_are_refused(scene: Scene, eve: Foreigner) -> None:
    note = to_alice(scene, eve, attachment=contexts(300, 100))
    await scene.refuses(eve.send(eve.create(note)), 400, "too-many-terms")


@pytest.mark.attack("DOS-019")
async def test_a_context_that_is_fetched_is_not(scene: Scene, eve: Foreigner) -> None:
    fetched = scene.fetched
    await scene.accepts(
        eve.send(eve.create(to_alice(scene, eve)) | {"@context": [AS2, "https://evil.example/context", "https://us.example/"]})
    )
    assert scene.fetched == fetched


@pytest.mark.attack("DOS-033")
async def test_content_beyond_the_limit_is_refused(scene: Scene, eve: Foreigner) -> None:
    note = to_alice(scene, eve, content="<a><b><i><u>" * 8000)
    await scene.refuses(eve.send(eve.create(note)), 400, "content-too-large")


@pytest.mark.attack("DOS-033")
async def test_content_that_would_cost_its_square_leaves_its_words(scene: Scene, eve: Foreigner) -> None:
    html = "".join(f"<b id={number}>" for number in range(4_000)) + "<p>".join(["mot"] * 400)
    note = to_alice(scene, eve, content=html, contentMap={f"x-{number}": html for number in range(12)})
    await scene.accepts(eve.send(eve.create(note)))
    post = await find(scene.site, note["id"])
    assert post is not None
    assert "mot" in post.content
    assert len(post.content) < limits.CONTENT_BYTES
    assert post.translations == {}
    assert "mot" in await scene.page(f"/posts/{post.id}")


@pytest.mark.attack("DOS-033")
async def test_a_profile_of_nothing_but_markup_is_shown_by_its_words(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve", summary="<b id=1><p>" * 900 + "mot", name="<b>" * 60)
    note = to_alice(scene, eve)
    await scene.accepts(eve.send(eve.create(note)))
    post = await find(scene.site, note["id"])
    assert post is not None
    assert "Bonjour" in await scene.page(f"/posts/{post.id}")


async def test_addressees_beyond_the_limit_are_refused(scene: Scene, eve: Foreigner) -> None:
    many = [f"https://us.example/people/p{number}" for number in range(limits.ADDRESSEES + 1)]
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve, to=many))), 400, "too-many-addressees")


@pytest.mark.attack("DOS-025")
async def test_a_thread_of_answers_to_answers_is_a_page(scene: Scene, eve: Foreigner) -> None:
    above = None
    for _ in range(120):
        note = to_alice(scene, eve, inReplyTo=above)
        await scene.accepts(eve.send(eve.create(note)))
        above = note["id"]
    post = await find(scene.site, str(above))
    assert post is not None
    assert "Bonjour" in await scene.page(f"/posts/{post.id}")


async def test_many_who_claim_to_be_somebody_cost_no_more_than_their_share(scene: Scene, eve: Foreigner) -> None:
    """Forged letters in the name of somebody known: their server is asked once, however many there are."""
    asked = len(eve.server.asked)
    for _ in range(100):
        answer = await scene.send(eve.sign(letter(eve.create(to_alice(scene, eve))), key=rsa_key(1)))
        assert (answer.status, answer.reason) == (401, "bad-signature")
    assert len(eve.server.asked) == asked + 1
    await scene.accepts(eve.send(eve.create(to_alice(scene, eve))))


# What is written down about it


@pytest.mark.parametrize("name", ["body", "key", "origin"])
async def test_the_log_of_a_refusal_holds_no_content(scene: Scene, eve: Foreigner, caplog: pytest.LogCaptureFixture, name: str) -> None:
    caplog.set_level(logging.DEBUG)
    note = to_alice(scene, eve, content="<p>Tres-Secret</p>", name="Tres-Secret")
    letters = {
        "body": eve.sign(letter(b'{"content":"Tres-Secret",')),
        "key": eve.sign(letter(eve.create(note)), key=rsa_key(1)),
        "origin": eve.send(eve.create({**note, "attributedTo": "https://victim.example/users/bob"})),
    }
    assert (await scene.send(letters[name])).status in {400, 401}
    assert "refused" in caplog.text
    assert "Tres-Secret" not in caplog.text


async def test_what_strangers_can_have_logged_is_written_by_the_loggers_that_are_kept_short(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await scene.send(Letter(b"{}"))
    await scene.send(
        Letter(method="GET", target="/posts/x%0A2026-03-02 INFO all is well", headers=(("accept", ACTIVITY_JSON), ("signature", "x")))
    )
    await scene.send(Letter(b"{}", hosts=("other.example",)))
    assert len(caplog.records) == 3
    assert {record.name for record in caplog.records} == set(WRITTEN_BY_STRANGERS)
    assert {record.levelno for record in caplog.records} == {logging.INFO}


@pytest.mark.parametrize("size", [limits.PARSED_WAITING_BYTES, 10 * limits.PARSED_WAITING_BYTES])
async def test_a_large_letter_is_as_good_as_a_small_one(scene: Scene, eve: Foreigner, size: int) -> None:
    note = to_alice(scene, eve)
    await scene.accepts(eve.send({**eve.create(note), "unknown": "x" * size}))
    assert await find(scene.site, note["id"]) is not None
