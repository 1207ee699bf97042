"""What the head office says of a member reaches every member, in any order, whoever was away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedirse.base.errors import RemoteGone
from fedirse.outbox.rounds import PutOff
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.store import count_followers, count_following
from fedirse.social.network.actions import why_not_to
from fedirse.social.network.authority import actions as authority
from fedirse.social.network.model import Attributes, NetworkState
from fedirse.social.network.roster.listing.wire import members_at, roster_at
from fedirse.social.network.roster.model import Credential, Standing
from fedirse.social.network.store import find_network
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import find_actor_by_uri
from fedirse.storage.audit import list_entries
from tests.federation.network import find, follow_site, site_actor
from tests.federation.rosters import Group, ask, forget_deliveries, receive_again, running_group

EVERYBODY = ("siege", "lyon", "nantes", "metz")


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with running_group(tmp_path, "lyon", "nantes", "metz") as opened:
        yield opened


async def test_after_joining_everybody_knows_everybody_and_where_to_write_to_them(group: Group) -> None:
    await group.sweep()
    assert len(await group.digests(*EVERYBODY)) == 1
    for at in ("lyon", "nantes", "metz"):
        for of in EVERYBODY:
            assert await group.standing(of, at) is Standing.IN_FORCE
            assert await group.sites[f"{at}.example"].read(find_actor_by_uri, f"https://{of}.example/actor") is not None


async def test_a_change_a_suspension_and_a_return_reach_everybody_and_the_site_itself(group: Group) -> None:
    siege, lyon = group.siege, group.sites["lyon.example"].uris.site_actor
    now = group.clock.now()
    await siege.write(authority.change, siege, lyon, attributes=Attributes(region="Sud"), now=now)
    await group.settle()
    for at in EVERYBODY:
        held = (await group.roster(at)).held[lyon].statement
        assert isinstance(held, Credential)
        assert held.attributes == Attributes(region="Sud")
    await siege.write(authority.suspend, siege, lyon, now=now)
    await group.settle()
    assert {await group.standing("lyon", at) for at in EVERYBODY} == {Standing.SUSPENDED}
    await siege.write(authority.restore, siege, lyon, now=now)
    await group.settle()
    assert {await group.standing("lyon", at) for at in EVERYBODY} == {Standing.IN_FORCE}


@pytest.mark.attack("PRV-008")
async def test_a_removal_reaches_everybody_and_the_removed_site_knows_why_it_sees_nothing_new(group: Group) -> None:
    lyon, nantes = group.sites["lyon.example"], group.sites["nantes.example"]
    await group.siege.write(authority.remove, group.siege, lyon.uris.site_actor, now=group.clock.now())
    await group.settle()
    assert {await group.standing("lyon", at) for at in EVERYBODY} == {Standing.REMOVED}
    network = await lyon.read(find_network, group.siege.uris.site_actor)
    assert network is not None
    assert network.state is NetworkState.REMOVED
    assert [entry.deed for entry in await lyon.read(list_entries)] == ["network.purged", "network.removed-us"]
    for asked in (group.siege, nantes):
        for url in (roster_at(asked.uris.site_actor), members_at(asked.uris.site_actor, 0)):
            with pytest.raises(RemoteGone):
                await ask(lyon, url)


async def test_news_in_any_order_come_to_the_same(group: Group) -> None:
    group.cut("metz")
    siege, lyon, nantes = group.siege, *(group.sites[f"{name}.example"].uris.site_actor for name in ("lyon", "nantes"))
    for number in range(3):
        await siege.write(authority.change, siege, lyon, name=f"Lyon {number}", now=group.clock.now())
    await siege.write(authority.suspend, siege, nantes, now=group.clock.now())
    await group.settle()
    metz = group.sites["metz.example"]
    waiting = [sent.body for sent in group.wire.wire.sent if sent.host == "lyon.example" and b'"rosterSerial"' in sent.body]
    assert len(waiting) >= 4
    group.cut()
    for body in reversed(waiting):
        await receive_again(group, metz, body)
    await group.settle()
    assert len(await group.digests("siege", "lyon", "metz")) == 1


@pytest.mark.reliability("REL-024")
async def test_whoever_was_away_knows_the_rest_on_return(group: Group) -> None:
    group.cut("metz")
    await group.admit("brest")
    await group.siege.write(authority.remove, group.siege, group.sites["nantes.example"].uris.site_actor, now=group.clock.now())
    for _ in range(10):
        await group.pass_time(days=1)
    assert await group.standing("nantes", "metz") is Standing.GRACE
    group.cut()
    await group.pass_time(hours=7)
    assert len(await group.digests("siege", "lyon", "metz", "brest")) == 1
    assert await group.standing("nantes", "metz") is Standing.REMOVED
    assert await group.standing("brest", "metz") is Standing.IN_FORCE


@pytest.mark.reliability("REL-024")
async def test_while_the_head_office_is_down_a_new_site_is_known_through_members(group: Group) -> None:
    group.cut("metz")
    await group.admit("brest")
    await group.settle()
    group.cut("siege")
    await group.pass_time(hours=7)
    assert await group.standing("brest", "metz") is Standing.IN_FORCE
    for at in ("lyon", "nantes", "metz", "brest"):
        assert await group.standing("siege", at) is Standing.IN_FORCE
    await group.pass_time(days=20)
    assert {await group.standing(of, at) for of in ("brest", "lyon") for at in ("metz", "nantes")} == {Standing.GRACE}
    group.cut()
    for _ in range(3):
        await group.pass_time(hours=7)
    assert len(await group.digests("siege", "lyon", "nantes", "metz", "brest")) == 1
    assert await group.standing("lyon", "metz") is Standing.IN_FORCE


async def test_the_roster_is_renewed_once_a_day_and_told(group: Group) -> None:
    await group.sweep()
    first = (await group.roster("metz")).snapshot
    await group.pass_time(hours=23)
    assert (await group.roster("metz")).snapshot == first
    await group.pass_time(hours=1)
    later = (await group.roster("metz")).snapshot
    assert first is not None
    assert later is not None
    assert later.serial > first.serial
    assert len(await group.digests(*EVERYBODY)) == 1


async def test_news_that_were_missed_are_noticed_by_the_next_ones(group: Group) -> None:
    siege, nantes, lyon = group.siege, *(group.sites[f"{name}.example"].uris.site_actor for name in ("nantes", "lyon"))
    await group.sweep()
    group.cut("metz")
    await siege.write(authority.suspend, siege, nantes, now=group.clock.now())
    await group.settle()
    await forget_deliveries(group, "metz.example")
    group.cut()
    await siege.write(authority.change, siege, lyon, name="Lyon Part-Dieu", now=group.clock.now())
    # Until the head office tries again; nobody has a reason yet to ask by themselves.
    await group.pass_time(hours=1)
    assert await group.standing("nantes", "metz") is Standing.SUSPENDED
    assert len(await group.digests("siege", "metz")) == 1


async def test_a_suspended_site_is_told_of_itself_alone_and_of_the_rest_when_it_is_back(group: Group) -> None:
    siege, lyon = group.siege, group.sites["lyon.example"]
    await siege.write(authority.suspend, siege, lyon.uris.site_actor, now=group.clock.now())
    await group.admit("brest")
    await group.settle()
    assert await group.standing("brest", "lyon") is Standing.STRANGER
    assert [entry.deed for entry in await lyon.read(list_entries)] == ["network.suspended-us"]
    await siege.write(authority.restore, siege, lyon.uris.site_actor, now=group.clock.now())
    await group.settle()
    assert await group.standing("brest", "lyon") is Standing.IN_FORCE


async def test_a_post_of_the_head_office_tells_a_member_that_it_missed_something(group: Group) -> None:
    siege, metz = group.siege, group.sites["metz.example"]
    await group.sweep()
    group.cut("metz")
    await siege.write(authority.suspend, siege, group.sites["nantes.example"].uris.site_actor, now=group.clock.now())
    await group.settle()
    await forget_deliveries(group, "metz.example")
    group.cut()
    author = await group.wire.person(siege, "claire")
    draft = Draft("Pour le réseau.", Audience(AudienceKind.NETWORK, of=siege.uris.members))
    post = await siege.write(publish_post, siege, author, draft, group.clock.now())
    await group.pass_time(hours=1)
    assert await find(metz, post.uri) is not None
    assert await group.standing("nantes", "metz") is Standing.SUSPENDED


async def test_follows_between_a_site_that_lost_its_rights_and_the_others_end_on_both_sides(group: Group) -> None:
    siege, lyon, metz = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "metz"))
    for follower, followee in ((lyon, siege), (lyon, metz), (metz, siege), (metz, lyon)):
        await follow_site(follower, followee)
    await group.settle()
    one = await site_actor(lyon)
    assert [await lyon.read(count, one.id) for count in (count_following, count_followers)] == [2, 1]
    await siege.write(authority.suspend, siege, lyon.uris.site_actor, now=group.clock.now())
    await group.settle()
    assert [await each.read(count_followers, each.actor_id) for each in (siege, metz)] == [1, 0]
    assert [await each.read(count_following, each.actor_id) for each in (siege, metz)] == [0, 1]
    assert [await lyon.read(count, one.id) for count in (count_following, count_followers)] == [0, 0]


async def test_a_member_fetches_what_is_for_members_with_the_key_it_is_known_by(group: Group) -> None:
    siege, lyon = group.siege, group.sites["lyon.example"]
    author = await group.wire.person(siege, "claire")
    draft = Draft("Pour le réseau.", Audience(AudienceKind.NETWORK, of=siege.uris.members))
    post = await siege.write(publish_post, siege, author, draft, group.clock.now())
    assert (await lyon.fetch_document(post.uri))["id"] == post.uri
    outside = await group.make("dehors")
    with pytest.raises(RemoteGone):
        await outside.fetch_document(post.uri)


@pytest.mark.attack("PRV-008")
async def test_whoever_returns_sends_nothing_to_members_before_it_has_asked_who_they_are(group: Group) -> None:
    siege, lyon, metz = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "metz"))
    await group.sweep()
    scopes = [("network", siege.uris.members)]
    group.cut("metz")
    await siege.write(authority.remove, siege, lyon.uris.site_actor, now=group.clock.now())
    await group.settle()
    for _ in range(5):
        await group.pass_time(days=1)
    assert await group.standing("lyon", "metz") is Standing.GRACE
    held = await metz.read(why_not_to, "lyon.example", scopes, group.clock.now())
    assert isinstance(held, PutOff)
    group.cut()
    await group.sweep()
    refused = await metz.read(why_not_to, "lyon.example", scopes, group.clock.now())
    assert refused is not None
    assert not isinstance(refused, PutOff)
    assert await metz.read(why_not_to, "nantes.example", scopes, group.clock.now()) is None


async def test_while_nobody_can_be_asked_members_go_on_as_they_know_each_other(group: Group) -> None:
    await group.sweep()
    group.cut("siege", "lyon", "nantes")
    await group.pass_time(days=4)
    metz = group.sites["metz.example"]
    assert await metz.read(why_not_to, "lyon.example", [("network", group.siege.uris.members)], group.clock.now()) is None
