"""What we fetch because somebody told us to: what may come back, and from where it may never be fetched at all."""

import gzip
from typing import Any

import orjson
import pytest

from fedirse.activitypub.vocabulary import ACTIVITY_JSON, PUBLIC
from fedirse.base import limits
from tests.attacks.foreign import AS2, Foreigner, Page
from tests.attacks.letters import Letter
from tests.attacks.scene import Scene, to_alice
from tests.federation.network import find, say


@pytest.fixture
async def bob(scene: Scene) -> Foreigner:
    """Somebody whose posts are fetched when the friend, whom alice follows, boosts them."""
    await scene.follows(scene.friend)
    return scene.server("victim.example").person("bob", 1)


async def boost(scene: Scene, uri: str) -> None:
    """Have the friend boost whatever is at an address, and let it be fetched."""
    await scene.accepts(scene.friend.send(scene.friend.activity("Announce", uri, to=[PUBLIC])))
    await scene.settle()


def document(note: dict[str, Any]) -> dict[str, Any]:
    return {"@context": AS2, **note}


async def is_kept(scene: Scene, uri: str) -> bool:
    return await find(scene.site, uri) is not None


# What comes back


async def test_a_post_at_its_own_address_is_kept(scene: Scene, bob: Foreigner) -> None:
    note = bob.note()
    bob.server.serve(note["id"], document(note))
    await boost(scene, note["id"])
    assert await is_kept(scene, note["id"])


@pytest.mark.attack("ORG-001")
async def test_a_post_that_claims_an_id_elsewhere_is_not_kept(scene: Scene, bob: Foreigner) -> None:
    evil = scene.server("evil.example")
    note = bob.note()
    evil.serve("https://evil.example/n/1", document(note))
    await boost(scene, "https://evil.example/n/1")
    assert not await is_kept(scene, note["id"])
    assert bob.server.asked == []


@pytest.mark.attack("ORG-001")
async def test_a_post_that_claims_another_id_at_home_is_fetched_from_there(scene: Scene, bob: Foreigner) -> None:
    note = bob.note()
    bob.server.serve(f"{bob.server.origin}/upload/1", document({**note, "content": "<p>Uploaded</p>"}))
    await boost(scene, f"{bob.server.origin}/upload/1")
    assert not await is_kept(scene, note["id"])
    bob.server.serve(note["id"], document(note))
    bob.server.serve(f"{bob.server.origin}/upload/2", document({**note, "content": "<p>Uploaded</p>"}))
    await boost(scene, f"{bob.server.origin}/upload/2")
    post = await find(scene.site, note["id"])
    assert post is not None
    assert post.content == "<p>Bonjour</p>"


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize("bad_id", [None, "", "/n/1", "n", [], {}, 7, "urn:x:1"])
async def test_a_post_without_an_address_of_its_own_is_not_kept(scene: Scene, bob: Foreigner, bad_id: object) -> None:
    posts = await scene.count("posts")
    address = f"{bob.server.origin}/n/1"
    bob.server.serve(address, {**document(bob.note()), "id": bad_id})
    await boost(scene, address)
    assert await scene.count("posts") == posts


@pytest.mark.attack("ORG-004")
async def test_a_redirect_to_another_origin_does_not_speak_for_the_first(scene: Scene, bob: Foreigner) -> None:
    evil = scene.server("evil.example")
    note = bob.note()
    evil.serve("https://evil.example/n", document(note))
    bob.server.redirect(f"{bob.server.origin}/r?u=https://evil.example/n", "https://evil.example/n")
    await boost(scene, f"{bob.server.origin}/r?u=https://evil.example/n")
    assert not await is_kept(scene, note["id"])


@pytest.mark.attack("ORG-004")
async def test_a_redirect_of_the_id_itself_does_not_either(scene: Scene, bob: Foreigner) -> None:
    evil = scene.server("evil.example")
    note = bob.note()
    bob.server.redirect(note["id"], "https://evil.example/n")
    evil.serve("https://evil.example/n", document(note))
    await boost(scene, note["id"])
    assert not await is_kept(scene, note["id"])


@pytest.mark.attack("ORG-004")
async def test_redirects_end(scene: Scene, bob: Foreigner) -> None:
    for number in range(10):
        bob.server.redirect(f"{bob.server.origin}/r/{number}", f"{bob.server.origin}/r/{number + 1}")
    asked = len(bob.server.asked)
    await boost(scene, f"{bob.server.origin}/r/0")
    assert len(bob.server.asked) - asked == limits.FETCH_REDIRECTS + 1


WRONG_TYPES = [
    "text/plain", "image/png", "application/json", "application/octet-stream", "application/ld+json", "text/html", "",
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams#evil"', 'application/ld+json; profile="https://evil.example/"',
    "application/activity+jsonx", "application/activity+json, text/html", "xapplication/activity+json", "multipart/form-data",
    'text/html; x="application/activity+json"',
]  # fmt: skip


@pytest.mark.attack("ORG-006")
@pytest.mark.attack("ORG-007")
@pytest.mark.parametrize("content_type", WRONG_TYPES)
async def test_a_post_of_another_media_type_is_not_kept(scene: Scene, bob: Foreigner, content_type: str) -> None:
    note = bob.note()
    bob.server.serve(note["id"], document(note), content_type=content_type)
    await boost(scene, note["id"])
    assert not await is_kept(scene, note["id"])


@pytest.mark.attack("ORG-007")
@pytest.mark.parametrize("types", [(ACTIVITY_JSON, "text/html"), ("text/html", ACTIVITY_JSON), (ACTIVITY_JSON, ACTIVITY_JSON), ()])
async def test_a_post_of_several_media_types_or_none_is_not_kept(scene: Scene, bob: Foreigner, types: tuple[str, ...]) -> None:
    note = bob.note()
    page = Page(orjson.dumps(document(note)), 200, tuple(("content-type", value) for value in types))
    bob.server.answer(note["id"], page)
    await boost(scene, note["id"])
    assert not await is_kept(scene, note["id"])


@pytest.mark.attack("ORG-010")
@pytest.mark.attack("DOS-030")
async def test_a_page_is_not_searched_for_another_address(scene: Scene, bob: Foreigner) -> None:
    evil = scene.server("evil.example")
    eve = evil.person("eve")
    note = eve.note()
    evil.serve(note["id"], document(note))
    link = f'<link rel="alternate" type="application/activity+json" href="{note["id"]}">'
    page = Page((link + "<a " * 300_000).encode(), 200, (("content-type", "text/html"), ("link", f'<{note["id"]}>; rel="alternate"')))
    bob.server.answer(f"{bob.server.origin}/page", page)
    await boost(scene, f"{bob.server.origin}/page")
    assert evil.asked == []


@pytest.mark.attack("ORG-009")
@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/proxy?url=https://evil.example/a", 404),
        ("/media_proxy/1", 404),
        ("/redirect?url=https://evil.example/", 404),
        # Only who is signed in has anything looked up: others are asked to sign in, here.
        ("/authorize_interaction?uri=https://evil.example/a", 303),
        ("/resolve?q=https://evil.example/a", 404),
        # The page that asks to sign in.
        ("/search?q=https://evil.example/a&resolve=true", 200),
        ("/api/v1/apps", 404),
    ],
)
async def test_nobody_can_have_anything_fetched_or_be_sent_on_by_an_address_of_ours(scene: Scene, target: str, shown: int) -> None:
    page = await scene.send(Letter(method="GET", target=target))
    assert page.status == shown
    assert dict(page.headers).get("location", "/sign-in").startswith("/sign-in")
    answer = await scene.send(Letter(method="POST", target=target))
    assert answer.status in {403, 404, 405}
    assert "location" not in answer.headers
    assert scene.fetched == []


@pytest.mark.attack("ORG-009")
async def test_what_others_wrote_is_no_document_of_ours(scene: Scene) -> None:
    note = to_alice(scene, scene.friend)
    await scene.accepts(scene.friend.send(scene.friend.create(note)))
    post = await find(scene.site, note["id"])
    assert post is not None
    answer = await scene.send(Letter(method="GET", target=f"/posts/{post.id}", headers=(("accept", ACTIVITY_JSON),)))
    assert answer.status == 404


async def test_a_post_by_somebody_on_another_server_is_not_kept_and_they_are_not_asked_for(scene: Scene, bob: Foreigner) -> None:
    evil = scene.server("evil.example")
    note = {**bob.note(), "id": "https://evil.example/n/1"}
    evil.serve(note["id"], document(note))
    await boost(scene, note["id"])
    assert not await is_kept(scene, note["id"])
    assert bob.server.asked == []


@pytest.mark.attack("SSRF-041")
@pytest.mark.parametrize("ours", ["https://us.example/posts/{}", "https://US.example:443/posts/{}", "https://us.example:443/people/alice"])
async def test_what_is_ours_is_never_fetched(scene: Scene, bob: Foreigner, ours: str) -> None:
    post = await say(scene.site, scene.alice, "Le nôtre")
    fetched = scene.fetched
    uri = ours.format(post.id)
    await scene.send(scene.friend.send(scene.friend.activity("Announce", uri, to=[PUBLIC])))
    await scene.accepts(scene.friend.send(scene.friend.create(to_alice(scene, scene.friend, inReplyTo=uri))))
    await scene.settle()
    assert scene.fetched == fetched


@pytest.mark.attack("SSRF-021")
async def test_a_delivery_that_is_redirected_goes_nowhere_else(scene: Scene) -> None:
    eve, victim = scene.server("evil.example").person("eve"), scene.server("victim.example")
    eve.server.inbox_answer = Page(b"", 307, (("location", "https://victim.example/inbox"),))
    await scene.accepts(eve.send(eve.activity("Follow", scene.alice.uri)))
    await scene.settle()
    assert [activity["type"] for activity in eve.server.received] == ["Accept"]
    assert victim.received == []


# How much comes back


def bomb(layers: int, size: int = 64 * 1024 * 1024) -> bytes:
    body = b'{"a":"' + b"a" * size + b'"}'
    for _ in range(layers):
        body = gzip.compress(body, 1)
    return body


@pytest.mark.attack("DOS-008")
@pytest.mark.parametrize(
    ("coding", "layers"), [("gzip", 1), ("gzip, gzip", 2), ("gzip", 2), ("br", 1), ("identity, gzip", 1), ("deflate", 0)]
)
async def test_a_compressed_bomb_bursts_nothing(scene: Scene, coding: str, layers: int) -> None:
    eve = scene.server("evil.example").person("eve")
    body = bomb(layers) if layers else bomb(1)[2:]
    eve.server.answer(eve.uri, Page(body, 200, (("content-type", ACTIVITY_JSON), ("content-encoding", coding))))
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve))), 401, "unknown-key", fetches=[eve.uri])


async def test_a_document_beyond_the_limit_is_not_read(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve", summary="x" * limits.DOCUMENT_BYTES)
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve))), 401, "unknown-key", fetches=[eve.uri])


@pytest.mark.attack("DOS-025")
async def test_posts_that_answer_each_other_end_nowhere_but_end(scene: Scene, bob: Foreigner) -> None:
    first, second = bob.note(), bob.note()
    bob.server.serve(first["id"], document({**first, "inReplyTo": second["id"]}))
    bob.server.serve(second["id"], document({**second, "inReplyTo": first["id"], "quote": second["id"]}))
    await boost(scene, first["id"])
    await scene.accepts(scene.friend.send(scene.friend.create(to_alice(scene, scene.friend, inReplyTo=second["id"]))))
    await scene.settle()
    for uri in (first["id"], second["id"]):
        post = await find(scene.site, uri)
        assert post is not None
        assert "Bonjour" in await scene.page(f"/posts/{post.id}")


async def test_a_thread_that_goes_up_for_ever_is_followed_only_so_far(scene: Scene, bob: Foreigner) -> None:
    for number in range(2 * limits.FETCHED_PARENTS):
        uri = f"{bob.server.origin}/n/{number}"
        bob.server.serve(uri, document({**bob.note(), "id": uri, "inReplyTo": f"{bob.server.origin}/n/{number + 1}"}))
    posts = await scene.count("posts")
    await scene.accepts(scene.friend.send(scene.friend.create(to_alice(scene, scene.friend, inReplyTo=f"{bob.server.origin}/n/0"))))
    await scene.settle()
    assert await scene.count("posts") - posts == limits.FETCHED_PARENTS + 1


async def test_a_post_that_answers_itself_is_a_post(scene: Scene, bob: Foreigner) -> None:
    note = to_alice(scene, bob)
    await scene.accepts(bob.send(bob.create({**note, "inReplyTo": note["id"]})))
    await scene.settle()
    post = await find(scene.site, note["id"])
    assert post is not None
    assert "Bonjour" in await scene.page(f"/posts/{post.id}")


async def test_a_host_that_lets_everybody_wait_is_waited_for_once(scene: Scene, bob: Foreigner) -> None:
    scene.network.wire.offline.add("tarpit.example")
    for number in range(40):
        uri = f"https://tarpit.example/n/{number}"
        await scene.accepts(scene.friend.send(scene.friend.create(to_alice(scene, scene.friend, inReplyTo=uri))))
    note = bob.note()
    bob.server.serve(note["id"], document(note))
    await boost(scene, note["id"])
    assert await is_kept(scene, note["id"])
    assert len([url for url in scene.fetched if "tarpit" in url]) == 1
