"""Follows, blocks and their answers, given and taken back by the wrong actor or at the wrong time."""

from typing import Any

import pytest

from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.actions import block, follow, remove_follower, unfollow
from fedirse.social.follows.model import Follow
from fedirse.social.follows.store import find_follow, is_follower
from fedirse.social.posts.actions import edit_post
from fedirse.social.posts.model import Draft
from tests.attacks.foreign import Foreigner
from tests.attacks.scene import Scene, to_alice
from tests.federation.network import find, say


@pytest.fixture
async def eve(scene: Scene) -> Foreigner:
    eve = scene.server("evil.example").person("eve")
    await scene.accepts(eve.send(eve.create(to_alice(scene, eve))))
    return eve


@pytest.fixture
async def hq(scene: Scene) -> Foreigner:
    """Whom alice asks to follow."""
    hq = scene.server("hq.example").person("hq", 1)
    await scene.accepts(hq.send(hq.create(to_alice(scene, hq))))
    return hq


async def ask(scene: Scene, whom: Foreigner) -> Follow:
    """Alice asks to follow somebody."""
    actor = await scene.site.actors.resolve(whom.uri)
    return await scene.site.write(follow, scene.site, scene.alice, actor, scene.network.clock.now())


async def follows(scene: Scene, whom: Foreigner) -> bool:
    actor = await scene.site.actors.resolve(whom.uri)
    return await scene.site.read(is_follower, scene.alice.id, actor.id)


async def is_followed_by(scene: Scene, whom: Foreigner) -> bool:
    actor = await scene.site.actors.resolve(whom.uri)
    return await scene.site.read(is_follower, actor.id, scene.alice.id)


def asked(scene: Scene, made: Follow, whom: Foreigner) -> dict[str, Any]:
    return {"id": made.uri, "type": "Follow", "actor": scene.alice.uri, "object": whom.uri}


# Answers


@pytest.mark.attack("ORG-037")
async def test_an_answer_to_what_was_never_asked_starts_nothing(scene: Scene, eve: Foreigner) -> None:
    never = {"type": "Follow", "actor": scene.alice.uri, "object": eve.uri}
    await scene.ignores(eve.send(eve.activity("Accept", never)))
    await scene.ignores(eve.send(eve.activity("Accept", {"id": "https://us.example/activities/1", **never})))
    await scene.ignores(eve.send(eve.activity("Accept", "https://us.example/activities/1")))
    assert not await follows(scene, eve)


@pytest.mark.attack("ORG-038")
@pytest.mark.attack("ORG-039")
@pytest.mark.parametrize("kind", ["Accept", "Reject"])
async def test_an_answer_by_somebody_who_was_not_asked_is_refused(scene: Scene, eve: Foreigner, hq: Foreigner, kind: str) -> None:
    made = await ask(scene, hq)
    await scene.settle()
    before = await scene.site.read(find_follow, made.follower_id, made.followee_id)
    await scene.refuses(eve.send(eve.activity(kind, asked(scene, made, hq))), 401, "not-the-one-asked")
    await scene.refuses(eve.send(eve.activity(kind, made.uri)), 401, "not-the-one-asked")
    forged = hq.activity(kind, asked(scene, made, hq))
    await scene.refuses(eve.send(forged), 401, "remote-gone", fetches=[forged["id"]])
    assert await scene.site.read(find_follow, made.follower_id, made.followee_id) == before


@pytest.mark.attack("ORG-039")
async def test_an_accepted_follow_stays_when_others_reject_it(scene: Scene, eve: Foreigner, hq: Foreigner) -> None:
    made = await ask(scene, hq)
    await scene.accepts(hq.send(hq.activity("Accept", asked(scene, made, hq))))
    neighbour = hq.server.person("neighbour", 2)
    await scene.accepts(neighbour.send(neighbour.create(to_alice(scene, neighbour))))
    for somebody in (eve, neighbour):
        await scene.refuses(somebody.send(somebody.activity("Reject", asked(scene, made, hq))), 401, "not-the-one-asked")
    assert await follows(scene, hq)


@pytest.mark.attack("ORG-040")
async def test_an_old_answer_does_not_renew_what_was_ended(scene: Scene, hq: Foreigner) -> None:
    made = await ask(scene, hq)
    accept = hq.activity("Accept", asked(scene, made, hq))
    await scene.accepts(hq.send(accept))
    actor = await scene.site.actors.resolve(hq.uri)
    await scene.site.write(unfollow, scene.site, scene.alice, actor, scene.network.clock.now())
    await scene.settle()
    await scene.accepts(hq.send(accept))
    await scene.ignores(hq.send({**accept, "id": hq.server.uri("activities")}))
    assert not await follows(scene, hq)


@pytest.mark.attack("ORG-040")
async def test_an_old_answer_is_not_one_to_a_follow_made_since(scene: Scene, hq: Foreigner) -> None:
    made = await ask(scene, hq)
    old = hq.activity("Accept", asked(scene, made, hq))
    actor = await scene.site.actors.resolve(hq.uri)
    await scene.site.write(unfollow, scene.site, scene.alice, actor, scene.network.clock.now())
    await ask(scene, hq)
    await scene.settle()
    await scene.ignores(hq.send(old))
    assert not await follows(scene, hq)


async def test_somebody_who_asks_cannot_answer_themselves(scene: Scene, eve: Foreigner) -> None:
    request = eve.activity("Follow", scene.lea.uri)
    await scene.accepts(eve.send(request))
    await scene.refuses(eve.send(eve.activity("Accept", request)), 401, "not-the-one-asked")
    await scene.refuses(eve.send(eve.activity("Accept", request["id"])), 401, "not-the-one-asked")
    actor = await scene.site.actors.resolve(eve.uri)
    assert not await scene.site.read(is_follower, actor.id, scene.lea.id)


# Undo


async def undoes(scene: Scene, by: Foreigner, of: Foreigner, inner: dict[str, Any], reason: str = "not-the-actor") -> None:
    """Every way to undo what somebody else did is refused, or does nothing."""
    await scene.refuses(by.send(by.activity("Undo", inner)), 401, reason)
    by_id = await scene.send(by.send(by.activity("Undo", inner["id"])))
    assert (by_id.status, by_id.reason) in {(401, "not-the-actor"), (202, None)}
    disguised = await scene.send(by.send(by.activity("Undo", {**inner, "actor": by.uri})))
    assert (disguised.status, disguised.reason) in {(401, "not-the-actor"), (202, None)}
    forged = of.activity("Undo", inner)
    await scene.refuses(by.send(forged), 401, "remote-gone", fetches=[forged["id"]])


@pytest.mark.attack("ORG-030")
async def test_a_follow_is_not_undone_by_others(scene: Scene, eve: Foreigner, hq: Foreigner) -> None:
    request = hq.activity("Follow", scene.alice.uri)
    await scene.accepts(hq.send(request))
    await scene.settle()
    await undoes(scene, eve, hq, request)
    assert await is_followed_by(scene, hq)


@pytest.mark.attack("ORG-030")
async def test_a_like_and_a_boost_are_not_undone_by_others(scene: Scene, eve: Foreigner, hq: Foreigner) -> None:
    post = await say(scene.site, scene.alice, "Bonjour")
    like, boost = hq.activity("Like", post.uri), hq.activity("Announce", post.uri, to=[PUBLIC])
    await scene.accepts(hq.send(like))
    await scene.accepts(hq.send(boost))
    for inner in (like, boost):
        await undoes(scene, eve, hq, inner)
    after = await find(scene.site, post.uri)
    assert after is not None
    assert (after.likes, after.boosts) == (1, 1)


@pytest.mark.attack("ORG-030")
async def test_a_block_is_not_undone_by_others(scene: Scene, eve: Foreigner, hq: Foreigner) -> None:
    made = hq.activity("Block", scene.alice.uri)
    await scene.accepts(hq.send(made))
    await undoes(scene, eve, hq, made)
    assert await scene.count("blocks") == 1


@pytest.mark.attack("ORG-030")
async def test_our_own_follow_is_not_undone_from_outside(scene: Scene, eve: Foreigner, hq: Foreigner) -> None:
    made = await ask(scene, hq)
    await scene.accepts(hq.send(hq.activity("Accept", asked(scene, made, hq))))
    for somebody in (eve, hq):
        await scene.refuses(somebody.send(somebody.activity("Undo", asked(scene, made, hq))), 401, "not-the-actor")
    assert await follows(scene, hq)


async def test_an_undo_of_everything_at_once_is_refused(scene: Scene, eve: Foreigner) -> None:
    request = eve.activity("Follow", scene.alice.uri)
    await scene.accepts(eve.send(request))
    await scene.settle()
    await scene.ignores(eve.send(eve.activity("Undo", {"type": "Create", "actor": eve.uri, "object": scene.alice.uri})))
    assert await is_followed_by(scene, eve)


# Follow


@pytest.mark.attack("ORG-042")
async def test_nobody_is_made_a_follower_by_others(scene: Scene, eve: Foreigner, hq: Foreigner) -> None:
    request = hq.activity("Follow", scene.alice.uri)
    await scene.refuses(eve.send(request), 401, "remote-gone", fetches=[request["id"]])
    neighbour = hq.server.person("neighbour", 2)
    await scene.accepts(neighbour.send(neighbour.create(to_alice(scene, neighbour))))
    await scene.refuses(neighbour.send(request), 401, "remote-gone", fetches=[request["id"]])
    assert not await is_followed_by(scene, hq)


@pytest.mark.parametrize("target", ["https://us.example/people/nobody", "https://victim.example/users/bob", "https://us.example/",
                                    "https://us.example/@alice", PUBLIC])  # fmt: skip
async def test_a_follow_of_nobody_here_is_refused(scene: Scene, eve: Foreigner, target: str) -> None:
    await scene.refuses(eve.send(eve.activity("Follow", target)), 404, "not-found")


async def test_whoever_is_blocked_gets_no_further(scene: Scene, eve: Foreigner) -> None:
    post = await say(scene.site, scene.alice, "Bonjour")
    await scene.accepts(scene.friend.send(scene.friend.activity("Follow", scene.alice.uri)))
    actor = await scene.site.actors.resolve(eve.uri)
    await scene.site.write(block, scene.site, scene.alice, actor, scene.network.clock.now())
    await scene.settle()
    told = await scene.count("notifications")
    await scene.refuses(eve.send(eve.activity("Like", post.uri)), 404, "not-found", counts="outside-audience")
    await scene.refuses(eve.send(eve.activity("Announce", post.uri, to=[PUBLIC])), 404, "not-found", counts="outside-audience")
    await scene.accepts(eve.send(eve.activity("Follow", scene.alice.uri)))
    sent = len(scene.friend.server.received)
    await scene.accepts(eve.send(eve.create(to_alice(scene, eve, inReplyTo=post.uri))))
    await scene.settle()
    after = await find(scene.site, post.uri)
    assert after is not None
    assert (after.likes, after.boosts, after.replies) == (0, 0, 0)
    assert await scene.count("notifications") == told
    assert not await is_followed_by(scene, eve)
    assert len(scene.friend.server.received) == sent


# Who is sent what


async def test_an_answer_of_somebody_who_may_not_read_the_post_is_not_in_its_thread(scene: Scene, eve: Foreigner) -> None:
    post = await say(scene.site, scene.alice, "Entre nous", AudienceKind.FOLLOWERS)
    note = to_alice(scene, eve, inReplyTo=post.uri)
    await scene.accepts(eve.send(eve.create(note)))
    answer, parent = await find(scene.site, note["id"]), await find(scene.site, post.uri)
    assert answer is not None
    assert parent is not None
    assert (answer.parent_id, parent.replies) == (None, 0)


async def test_what_waits_for_a_former_follower_does_not_leave_any_more(scene: Scene, eve: Foreigner) -> None:
    await scene.accepts(eve.send(eve.activity("Follow", scene.alice.uri)))
    await scene.settle()
    scene.network.wire.offline.add("evil.example")
    await say(scene.site, scene.alice, "Entre nous", AudienceKind.FOLLOWERS)
    await scene.settle()
    actor = await scene.site.actors.resolve(eve.uri)
    await scene.site.write(remove_follower, scene.site, scene.alice, actor.id, scene.network.clock.now())
    scene.network.wire.offline.clear()
    scene.advance(days=1)
    await scene.settle()
    assert [activity["type"] for activity in eve.server.received] == ["Accept", "Reject"]


async def test_an_edit_does_not_reach_a_former_follower(scene: Scene, eve: Foreigner) -> None:
    await scene.accepts(eve.send(eve.activity("Follow", scene.alice.uri)))
    post = await say(scene.site, scene.alice, "Entre nous", AudienceKind.FOLLOWERS)
    await scene.settle()
    actor = await scene.site.actors.resolve(eve.uri)
    await scene.site.write(block, scene.site, scene.alice, actor, scene.network.clock.now())
    await scene.site.write(edit_post, scene.site, scene.alice, post.id, Draft("Sans elle", post.audience), scene.network.clock.now())
    await scene.settle()
    assert [activity["type"] for activity in eve.server.received] == ["Accept", "Create", "Reject", "Block"]


async def test_a_direct_post_through_the_shared_inbox_is_for_those_it_names(scene: Scene, eve: Foreigner) -> None:
    note = to_alice(scene, eve, to=[scene.alice.uri], cc=[])
    await scene.accepts(eve.send(eve.create(note), "/people/lea/inbox"))
    post = await find(scene.site, note["id"])
    assert post is not None
    assert (post.audience.kind, post.audience.named) == (AudienceKind.DIRECT, frozenset({scene.alice.id}))


@pytest.mark.parametrize("addressed", ["https://us.example/people/alice/followers", "https://us.example/actor/followers"])
async def test_somebody_elses_followers_are_nobody(scene: Scene, eve: Foreigner, addressed: str) -> None:
    note = to_alice(scene, eve, to=[addressed], cc=[scene.alice.uri])
    await scene.accepts(eve.send(eve.create(note)))
    post = await find(scene.site, note["id"])
    assert post is not None
    assert (post.audience.kind, post.audience.named) == (AudienceKind.DIRECT, frozenset({scene.alice.id}))


async def test_followers_that_are_called_the_public_are_not_everybody(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve", followers=PUBLIC)
    note = to_alice(scene, eve, to=[eve.followers], cc=[scene.alice.uri])
    await scene.accepts(eve.send(eve.create(note)))
    post = await find(scene.site, note["id"])
    assert post is not None
    assert post.audience.kind is AudienceKind.DIRECT
