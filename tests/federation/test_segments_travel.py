"""What the head office says of segments reaches the members it covers and nobody else; from then on they decide by themselves."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import RemoteGone
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.network.actions import known_scopes
from fedirse.social.network.authority import actions as authority
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.roster.actions import SEGMENTS
from fedirse.social.network.segments.actions import define_segment, withdraw_segment
from fedirse.social.network.segments.giving.wire import segments_at
from fedirse.social.network.segments.model import AllOf, Among, AnyOf, Condition, Except, Has, Segment, Within
from fedirse.social.network.segments.store import find_segment, list_own_segments, list_segments
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.composing.circles.views import circles_of
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.jobs import add_job
from tests.federation.network import find
from tests.federation.rosters import Group, ask, forget_deliveries, receive_again, running_group

REGIONS = {"lyon": "Sud", "nantes": "Sud", "metz": "Est"}
SOUTH = Has(Attribute.REGION, frozenset({"Sud"}))
EAST = Has(Attribute.REGION, frozenset({"Est"}))


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    """A head office, two sites of the south and one of the east."""
    async with running_group(tmp_path, *REGIONS) as opened:
        for name, region in REGIONS.items():
            await know_by(opened, name, region)
        await opened.settle()
        yield opened


async def know_by(group: Group, name: str, region: str) -> None:
    member = group.sites[f"{name}.example"].uris.site_actor
    await group.siege.write(authority.change, group.siege, member, attributes=Attributes(region=region), now=group.clock.now())


async def define(group: Group, name: str, condition: Condition, segment_id: str | None = None) -> Segment:
    return await group.siege.write(define_segment, group.siege, name, condition, group.clock.now(), segment_id=segment_id)


async def names_at(group: Group, name: str) -> set[str]:
    """What a site can address."""
    return {segment.name for segment in await group.sites[f"{name}.example"].read(list_own_segments, group.siege.uris.site_actor)}


async def used_at(group: Group, name: str) -> set[str]:
    """The segments by which a site decides."""
    return {segment.name for segment in await group.sites[f"{name}.example"].read(list_segments, group.siege.uris.site_actor)}


async def say(group: Group, site: Site, by: StoredActor, segment: Segment, text: str, parent: Post | None = None) -> Post:
    here = await find(site, parent.uri) if parent is not None else None
    draft = Draft(text, Audience(AudienceKind.SEGMENT, of=segment.id), in_reply_to=here.id if here is not None else None)
    post = await site.write(publish_post, site, by, draft, group.clock.now())
    await group.settle()
    return post


async def have_asked(group: Group, *names: str) -> None:
    """Let sites ask the head office which segments they are in."""
    for name in names:
        await group.sites[f"{name}.example"].write(add_job, SEGMENTS, group.siege.uris.site_actor, group.clock.now())
    await group.settle()


def told(group: Group, segment: Segment, host: str) -> list[tuple[str, JsonObject]]:
    """What was posted to a host about a segment, as the kind of activity and the definition."""
    sent = [orjson.loads(one.body) for one in group.wire.wire.sent if one.host == host]
    return [(one["type"], one["object"]) for one in sent if isinstance(one["object"], dict) and one["object"].get("id") == segment.id]


async def test_an_answer_of_a_member_reaches_the_others_in_the_segment_and_its_author_and_nobody_else(group: Group) -> None:
    siege, lyon, nantes, metz = (group.sites[f"{name}.example"] for name in ("siege", *REGIONS))
    south = await define(group, "Sud", SOUTH)
    await group.settle()
    claire, ines = await group.wire.person(siege, "claire"), await group.wire.person(lyon, "ines")
    post = await say(group, siege, claire, south, "Les soldes commencent samedi.")
    answer = await say(group, lyon, ines, south, "Nous sommes prêts.", post)
    for site in (siege, nantes):
        there = await find(site, answer.uri)
        assert there is not None
        assert there.audience.reader_scopes == {("segment", south.id)}
    assert await find(metz, post.uri) is None
    assert await find(metz, answer.uri) is None
    to_metz = "".join(one.body.decode() for one in group.wire.wire.sent if one.host == "metz.example")
    assert "soldes" not in to_metz
    assert "prêts" not in to_metz
    assert (await nantes.fetch_document(answer.uri))["id"] == answer.uri
    with pytest.raises(RemoteGone):
        await metz.fetch_document(answer.uri)


async def test_a_member_addresses_what_it_is_in_and_is_told_who_will_see_it(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    south = await define(group, "Sud", SOUTH)
    await define(group, "Est", EAST)
    await group.settle()
    ines = await group.wire.person(lyon, "ines")
    circles = await lyon.read(circles_of, lyon, group.clock.now(), ines)
    assert [(circle.name, circle.sites) for circle in circles.segments] == [
        ("Sud", tuple(sorted([lyon.settings.name, "Nantes", group.siege.settings.name], key=str.casefold)))
    ]
    post = await say(group, lyon, ines, south, "Qui a des palettes ?")
    assert await find(group.sites["nantes.example"], post.uri) is not None
    assert await find(group.sites["metz.example"], post.uri) is None


async def test_the_definition_is_told_to_those_it_covers_before_and_after_and_to_nobody_else(group: Group) -> None:
    south = await define(group, "Sud", SOUTH)
    await group.settle()
    assert [kind for kind, _ in told(group, south, "lyon.example")] == ["Add"]
    assert told(group, south, "metz.example") == []
    await define(group, "Sud", EAST, segment_id=south.id)
    await group.settle()
    assert [kind for kind, _ in told(group, south, "lyon.example")] == ["Add", "Update"]
    assert [kind for kind, _ in told(group, south, "metz.example")] == ["Add"]
    assert [await names_at(group, name) for name in REGIONS] == [set(), set(), {"Sud"}]
    await define(group, "Est", EAST, segment_id=south.id)
    await group.settle()
    assert len(told(group, south, "lyon.example")) == 2
    await group.siege.write(withdraw_segment, group.siege, south.id, group.clock.now())
    await group.settle()
    assert len(told(group, south, "lyon.example")) == 2
    assert told(group, south, "metz.example")[-1][1]["withdrawn"] is True
    assert await names_at(group, "metz") == set()


async def test_a_segment_comes_with_what_it_is_made_of_and_that_is_addressed_by_nobody_outside_it(group: Group) -> None:
    east = await define(group, "Est", EAST)
    rest = await define(group, "Tous sauf l’Est", AllOf((AllOf(()), Except(Within(east.id)))))
    await group.settle()
    assert await names_at(group, "lyon") == {"Tous sauf l’Est"}
    assert await used_at(group, "lyon") == {"Est", "Tous sauf l’Est"}
    assert await used_at(group, "metz") == {"Est"}
    assert told(group, rest, "metz.example") == []
    # Who is in the outer one changes by the inner one alone.
    await define(group, "Est", SOUTH, segment_id=east.id)
    await group.settle()
    assert [await names_at(group, name) for name in REGIONS] == [{"Est"}, {"Est"}, {"Tous sauf l’Est"}]


async def test_what_a_member_is_known_by_decides_at_once_and_what_it_left_is_decided_by_no_more(group: Group) -> None:
    siege, lyon, nantes = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "nantes"))
    south = await define(group, "Sud", SOUTH)
    await define(group, "Est", EAST)
    await group.settle()
    await know_by(group, "lyon", "Est")
    await group.settle()
    assert await names_at(group, "lyon") == {"Est"}
    assert ("segment", south.id) not in await lyon.read(known_scopes)
    # While Lyon is out, the segment changes and Lyon is told nothing of it; the definition it still has would let it in again.
    await define(group, "Sud", Has(Attribute.CITY, frozenset({"Nice"})), segment_id=south.id)
    await group.settle()
    await know_by(group, "lyon", "Sud")
    await group.settle()
    assert await names_at(group, "lyon") == set()
    assert "Sud" not in await used_at(group, "lyon")
    await define(group, "Sud", SOUTH, segment_id=south.id)
    await group.settle()
    assert await names_at(group, "lyon") == await names_at(group, "nantes") == {"Sud"}
    assert await nantes.read(find_segment, south.id) == await siege.read(find_segment, south.id)


async def test_whoever_is_admitted_or_was_away_learns_it_by_asking(group: Group) -> None:
    group.cut("nantes")
    await define(group, "Sud", SOUTH)
    everybody = await define(group, "Tous", AllOf(()))
    await group.settle()
    await forget_deliveries(group, "nantes.example")
    group.cut()
    assert await names_at(group, "nantes") == set()
    await group.admit("brest")
    await group.pass_time(hours=7)
    assert await names_at(group, "nantes") == {"Sud", "Tous"}
    assert await names_at(group, "brest") == {"Tous"}
    assert everybody.id in {segment.id for segment in await group.sites["brest.example"].read(list_segments, group.siege.uris.site_actor)}


async def test_whoever_missed_that_it_is_out_learns_it_by_asking(group: Group) -> None:
    south = await define(group, "Sud", SOUTH)
    await group.settle()
    group.cut("nantes")
    await define(group, "Sud", EAST, segment_id=south.id)
    await group.settle()
    await forget_deliveries(group, "nantes.example")
    group.cut()
    assert await names_at(group, "nantes") == {"Sud"}
    await have_asked(group, "nantes")
    assert await names_at(group, "nantes") == set()
    assert await used_at(group, "nantes") == set()


async def test_asking_shows_what_covers_whoever_asks_and_to_strangers_what_does_not_exist(group: Group) -> None:
    south, east = await define(group, "Sud", SOUTH), await define(group, "Est", EAST)
    await group.settle()
    url = segments_at(group.siege.uris.site_actor)
    assert [one["id"] for one in (await ask(group.sites["lyon.example"], url))["orderedItems"]] == [south.id]
    assert [one["id"] for one in (await ask(group.sites["metz.example"], url))["orderedItems"]] == [east.id]
    assert (await ask(group.sites["lyon.example"], f"{url}?after={south.serial}"))["orderedItems"] == []
    # Members cannot answer for the head office.
    with pytest.raises(RemoteGone):
        await ask(group.sites["lyon.example"], segments_at(group.sites["nantes.example"].uris.site_actor))
    outside = await group.make("dehors")
    with pytest.raises(RemoteGone):
        await ask(outside, url)
    await group.siege.write(authority.suspend, group.siege, group.sites["lyon.example"].uris.site_actor, now=group.clock.now())
    with pytest.raises(RemoteGone):
        await ask(group.sites["lyon.example"], url)


async def test_a_definition_that_is_replayed_after_it_was_withdrawn_changes_nothing(group: Group) -> None:
    south = await define(group, "Sud", SOUTH)
    await group.settle()
    first = next(sent.body for sent in group.wire.wire.sent if sent.host == "nantes.example" and south.id.encode() in sent.body)
    await group.siege.write(withdraw_segment, group.siege, south.id, group.clock.now())
    await group.settle()
    nantes = group.sites["nantes.example"]
    replayed = {**orjson.loads(first), "id": group.siege.uris.activity("01J00000000000000000000000")}
    replayed.pop("proof")
    assert await receive_again(group, nantes, orjson.dumps(replayed)) == 202
    await group.settle()
    kept = await nantes.read(find_segment, south.id)
    assert kept is not None
    assert kept.withdrawn
    assert await names_at(group, "nantes") == set()


async def test_the_longest_definition_goes_through_every_door(group: Group) -> None:
    named = frozenset(f"https://magasin-{number}.example/actor" for number in range(limits.SEGMENT_VALUES - 1))
    await define(group, "Beaucoup", AnyOf((SOUTH, Among(named))))
    await group.settle()
    assert await names_at(group, "lyon") == {"Beaucoup"}
    await have_asked(group, "nantes")
    assert await names_at(group, "nantes") == {"Beaucoup"}


async def test_a_definition_waits_for_a_member_that_is_away_and_not_for_one_that_is_removed(group: Group) -> None:
    group.cut("nantes", "lyon")
    south = await define(group, "Sud", SOUTH)
    await group.siege.write(authority.remove, group.siege, group.sites["nantes.example"].uris.site_actor, now=group.clock.now())
    await group.settle()
    group.cut()
    group.clock.advance(timedelta(days=1))
    await group.settle()
    assert [kind for kind, _ in told(group, south, "lyon.example")] == ["Add"]
    assert told(group, south, "nantes.example") == []
