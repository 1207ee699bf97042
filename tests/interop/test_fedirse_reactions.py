"""Likes and boosts between fedirse and the test peer, made and taken back, in both directions."""

import pytest

from fedirse.social.audiences.model import AudienceKind
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.reactions.actions import boost_post, like_post, unboost_post, unlike_post
from fedirse.social.timelines.store import home_timeline
from tests.interop.peer_process import Peer
from tests.interop.site import LiveSite
from tests.interop.two_peers import CONTEXT

pytestmark = pytest.mark.interop


async def test_our_like_reaches_the_author_and_is_taken_back(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Like me</p>", mention=[anna.uri])
    post = await site.eventually_post(note.id)
    await site.do(like_post, anna, post.id, site.clock.now())
    like = await peer.eventually_received("Like", from_actor=anna.uri, object_=note.id)
    assert like.document["to"] == [peer.actor()]
    await site.do(unlike_post, anna, post.id, site.clock.now())
    undo = await peer.eventually_received("Undo", from_actor=anna.uri)
    assert (undo.object, undo.object_type) == (like.id, "Like")


async def test_the_peers_like_is_counted_and_told_until_it_is_taken_back(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, "Like me")
    await peer.like(post.uri)
    await site.eventually_edited(post.uri, likes=1)
    assert await site.news(anna) == [(NotificationKind.LIKE, peer.actor(), post.id)]
    await peer.unlike(post.uri)
    await site.eventually_edited(post.uri, likes=0)
    assert await site.news(anna) == []


async def test_our_boost_reaches_author_and_followers_and_is_taken_back(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    await other_peer.follow(anna.uri)
    await other_peer.eventually_following(anna.uri)
    note = await peer.post("<p>Pass it on</p>", mention=[anna.uri])
    post = await site.eventually_post(note.id)
    await site.do(boost_post, anna, post.id, site.clock.now())
    boosts = [await each.eventually_received("Announce", from_actor=anna.uri, object_=note.id) for each in (peer, other_peer)]
    await site.do(unboost_post, anna, post.id, site.clock.now())
    for each, boost in zip((peer, other_peer), boosts, strict=True):
        undo = await each.eventually_received("Undo", from_actor=anna.uri)
        assert (undo.object, undo.object_type) == (boost.id, "Announce")


async def test_the_peers_boost_is_counted_and_told_until_it_is_taken_back(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, "Pass it on")
    await peer.boost(post.uri)
    await site.eventually_edited(post.uri, boosts=1)
    assert await site.news(anna) == [(NotificationKind.BOOST, peer.actor(), post.id)]
    await peer.unboost(post.uri)
    await site.eventually_edited(post.uri, boosts=0)
    assert await site.news(anna) == []


async def test_what_the_peer_boosts_is_fetched_from_its_origin_and_shown(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    note = await other_peer.post("<p>From far away</p>")
    await peer.boost(note.id)
    post = await site.eventually_edited(note.id, boosts=1)
    home = await site.site.read(home_timeline, reader_for(anna))
    assert [(entry.post.id, entry.author.uri) for entry in home] == [(post.id, other_peer.actor())]
    assert home[0].boosted_by is not None
    assert home[0].boosted_by.uri == peer.actor()


async def test_a_boost_of_a_followers_only_post_is_refused(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    secret = await site.say(anna, "Only for you", AudienceKind.FOLLOWERS)
    announce = {"@context": CONTEXT[0], "type": "Announce", "to": "as:Public", "object": secret.uri}
    answer = await peer.send_raw(site.shared_inbox, announce | {"id": peer.new_id(), "actor": peer.actor()}, "rfc9421")
    assert answer.status == 404
    assert (await site.get(secret.uri)).boosts == 0


async def test_a_like_and_a_boost_are_taken_back_by_their_ids_alone(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, "Hello")
    like, boost = await peer.like(post.uri), await peer.boost(post.uri)
    await site.eventually_edited(post.uri, likes=1, boosts=1)
    for reaction in (like, boost):
        undo = {"@context": CONTEXT[0], "type": "Undo", "id": peer.new_id(), "actor": peer.actor(), "object": reaction.id}
        assert (await peer.send_raw(site.shared_inbox, undo, "rfc9421")).status == 202
    assert ((await site.get(post.uri)).likes, (await site.get(post.uri)).boosts) == (0, 0)


async def test_nobody_takes_back_the_like_of_a_neighbour(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, "Hello")
    like = await peer.like(post.uri)
    await site.eventually_edited(post.uri, likes=1)
    undo = {"@context": CONTEXT[0], "type": "Undo", "id": peer.new_id(), "actor": peer.actor("lea"), "object": like.id}
    await peer.send_raw(site.shared_inbox, undo, "rfc9421", by="lea")
    assert (await site.get(post.uri)).likes == 1
