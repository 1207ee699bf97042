"""The facts that findings are made from are those of the running site."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base.clock import FixedClock
from fedirse.features.care.health.views import examine, gather
from fedirse.site import Site
from fedirse.storage.backup_record import BackupRecord, MadeBackup, Restored, save_record
from fedirse.storage.migration import LATEST
from tests.federation.network import START, Network, follow_site, running_network, say, site_actor

SHOP, HEAD = "magasin.example", "siege.example"


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    async with running_network(tmp_path, FixedClock(START)) as running:
        yield running


@pytest.fixture
async def shop(network: Network) -> Site:
    shop, head = await network.add(SHOP), await network.add(HEAD)
    await follow_site(head, shop)
    await network.settle()
    return shop


async def levels(site: Site) -> dict[str, str]:
    return {finding.code: finding.level.value for finding in await examine(site)}


async def test_the_exchange_with_others_is_told_from_the_rows(network: Network, shop: Site) -> None:
    facts = await gather(shop)
    assert facts.traffic.received_at == facts.traffic.delivered_at == START
    assert (facts.traffic.waiting, facts.schema) == (0, LATEST)
    assert facts.made_at is not None
    network.wire.offline.add(HEAD)
    await say(shop, await site_actor(shop), "Bonjour")
    await network.settle()
    facts = await gather(shop)
    assert (facts.traffic.waiting, facts.traffic.waiting_peers, facts.traffic.failing_peers) == (1, 1, 1)


async def test_what_nobody_looks_after_is_found(network: Network, shop: Site) -> None:
    network.processes[SHOP].outbox.stop()
    await say(shop, await site_actor(shop), "Bonjour")
    assert (await levels(shop))["sent"] == "green"
    assert isinstance(network.clock, FixedClock)
    network.clock.advance(timedelta(minutes=16))
    assert (await levels(shop))["sent"] == "red"


async def test_backups_and_restores_are_remembered(shop: Site) -> None:
    assert (await levels(shop))["backup"] == "orange"
    save_record(shop.folder, BackupRecord(1, MadeBackup(START, "x.tar", 5), Restored(START, START - timedelta(days=1))))
    assert (await levels(shop))["backup"] == "green"
    assert (await gather(shop)).restored_from == START - timedelta(days=1)


async def test_a_full_disk_is_red(shop: Site) -> None:
    shop.database.room.keep()
    shop.database.room.give_up()
    assert (await levels(shop))["writing"] == "red"
    assert replace(await gather(shop), state="writable").state == "writable"


async def test_a_key_that_others_may_read_is_red_once_the_folder_lets_them_in(shop: Site) -> None:
    (shop.folder / "keys" / "seal.key").chmod(0o644)
    assert (await levels(shop))["keys"] == "green"
    shop.folder.chmod(0o755)
    assert (await levels(shop))["keys"] == "red"
