"""Two test peers talk to each other: proves the peer and its control API before anything of fedirse is plugged in."""

import httpx
import pytest

from tests.interop.peer_process import Peer
from tests.interop.peer_programs import Programs
from tests.interop.two_peers import AS2, CONTEXT, befriend, note_by

pytestmark = [pytest.mark.interop, pytest.mark.slow]


# Who follows whom


async def test_a_follow_is_accepted(peer: Peer, other_peer: Peer) -> None:
    follow = await peer.follow(other_peer.actor())
    received = await other_peer.eventually_received("Follow", from_actor=peer.actor())
    assert (received.id, received.object) == (follow.id, other_peer.actor())
    accept = await peer.eventually_received("Accept", from_actor=other_peer.actor())
    assert (accept.object, accept.object_type) == (follow.id, "Follow")
    assert (await peer.eventually_following(other_peer.actor())).follow == follow.id
    assert await other_peer.followers() == [peer.actor()]


async def test_a_follow_awaits_an_answer_where_they_are_given_by_hand(peer: Peer, other_peer: Peer) -> None:
    await other_peer.accept_follows(manual=True)
    await peer.follow(other_peer.actor())
    await other_peer.eventually_pending(peer.actor())
    assert await other_peer.followers() == []
    await other_peer.accept(peer.actor())
    await peer.eventually_following(other_peer.actor())
    assert (await other_peer.pending(), await other_peer.followers()) == ([], [peer.actor()])


async def test_a_follow_is_rejected(peer: Peer, other_peer: Peer) -> None:
    await other_peer.accept_follows(manual=True)
    await peer.follow(other_peer.actor())
    await other_peer.eventually_pending(peer.actor())
    await other_peer.reject(peer.actor())
    await peer.eventually_following(other_peer.actor(), state="rejected")
    assert await other_peer.followers() == []


async def test_a_follower_is_removed(peer: Peer, other_peer: Peer) -> None:
    await befriend(peer, other_peer)
    await other_peer.reject(peer.actor())
    await peer.eventually_following(other_peer.actor(), state="rejected")
    assert await other_peer.followers() == []


async def test_an_unfollow_removes_the_follower(peer: Peer, other_peer: Peer) -> None:
    await befriend(peer, other_peer)
    await peer.unfollow(other_peer.actor())
    undo = await other_peer.eventually_received("Undo", from_actor=peer.actor())
    assert undo.object_type == "Follow"
    assert await other_peer.followers() == []
    assert await peer.following() == []


async def test_a_follow_can_be_fetched_by_its_id(peer: Peer, other_peer: Peer) -> None:
    follow = await peer.follow(other_peer.actor())
    fetched = await other_peer.fetch(follow.id)
    assert fetched.document is not None
    assert (fetched.document["type"], fetched.document["object"]) == ("Follow", other_peer.actor())


async def test_the_second_actor_acts_for_herself(peer: Peer, other_peer: Peer) -> None:
    await peer.follow(other_peer.actor("lea"), by="lea")
    await peer.eventually_following(other_peer.actor("lea"), by="lea")
    assert (await other_peer.followers(by="lea"), await other_peer.followers()) == ([peer.actor("lea")], [])


# Posts


async def test_a_public_post_reaches_the_shared_inbox_of_a_follower(peer: Peer, other_peer: Peer) -> None:
    await befriend(peer, other_peer)
    post = await other_peer.post("<p>Opening on Monday</p>")
    create = await peer.eventually_received("Create", from_actor=other_peer.actor(), object_=post.id)
    assert (create.path, create.id) == ("/inbox", post.activity)
    assert create.document["object"]["content"] == "<p>Opening on Monday</p>"


async def test_every_signature_of_a_post_holds(peer: Peer, other_peer: Peer) -> None:
    await befriend(peer, other_peer)
    await other_peer.post("<p>Signed three times</p>")
    create = await peer.eventually_received("Create")
    assert create.signatures is not None
    assert (create.signatures.http.scheme, create.signatures.http.verified) == ("rfc9421", True)
    assert (create.signatures.proof.verified, create.signatures.linked_data.verified) == (True, True)
    assert create.authenticated_by == "linked-data"


async def test_a_post_to_followers_is_hidden_from_strangers(peer: Peer, other_peer: Peer) -> None:
    await befriend(peer, other_peer)
    post = await other_peer.post("<p>For friends</p>", to="followers")
    create = await peer.eventually_received("Create", object_=post.id)
    assert create.document["to"] == other_peer.followers_of()
    async with httpx.AsyncClient(headers={"Accept": AS2}, trust_env=False) as stranger:
        answers = [await stranger.get(post.id), await stranger.get(post.activity)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert (await peer.fetch(post.id)).status == 200


async def test_a_post_to_one_person_reaches_somebody_who_does_not_follow(peer: Peer, other_peer: Peer) -> None:
    post = await peer.post("<p>Between us</p>", to=[other_peer.actor()])
    create = await other_peer.eventually_received("Create", object_=post.id)
    assert create.document["to"] == other_peer.actor()
    assert create.document["object"]["tag"]["href"] == other_peer.actor()


async def test_a_reply_reaches_the_author_it_answers(peer: Peer, other_peer: Peer) -> None:
    post = await other_peer.post("<p>Any questions?</p>")
    reply = await peer.post("<p>One</p>", in_reply_to=post.id)
    create = await other_peer.eventually_received("Create", object_=reply.id)
    assert create.document["object"]["inReplyTo"] == post.id


async def test_an_edit_and_a_deletion_follow_the_post(peer: Peer, other_peer: Peer) -> None:
    await befriend(peer, other_peer)
    post = await other_peer.post("<p>Opn</p>")
    await other_peer.edit(post.id, "<p>Open</p>")
    update = await peer.eventually_received("Update", object_=post.id)
    assert update.document["object"]["content"] == "<p>Open</p>"
    assert update.document["object"]["updated"] is not None
    await other_peer.delete(post.id)
    delete = await peer.eventually_received("Delete", object_=post.id)
    assert delete.object_type == "Tombstone"
    assert (await peer.fetch(post.id)).status == 410


async def test_a_like_reaches_the_author_and_is_undone(peer: Peer, other_peer: Peer) -> None:
    post = await other_peer.post("<p>Like me</p>")
    like = await peer.like(post.id)
    assert (await other_peer.eventually_received("Like", object_=post.id)).id == like.id
    await peer.unlike(post.id)
    undo = await other_peer.eventually_received("Undo", from_actor=peer.actor())
    assert (undo.object, undo.object_type) == (like.id, "Like")


async def test_a_boost_reaches_author_and_followers_and_is_undone(peer: Peer, other_peer: Peer) -> None:
    await befriend(other_peer, peer)
    post = await other_peer.post("<p>Pass it on</p>")
    boost = await peer.boost(post.id)
    assert (await other_peer.eventually_received("Announce", object_=post.id)).id == boost.id
    await peer.unboost(post.id)
    undo = await other_peer.eventually_received("Undo", from_actor=peer.actor())
    assert (undo.object, undo.object_type) == (boost.id, "Announce")
    await peer.settled()
    assert [received.path for received in await other_peer.received(type="Announce")] == ["/inbox"]


async def test_an_edited_profile_is_sent_to_followers(peer: Peer, other_peer: Peer) -> None:
    await befriend(peer, other_peer)
    await other_peer.edit_profile("Karim of the other shop")
    update = await peer.eventually_received("Update", object_=other_peer.actor())
    assert update.document["object"]["name"] == "Karim of the other shop"


async def test_any_activity_is_written_and_signed_as_fedify_does(peer: Peer, other_peer: Peer) -> None:
    flag = {"@context": CONTEXT[0], "type": "Flag", "object": other_peer.actor(), "content": "spam"}
    await peer.send(flag, [other_peer.actor()])
    received = await other_peer.eventually_received("Flag", from_actor=peer.actor())
    assert received.signatures is not None
    assert received.signatures.http.verified


async def test_the_outbox_pages_what_is_public(peer: Peer, other_peer: Peer) -> None:
    for number in range(11):
        await other_peer.post(f"<p>{number}</p>")
    await other_peer.post("<p>not for all</p>", to="followers")
    outbox = (await peer.fetch(other_peer.outbox())).document or {}
    assert outbox["totalItems"] == 11
    first = (await peer.fetch(outbox["first"])).document or {}
    assert (len(first["orderedItems"]), first["orderedItems"][0]["object"]["content"]) == (10, "<p>10</p>")
    last = (await peer.fetch(first["next"])).document or {}
    assert "next" not in last


# Looking each other up


async def test_a_handle_is_resolved_through_webfinger(peer: Peer, other_peer: Peer) -> None:
    resolved = await peer.resolve(other_peer.handle("lea"))
    assert (resolved.id, resolved.type) == (other_peer.actor("lea"), "Person")
    assert resolved.webfinger is not None
    assert resolved.webfinger["subject"] == f"acct:{other_peer.handle('lea')[1:]}"


async def test_a_handle_of_nobody_resolves_to_nothing(peer: Peer, other_peer: Peer) -> None:
    resolved = await peer.resolve(other_peer.handle().replace("karim", "nobody"))
    assert (resolved.id, resolved.webfinger) == (None, None)


async def test_nodeinfo_names_the_program(peer: Peer) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        links = (await client.get(f"{peer.origin}/.well-known/nodeinfo")).json()["links"]
        nodeinfo = (await client.get(links[0]["href"])).json()
    assert nodeinfo["software"]["name"] == "fedirse-test-peer"


async def test_peers_speak_under_names_that_are_routed_to_them(programs: Programs) -> None:
    async with Peer.start(programs, origin="https://north.test") as north, Peer.start(programs, origin="https://south.test") as south:
        await north.route("https://south.test", south.address)
        await south.route("https://north.test", north.address)
        await befriend(north, south)
        assert await south.followers() == ["https://north.test/users/karim"]
        assert (await north.resolve("@lea@south.test")).id == "https://south.test/users/lea"


async def test_nothing_outside_this_machine_is_reached(peer: Peer) -> None:
    fetched = await peer.fetch("https://elsewhere.example/actor")
    assert fetched.document is None
    assert "is not on this machine" in (fetched.error or "")
    assert {attempt.status for attempt in await peer.attempts()} == {None}


# Answers on demand


async def test_a_delivery_is_tried_again_after_the_answers_that_were_asked_for(peer: Peer, other_peer: Peer) -> None:
    # Fedify knocks twice at each attempt, once with either scheme.
    await other_peer.answer(503, times=4)
    post = await peer.post("<p>Persistent</p>", to=[other_peer.actor()])
    await other_peer.eventually_received("Create", object_=post.id)
    assert [attempt.status for attempt in await peer.attempts(type="Create")] == [503, 503, 503, 503, 202]


async def test_a_connection_closed_without_an_answer_is_tried_again(peer: Peer, other_peer: Peer) -> None:
    await other_peer.answer(0)
    post = await peer.post("<p>Hello?</p>", to=[other_peer.actor()])
    await other_peer.eventually_received("Create", object_=post.id)
    assert (await peer.attempts(type="Create"))[0].status is None


async def test_an_activity_seen_before_is_marked(peer: Peer, other_peer: Peer) -> None:
    activity = note_by(other_peer)
    for _ in range(2):
        await other_peer.send_raw(peer.inbox(), activity, "rfc9421")
    assert [received.duplicate for received in await peer.received(id=activity["id"])] == [False, True]


async def test_any_document_is_served_as_given(peer: Peer, other_peer: Peer) -> None:
    url = await peer.serve("/odd", {"@context": CONTEXT, "type": "Note", "id": f"{peer.origin}/odd"})
    assert (await other_peer.fetch(url)).document == {"@context": CONTEXT, "type": "Note", "id": url}
