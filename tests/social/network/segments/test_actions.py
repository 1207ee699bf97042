"""A head office and its segments."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedirse.activitypub.signatures import multikey
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.site import Site
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.stating.actions import state_membership
from fedirse.social.network.model import Attribute, Attributes, Network
from fedirse.social.network.segments.actions import define_segment, list_live_segments, look_up_covered, withdraw_segment
from fedirse.social.network.segments.model import AllOf, Condition, Has, Segment, Within
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction
from tests.federation.network import running_network
from tests.social.network.roster.test_wire import fresh_key

EVERYBODY = AllOf(())
SOUTH = Has(Attribute.REGION, frozenset({"Sud"}))


@pytest.fixture
async def siege(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_network(tmp_path) as running:
        site = await running.add("siege.example", head_office=True)
        await site.write(found_network, site, "Maison Aubrelle", site.clock.now())
        yield site


async def network_of(site: Site) -> Network:

    network = await site.read(current_network)
    assert network is not None
    return network


async def admit(site: Site, name: str, region: str, **changes: object) -> None:
    def write(tx: Transaction) -> None:
        state_membership(
            tx,
            site,
            f"https://{name.lower()}.example/actor",
            name=name,
            attributes=Attributes(region=region),
            key=multikey(fresh_key().public),
            now=site.clock.now(),
            **changes,  # type: ignore[arg-type]
        )

    await site.write(write)


async def define(site: Site, name: str, condition: Condition, segment_id: str | None = None) -> Segment:
    return await site.write(define_segment, site, name, condition, site.clock.now(), segment_id=segment_id)


async def covered(site: Site, condition: Condition) -> list[str]:
    found = await site.read(look_up_covered, await network_of(site), condition, site.clock.now())
    return [credential.name for credential in found.members]


async def test_who_is_in_a_selection_is_seen_before_it_is_used_without_whoever_is_out(siege: Site) -> None:
    for name, region in (("Nice", "Sud"), ("Lille", "Nord"), ("Albi", "Sud")):
        await admit(siege, name, region)
    await admit(siege, "Toulon", "Sud", suspended=True)
    assert await covered(siege, SOUTH) == ["Albi", "Nice"]
    assert await covered(siege, EVERYBODY) == ["Albi", "Lille", "Nice"]


async def test_a_segment_keeps_its_address_when_it_is_defined_anew(siege: Site) -> None:
    first = await define(siege, " Sud ", SOUTH)
    second = await define(siege, "Grand Sud", EVERYBODY, segment_id=first.id)
    assert (second.id, second.name) == (first.id, "Grand Sud")
    assert second.serial > first.serial
    assert await siege.read(list_live_segments, await network_of(siege)) == [second]


async def test_names_are_one_segments_and_said(siege: Site) -> None:
    segment = await define(siege, "Sud", SOUTH)
    for name in ("", "  ", "x" * 201, "SUD"):
        with pytest.raises(InvalidInput):
            await define(siege, name, EVERYBODY)
    await define(siege, "sud", SOUTH, segment_id=segment.id)


async def test_a_segment_that_others_are_made_of_cannot_be_withdrawn(siege: Site) -> None:
    inner = await define(siege, "Sud", SOUTH)
    outer = await define(siege, "Petit Sud", AllOf((Within(inner.id),)))
    with pytest.raises(InvalidInput) as refused:
        await siege.write(withdraw_segment, siege, inner.id, siege.clock.now())
    assert refused.value.reason == "segment-in-use"
    await siege.write(withdraw_segment, siege, outer.id, siege.clock.now())
    await siege.write(withdraw_segment, siege, inner.id, siege.clock.now())
    assert await siege.read(list_live_segments, await network_of(siege)) == []
    for gone in (inner.id, "https://siege.example/network/segments/none"):
        with pytest.raises(NotFound):
            await siege.write(withdraw_segment, siege, gone, siege.clock.now())
        with pytest.raises(NotFound):
            await define(siege, "Autre", SOUTH, segment_id=gone)


async def test_a_store_defines_no_segments(tmp_path: Path) -> None:
    async with running_network(tmp_path) as running:
        lyon = await running.add("lyon.example")
        with pytest.raises(NotFound):
            await define(lyon, "Sud", SOUTH)
