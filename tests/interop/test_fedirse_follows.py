"""fedirse and the test peer follow each other: asked, answered and taken back, in both directions."""

import pytest

from fedirse.base.actors import StoredActor
from fedirse.social.follows import actions
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import list_requests
from fedirse.social.notifications.model import NotificationKind
from tests.interop.peer_process import Peer
from tests.interop.site import LiveSite
from tests.interop.two_peers import CONTEXT

pytestmark = pytest.mark.interop


async def requests_of(site: LiveSite, actor: StoredActor) -> list[str]:
    """Addresses of those whose follow awaits an answer."""
    return [asking.uri for asking in await site.site.read(list_requests, actor.id)]


# Ours follow theirs


async def test_our_follow_is_accepted_by_the_peer(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.follow(anna, peer.actor())
    follow = await peer.eventually_received("Follow", from_actor=anna.uri, object_=peer.actor())
    assert follow.path == "/users/karim/inbox"
    assert follow.signatures is not None
    assert follow.signatures.http.verified
    await site.eventually_follows(anna, peer.actor())
    assert await peer.followers() == [anna.uri]


async def test_an_accept_that_embeds_the_whole_follow_with_actor_and_proof_is_understood(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    accept = (await peer.attempts(type="Accept"))[-1]
    inner = ((await peer.fetch(accept.id or "")).document or {})["object"]
    assert (inner["type"], inner["actor"]["id"], inner["proof"]["cryptosuite"]) == ("Follow", anna.uri, "eddsa-jcs-2022")


async def test_an_answer_that_names_our_follow_by_its_id_alone_is_understood(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.accept_follows(manual=True)
    await site.follow(anna, peer.actor())
    follow = await peer.eventually_received("Follow", from_actor=anna.uri)
    accept = {"@context": CONTEXT[0], "type": "Accept", "id": peer.new_id(), "actor": peer.actor(), "object": follow.id}
    assert (await peer.send_raw(anna.inbox, accept, "rfc9421")).status == 202
    assert await site.follow_state(anna, peer.actor()) is FollowState.ACCEPTED


async def test_our_follow_waits_where_the_peer_answers_by_hand(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.accept_follows(manual=True)
    await site.follow(anna, peer.actor())
    await peer.eventually_pending(anna.uri)
    assert await site.follow_state(anna, peer.actor()) is FollowState.REQUESTED
    await peer.accept(anna.uri)
    await site.eventually_follows(anna, peer.actor())


async def test_our_follow_ends_when_the_peer_rejects_it(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.accept_follows(manual=True)
    await site.follow(anna, peer.actor())
    await peer.eventually_pending(anna.uri)
    await peer.reject(anna.uri)
    await site.eventually_no_follow(anna, peer.actor())


async def test_a_follower_whom_the_peer_removes_follows_no_longer(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    await peer.reject(anna.uri)
    await site.eventually_no_follow(anna, peer.actor())


async def test_our_unfollow_removes_the_follower_at_the_peer(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    await site.unfollow(anna, peer.actor())
    undo = await peer.eventually_received("Undo", from_actor=anna.uri)
    assert undo.object_type == "Follow"
    assert await peer.followers() == []


async def test_following_again_after_an_unfollow_is_a_new_follow(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    await site.unfollow(anna, peer.actor())
    await peer.eventually_received("Undo", from_actor=anna.uri)
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    assert await peer.followers() == [anna.uri]


async def test_the_followed_one_can_fetch_our_follow_by_its_id(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.accept_follows(manual=True)
    await site.follow(anna, peer.actor())
    follow = await peer.eventually_received("Follow", from_actor=anna.uri)
    fetched = await peer.fetch(follow.id or "")
    assert fetched.document == follow.activity


async def test_the_site_itself_follows_and_is_followed(site: LiveSite, peer: Peer) -> None:
    shop = await site.itself()
    await site.follow(shop, peer.actor())
    await site.eventually_follows(shop, peer.actor())
    await peer.follow(shop.uri)
    await peer.eventually_following(shop.uri)
    assert await site.followers(shop) == [peer.actor()]


# Theirs follow ours


async def test_the_peers_follow_is_accepted(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    follow = await peer.follow(anna.uri)
    contact = await peer.eventually_following(anna.uri)
    assert contact.follow == follow.id
    assert await site.followers(anna) == [peer.actor()]
    assert await site.news(anna) == [(NotificationKind.FOLLOW, peer.actor(), None)]


async def test_the_peers_follow_waits_where_somebody_here_answers_by_hand(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna", locked=True)
    await peer.follow(anna.uri)
    await site.eventually_news(anna, NotificationKind.FOLLOW_REQUEST, peer.actor())
    assert (await requests_of(site, anna), await site.followers(anna)) == ([peer.actor()], [])
    await site.settled()
    assert await peer.received() == []
    karim = await site.resolve(peer.actor())
    await site.do(actions.approve_follower, anna, karim.id, site.clock.now())
    await peer.eventually_following(anna.uri)
    assert (await requests_of(site, anna), await site.followers(anna)) == ([], [peer.actor()])


async def test_a_request_that_is_turned_down_here_is_rejected_there(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna", locked=True)
    await peer.follow(anna.uri)
    await site.eventually_news(anna, NotificationKind.FOLLOW_REQUEST, peer.actor())
    karim = await site.resolve(peer.actor())
    await site.do(actions.remove_follower, anna, karim.id, site.clock.now())
    await peer.eventually_following(anna.uri, state="rejected")
    assert (await requests_of(site, anna), await site.news(anna)) == ([], [])


async def test_a_follower_who_is_removed_here_follows_no_longer_there(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    karim = await site.resolve(peer.actor())
    await site.do(actions.remove_follower, anna, karim.id, site.clock.now())
    await peer.eventually_following(anna.uri, state="rejected")
    assert await site.followers(anna) == []


async def test_the_peers_unfollow_removes_the_follower_here(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    await peer.unfollow(anna.uri)
    await site.eventually_no_follower(anna, peer.actor())
    assert await site.news(anna) == []


async def test_the_peers_unfollow_by_the_id_alone_removes_the_follower_here(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    follow = await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    undo = {"@context": CONTEXT[0], "type": "Undo", "id": peer.new_id(), "actor": peer.actor(), "object": follow.id}
    assert (await peer.send_raw(anna.inbox, undo, "rfc9421")).status == 202
    assert await site.followers(anna) == []


async def test_whom_we_block_follows_no_longer_and_is_told(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    await site.do(actions.block, anna, await site.resolve(peer.actor()), site.clock.now())
    await peer.eventually_following(anna.uri, state="rejected")
    await peer.eventually_received("Block", from_actor=anna.uri, object_=peer.actor())
    await peer.follow(anna.uri)
    await site.settled()
    assert await site.followers(anna) == []


async def test_a_follow_of_nobody_is_not_accepted(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    nobody = anna.uri.replace("anna", "nobody")
    follow = {
        "@context": CONTEXT[0],
        "type": "Follow",
        "id": peer.new_id(),
        "actor": peer.actor(),
        "object": nobody,
    }
    answer = await peer.send_raw(site.shared_inbox, follow, "rfc9421")
    assert answer.status == 404
