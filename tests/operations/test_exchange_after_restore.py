"""A site that was restored goes on with the others: nothing that was delivered is sent again, what waited then is sent under its old id."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base.clock import FixedClock
from fedirse.operations.backup import back_up
from fedirse.operations.restore import restore
from fedirse.storage.deliveries import count_by_state
from tests.federation.network import START, Network, find, follow_site, local, running_network, say, site_actor, texts
from tests.operations.sites import QUIET

SHOP, HEAD = "magasin.example", "siege.example"


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    async with running_network(tmp_path / "network", FixedClock(START)) as running:
        yield running


def sent_ids(network: Network) -> list[str]:
    return [json.loads(sent.body)["id"] for sent in network.wire.sent if sent.host == HEAD]


async def test_after_a_restore_nothing_is_sent_as_new_and_no_id_comes_twice(network: Network, tmp_path: Path) -> None:
    shop, head = await network.add(SHOP), await network.add(HEAD)
    await follow_site(head, shop)
    await network.settle()
    first = await say(shop, await site_actor(shop), "Un")
    await network.settle()
    network.wire.offline.add(HEAD)
    waiting = await say(shop, await site_actor(shop), "Deux")
    await network.settle()

    backup = await back_up(shop.folder, tmp_path, START, QUIET)
    assert isinstance(network.clock, FixedClock)
    network.wire.offline.clear()
    network.clock.advance(timedelta(hours=5))
    lost = await say(shop, await site_actor(shop), "Trois")
    await network.settle()
    assert await find(head, waiting.uri) is not None
    before = sent_ids(network)

    await network.stop(SHOP)
    restore(backup.path, network.folder / SHOP, network.clock.now(), QUIET, force=True)
    shop = await network.start(SHOP)
    await network.settle()
    again = sent_ids(network)[len(before) :]
    assert len(again) == 1
    assert again[0] in before
    assert await find(shop, lost.uri) is None

    new = await say(shop, await site_actor(shop), "Quatre")
    await network.settle()
    assert new.uri not in {first.uri, waiting.uri, lost.uri}
    assert sent_ids(network)[-1] not in before
    assert sorted(text.strip() for text in texts(await local(shop))) == ["<p>Deux</p>", "<p>Quatre</p>", "<p>Un</p>"]
    assert (await shop.read(count_by_state)).get("queued", 0) == 0
