"""The main job: a head office speaks, its sites hear it, answers come back, and nobody else hears what is not for them."""

from datetime import timedelta

from fedirse.base.clock import FixedClock
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.posts.actions import delete_post, edit_post
from fedirse.social.posts.model import Draft
from tests.federation.network import Network, find, follow_site, local, say, site_actor, texts


async def test_a_post_of_the_head_office_appears_in_the_local_timeline_of_a_site_that_follows_it(network: Network) -> None:
    siege = await network.add("siege.example", head_office=True)
    lyon = await network.add("lyon.example")
    await follow_site(lyon, siege)
    await network.settle()
    await say(siege, await site_actor(siege), "Nouvelle **vitrine** de printemps")
    await network.settle()
    assert texts(await local(lyon)) == ["<p>Nouvelle <strong>vitrine</strong> de printemps</p>"]


async def test_a_site_that_does_not_follow_stores_nothing(network: Network) -> None:
    siege = await network.add("siege.example")
    autre = await network.add("autre.example")
    post = await say(siege, await site_actor(siege), "Pour nos magasins")
    await network.settle()
    assert await find(autre, post.uri) is None


async def test_an_answer_of_a_site_reaches_the_other_sites_through_the_head_office(network: Network) -> None:
    siege = await network.add("siege.example", head_office=True)
    lyon = await network.add("lyon.example")
    lille = await network.add("lille.example")
    for site in (lyon, lille):
        await follow_site(site, siege)
    await network.settle()
    post = await say(siege, await site_actor(siege), "Qui a de la place en réserve ?")
    await network.settle()
    seen = await find(lyon, post.uri)
    assert seen is not None
    ines = await network.person(lyon, "ines")
    answer = await say(lyon, ines, "Nous, à Lyon.", reply_to=seen)
    await network.settle()
    at_lille = await find(lille, answer.uri)
    assert at_lille is not None
    assert at_lille.content == "<p>Nous, à Lyon.</p>"
    assert at_lille.in_reply_to == post.uri


async def test_a_site_only_post_leaves_no_trace_on_the_wire(network: Network) -> None:
    siege = await network.add("siege.example")
    lyon = await network.add("lyon.example")
    await follow_site(lyon, siege)
    await network.settle()
    before = len(network.wire.sent)
    await say(siege, await site_actor(siege), "Entre nous", AudienceKind.SITE)
    await network.settle()
    assert network.wire.sent[before:] == []


async def test_a_post_missed_while_a_site_was_off_arrives_when_it_is_back(network: Network) -> None:
    assert isinstance(network.clock, FixedClock)
    siege = await network.add("siege.example")
    lyon = await network.add("lyon.example")
    await follow_site(lyon, siege)
    await network.settle()
    network.wire.offline.add("lyon.example")
    first = await say(siege, await site_actor(siege), "Première consigne")
    await network.settle()
    network.clock.advance(timedelta(days=21))
    second = await say(siege, await site_actor(siege), "Deuxième consigne")
    await network.settle()
    assert await find(lyon, first.uri) is None
    network.wire.offline.clear()
    network.clock.advance(timedelta(days=1))
    await network.settle()
    assert await find(lyon, first.uri) is not None
    assert await find(lyon, second.uri) is not None


async def test_an_edit_and_a_delete_reach_everybody_who_has_the_post(network: Network) -> None:
    assert isinstance(network.clock, FixedClock)
    siege = await network.add("siege.example")
    lyon = await network.add("lyon.example")
    await follow_site(lyon, siege)
    await network.settle()
    actor = await site_actor(siege)
    post = await say(siege, actor, "Rendez-vous mardi")
    await network.settle()
    network.clock.advance(timedelta(minutes=5))
    await siege.write(edit_post, siege, actor, post.id, Draft("Rendez-vous jeudi", post.audience), siege.clock.now())
    await network.settle()
    edited = await find(lyon, post.uri)
    assert edited is not None
    assert (edited.content, edited.edited_at) == ("<p>Rendez-vous jeudi</p>", network.clock.now())
    await siege.write(delete_post, siege, actor, post.id, siege.clock.now())
    await network.settle()
    gone = await find(lyon, post.uri)
    assert gone is not None
    assert (gone.content, gone.deleted_at) == ("", network.clock.now())
    assert await local(lyon) == []
