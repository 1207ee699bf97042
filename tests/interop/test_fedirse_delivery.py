"""Deliveries of fedirse to a peer that stumbles, and the economy of the shared inbox."""

from datetime import timedelta

import pytest

from fedirse.base.actors import StoredActor
from fedirse.storage.deliveries import DeliveryState
from tests.interop.peer_process import Peer
from tests.interop.site import LiveSite, host_of

pytestmark = pytest.mark.interop


async def followed(site: LiveSite, peer: Peer) -> StoredActor:
    """Anna, whom karim and lea follow."""
    anna = await site.person("anna")
    for name in ("karim", "lea"):
        await peer.follow(anna.uri, by=name)
        await peer.eventually_following(anna.uri, by=name)
    await site.settled()
    return anna


async def test_two_followers_on_one_server_cost_one_delivery(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    post = await site.say(anna, f"{peer.handle()} {peer.handle('lea')} both")
    await peer.eventually_received("Create", object_=post.uri)
    await site.settled()
    assert [create.path for create in await peer.received(type="Create")] == ["/inbox"]


async def test_one_post_of_the_peer_for_two_of_us_is_kept_once(site: LiveSite, peer: Peer) -> None:
    anna, ben = await site.person("anna"), await site.person("ben")
    for person in (anna, ben):
        await site.follow(person, peer.actor())
        await site.eventually_follows(person, peer.actor())
    note = await peer.post("<p>For both</p>", mention=[anna.uri, ben.uri])
    await site.eventually_post(note.id)
    await peer.settled()
    assert [knock.url for knock in await peer.attempts(type="Create", status=202)] == [site.shared_inbox]
    assert [len(await site.news(person)) for person in (anna, ben)] == [1, 1]


@pytest.mark.parametrize("status", [500, 502, 429])
async def test_what_the_peer_could_not_take_is_sent_again_and_arrives_once(site: LiveSite, peer: Peer, status: int) -> None:
    anna = await followed(site, peer)
    await peer.answer(status)
    post = await site.say(anna, "Hello?")
    refusal = await peer.eventually_refused("Create")
    assert refusal.status == status
    await site.settled()
    assert (await site.peer(host_of(peer))).failures == 1
    await site.later(timedelta(minutes=1))
    create = await peer.eventually_received("Create", object_=post.uri)
    await site.settled()
    assert await peer.received(type="Create") == [create]
    assert (await site.peer(host_of(peer))).failures == 0


async def test_a_peer_that_names_a_time_is_left_alone_until_then(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    await peer.answer(503, headers={"Retry-After": "3600"})
    post = await site.say(anna, "Hello?")
    await peer.eventually_refused("Create")
    await site.settled()
    await site.later(timedelta(minutes=30))
    await site.settled()
    assert await peer.received(type="Create") == []
    await site.later(timedelta(minutes=40))
    await peer.eventually_received("Create", object_=post.uri)


async def test_posts_that_waited_arrive_in_the_order_they_were_written(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    await peer.answer(503)
    posts = [await site.say(anna, "First")]
    await peer.eventually_refused("Create")
    await site.settled()
    posts += [await site.say(anna, text) for text in ("Second", "Third")]
    await site.later(timedelta(minutes=1))
    await peer.eventually_received("Create", object_=posts[-1].uri)
    assert [create.object for create in await peer.received(type="Create")] == [post.uri for post in posts]


async def test_a_connection_closed_without_an_answer_loses_nothing(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    await peer.answer(0, times=2)
    post = await site.say(anna, "Hello?")
    await peer.eventually_refused("Create")
    await site.settled()
    await site.later(timedelta(minutes=1))
    create = await peer.eventually_received("Create", object_=post.uri)
    await site.settled()
    assert await peer.received(type="Create") == [create]


async def test_a_failing_peer_that_is_heard_again_gets_its_posts_at_once(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    await peer.answer(503, headers={"Retry-After": "36000"})
    post = await site.say(anna, "Hello?")
    await peer.eventually_refused("Create")
    await site.settled()
    # It is asked at most once a minute for being heard.
    await site.later(timedelta(minutes=2))
    await peer.like(post.uri, owner=anna.uri)
    await peer.eventually_received("Create", object_=post.uri)


async def test_an_inbox_that_is_gone_is_written_to_no_more(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    await peer.answer(410, path="/inbox")
    await site.say(anna, "Anybody there?")
    await peer.eventually_refused("Create")
    await site.settled()
    await site.say(anna, "Still nobody?")
    await site.settled()
    assert await peer.received(type="Create") == []
    creates = [row for row in await site.ledger() if row.kind == "Create"]
    assert [(row.state, row.attempts) for row in creates] == [(DeliveryState.GONE, 1), (DeliveryState.GONE, 0)]


async def test_one_activity_that_the_peer_does_not_want_holds_up_no_other(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    await peer.answer(422)
    await site.say(anna, "Unwanted")
    await peer.eventually_refused("Create")
    post = await site.say(anna, "Wanted")
    await peer.eventually_received("Create", object_=post.uri)
    assert (await site.peer(host_of(peer))).failures == 0
