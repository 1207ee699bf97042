"""What comes in the head office's name and is not its last word changes nothing, and the administrators are told."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from fedirse.base.types import JsonObject
from fedirse.social.network.authority import actions as authority
from fedirse.social.network.authority.stating.actions import state_roster
from fedirse.social.network.roster.actions import ask_anew
from fedirse.social.network.roster.model import Standing
from fedirse.social.network.roster.store import find_snapshot_document, save_snapshot
from fedirse.social.network.roster.wire import parse_snapshot
from fedirse.social.network.store import current_network
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.federation.rosters import Group, forget_deliveries, receive_again, running_group


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with running_group(tmp_path, "lyon", "metz") as opened:
        await opened.sweep()
        yield opened


async def have_asked(group: Group, name: str) -> None:
    """Let a site ask the head office now."""
    site = group.sites[f"{name}.example"]

    def write(tx: Transaction) -> None:
        network = current_network(tx)
        assert network is not None
        ask_anew(tx, site, network, group.clock.now())

    await site.write(write)
    await group.settle()


async def doubts(group: Group, name: str) -> list[tuple[str, JsonObject]]:
    return [(entry.deed, entry.details) for entry in await group.sites[f"{name}.example"].read(list_entries)]


async def test_a_rolled_back_snapshot_is_refused_and_told_once(group: Group) -> None:
    siege = group.siege
    old = await siege.read(find_snapshot_document, siege.uris.site_actor)
    assert old is not None
    await group.pass_time(days=1)
    before = await group.digests("metz")
    await siege.write(save_snapshot, parse_snapshot(old), old, group.clock.now())
    for _ in range(2):
        await have_asked(group, "metz")
    assert await group.digests("metz") == before
    assert await doubts(group, "metz") == [("network.not-believed", {"why": "older-roster"})]


async def test_a_stale_serial_changes_nothing(group: Group) -> None:
    siege, metz, lyon = group.siege, group.sites["metz.example"], group.sites["lyon.example"].uris.site_actor
    await siege.write(authority.change, siege, lyon, name="Lyon", now=group.clock.now())
    await group.settle()
    stale = next(sent.body for sent in group.wire.wire.sent if sent.host == "metz.example" and orjson.loads(sent.body)["type"] == "Update")
    await siege.write(authority.remove, siege, lyon, now=group.clock.now())
    await group.settle()
    again = {**orjson.loads(stale), "id": siege.uris.activity("01J00000000000000000000000")}
    again.pop("proof")
    before = await group.digests("metz")
    assert await receive_again(group, metz, orjson.dumps(again)) == 202
    assert await group.digests("metz") == before
    assert await group.standing("lyon", "metz") is Standing.REMOVED


async def test_a_roster_signed_by_another_key_is_refused_and_told(group: Group) -> None:
    siege = group.siege
    before = await group.digests("metz", "lyon")
    # Whoever takes over the domain of the head office can give it other keys, but not those that sites trust.
    await siege.write(siege.signing.renew, siege.actor_id, siege.uris.site_actor, group.clock.now())
    await siege.write(authority.remove, siege, group.sites["lyon.example"].uris.site_actor, now=group.clock.now())
    await siege.write(state_roster, siege, group.clock.now())
    await group.settle()
    assert {sent.status for sent in group.wire.wire.sent if orjson.loads(sent.body)["type"] == "Remove"} == {401}
    await have_asked(group, "metz")
    assert await group.digests("metz", "lyon") == before
    assert await group.standing("lyon", "metz") is Standing.IN_FORCE
    assert ("network.not-believed", {"why": "not-the-head-office"}) in await doubts(group, "metz")


async def test_a_site_that_is_told_nothing_any_more_says_so_to_its_administrators_and_keeps_what_it_knows(group: Group) -> None:
    siege, metz = group.siege, group.sites["metz.example"]
    group.cut("metz")
    await siege.write(authority.remove, siege, metz.uris.site_actor, now=group.clock.now())
    await group.settle()
    await forget_deliveries(group, "metz.example")
    group.cut()
    before = await group.digests("metz")
    await have_asked(group, "metz")
    assert await group.digests("metz") == before
    assert await doubts(group, "metz") == [("network.not-believed", {"why": "remote-gone"})]
