"""What is not for everybody, asked for by roundabout ways: other ids, shared caches, headers that lie, and what our own requests tell."""

import pytest
from starlette.types import Receive, Scope, Send

from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.types import JsonObject
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.store import count_followers
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.reactions.actions import boost_post, like_post
from fedirse.social.search.lookup.actions import look_up
from tests.attacks.foreign import Foreign, Foreigner
from tests.attacks.letters import Letter
from tests.attacks.scene import Answer, Scene, to_alice
from tests.federation.network import find, say

AS2 = "application/activity+json"
MISSING = "01J00000000000000000000000"


async def ask(scene: Scene, target: str, by: Foreigner | None = None) -> Answer:
    """What is answered to a program, whoever asks."""
    return await scene.send(Letter(method="GET", target=target, headers=(("accept", AS2),)) if by is None else by.get(target))


async def reacted(scene: Scene, to: JsonObject, kind: str) -> JsonObject:
    """What alice publishes when she likes or boosts something of a friend's."""
    await scene.accepts(scene.friend.send(scene.friend.create(to)))
    post = await find(scene.site, to["id"])
    assert post is not None
    react = like_post if kind == "Like" else boost_post
    await scene.site.write(react, scene.site, scene.alice, post.id, scene.network.clock.now())
    await scene.settle()
    activity = scene.friend.server.received[-1]
    assert activity["type"] == kind
    return activity


@pytest.mark.attack("PRV-024")
@pytest.mark.parametrize("url", ["https://victim.example/followers?domain=us.example", "https://us.example/people/alice/followers"])
async def test_a_header_about_followers_changes_nothing_and_nothing_is_fetched_for_it(scene: Scene, url: str) -> None:
    scene.server("victim.example")
    await scene.follows(scene.friend)
    await scene.accepts(scene.friend.send(scene.friend.activity("Follow", scene.alice.uri)))
    await scene.settle()
    lie = f'collectionId="{scene.friend.followers}", url="{url}", digest="{"0" * 64}"'
    before, fetched = (await scene.rows())["follows"], scene.fetched
    await scene.accepts(
        scene.friend.send(scene.friend.create(to_alice(scene, scene.friend))).with_headers(("collection-synchronization", lie))
    )
    await scene.settle()
    assert (await scene.rows())["follows"] == before == 2
    assert await scene.site.read(count_followers, scene.alice.id) == 1
    assert scene.fetched == fetched


@pytest.mark.attack("PRV-030")
@pytest.mark.parametrize("kind", ["Like", "Announce"])
@pytest.mark.parametrize("path", ["/posts/{}", "/posts/{}/replies", "/posts/{}/history", "/posts/{}/edit", "/api/v1/statuses/{}"])
async def test_the_id_of_what_is_no_post_leads_to_no_post(scene: Scene, kind: str, path: str) -> None:
    activity = await reacted(scene, to_alice(scene, scene.friend), kind)
    number = activity["id"].rpartition("/")[2]
    for by in (None, scene.friend):
        found, missing = [await ask(scene, path.format(one), by) for one in (number, MISSING)]
        assert found.status in {303, 404}
        assert (found.status, found.body.replace(number.encode(), b"")) == (missing.status, missing.body.replace(MISSING.encode(), b""))


@pytest.mark.attack("PRV-031")
async def test_a_like_of_something_private_is_shown_to_nobody_and_never_repeats_it(scene: Scene) -> None:
    secret = scene.friend.note(content="<p>Le code est 4711</p>", to=[scene.alice.uri], cc=[])
    activity = await reacted(scene, secret, "Like")
    assert activity["object"] == secret["id"]
    path = activity["id"].removeprefix("https://us.example")
    eve = scene.server("evil.example").person("eve")
    for by in (None, eve):
        found, missing = [await ask(scene, one, by) for one in (path, f"/activities/{MISSING}")]
        assert (found.status, found.body) == (404, missing.body)
    theirs = await ask(scene, path, scene.friend)
    assert b"4711" not in theirs.body


@pytest.mark.attack("PRV-031")
async def test_a_boost_names_what_it_is_about_and_repeats_nothing_of_it(scene: Scene) -> None:
    activity = await reacted(scene, to_alice(scene, scene.friend, content="<p>Bientôt effacé</p>"), "Announce")
    assert isinstance(activity["object"], str)
    shown = await ask(scene, activity["id"].removeprefix("https://us.example"))
    assert (shown.status, "Bientôt effacé" in shown.body.decode()) == (200, False)


@pytest.mark.attack("PRV-036")
@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_no_cache_keeps_what_somebody_was_shown_by_their_signature(scene: Scene, audience: AudienceKind) -> None:
    await scene.accepts(scene.friend.send(scene.friend.activity("Follow", scene.alice.uri)))
    post = await say(scene.site, scene.alice, "@ami@friend.example Le code est 4711", audience)
    await scene.settle()
    created = next(one for one in scene.friend.server.received if one["type"] == "Create")
    for path in (f"/posts/{post.id}", created["id"].removeprefix("https://us.example")):
        theirs, nobodys = await ask(scene, path, scene.friend), await ask(scene, path)
        assert (theirs.status, nobodys.status) == (200, 404)
        assert theirs.headers["cache-control"] == "private, no-store"
        assert "4711" in theirs.body.decode()
        for answer in (theirs, nobodys):
            assert {"accept", "signature"} <= {name.strip().lower() for name in answer.headers["vary"].split(",")}


@pytest.mark.attack("PRV-036")
async def test_what_is_for_everybody_is_kept_by_caches_for_each_kind_of_reader_apart(scene: Scene) -> None:
    post = await say(scene.site, scene.alice, "Bonjour")
    answer = await ask(scene, f"/posts/{post.id}")
    assert answer.headers["cache-control"].startswith("public")
    assert "accept" in answer.headers["vary"].lower()


@pytest.mark.attack("PRV-039")
@pytest.mark.parametrize(
    ("asked", "answered", "passed_on"),
    [
        (AudienceKind.PUBLIC, [PUBLIC], True),
        (AudienceKind.PUBLIC, [], False),
        (AudienceKind.FOLLOWERS, [PUBLIC], False),
        (AudienceKind.FOLLOWERS, [], False),
    ],
)
async def test_only_public_answers_to_public_posts_are_passed_on(
    scene: Scene, asked: AudienceKind, answered: list[str], passed_on: bool
) -> None:
    eve = scene.server("evil.example").person("eve")
    for follower in (scene.friend, eve):
        await scene.accepts(follower.send(follower.activity("Follow", scene.alice.uri)))
    post = await say(scene.site, scene.alice, "Qui vient ?", asked)
    answer = eve.note(inReplyTo=post.uri, to=[*answered, scene.alice.uri], cc=[scene.alice.followers], content="<p>Moi</p>")
    await scene.accepts(eve.send(eve.proved(eve.create(answer))))
    await scene.settle()
    assert await find(scene.site, answer["id"]) is not None
    got = [one["object"]["id"] for one in scene.friend.server.received if one["type"] == "Create"]
    assert got == [post.uri, *([answer["id"]] if passed_on else [])]


@pytest.mark.attack("PRV-053")
async def test_no_server_is_told_who_here_looks_for_somebody(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    heads = listen(scene, eve.server)
    actor = await look_up(scene.site, reader_for(scene.alice), eve.uri)
    assert actor.uri == eve.uri
    assert heads != []
    for head in heads:
        told = " ".join(f"{name}: {value}" for name, value in head.items())
        assert not {"referer", "cookie", "authorization", "from", "origin", "x-forwarded-for", "accept-language"} & head.keys()
        assert "alice" not in told
        if "signature" in head:
            assert f'keyId="{scene.site.uris.site_actor}#' in head["signature"]
    assert any("signature" in head for head in heads)


@pytest.mark.attack("PRV-053")
async def test_what_is_fetched_for_a_thread_is_asked_for_by_the_site(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    heads = listen(scene, eve.server)
    parent = eve.note()
    eve.server.serve(parent["id"], parent)
    await scene.accepts(scene.friend.send(scene.friend.create(to_alice(scene, scene.friend, inReplyTo=parent["id"]))))
    await scene.settle()
    assert await find(scene.site, parent["id"]) is not None
    assert {head["signature"].partition('keyId="')[2].partition("#")[0] for head in heads if "signature" in head} == {
        scene.site.uris.site_actor
    }
    assert "alice" not in str(heads)


def listen(scene: Scene, server: Foreign) -> list[dict[str, str]]:
    """The heads of the requests that a server gets from now on."""
    heads: list[dict[str, str]] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        heads.append({name.decode().lower(): value.decode() for name, value in scope["headers"]})
        await server(scope, receive, send)

    scene.network.wire.applications[server.host] = application
    return heads
