"""What waits can be looked at, tried at once, and given up; nothing of it ever leaves the ledger."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.errors import NotFound
from fedirse.features.care.queue import actions
from fedirse.features.care.queue.model import QueuedPeer
from fedirse.features.care.queue.store import list_queue
from fedirse.site import Site
from fedirse.storage.audit import list_entries
from fedirse.storage.deliveries import count_by_state
from fedirse.storage.peers import claim_due_peers, find_peer
from tests.federation.network import START, Network, find, follow_site, running_network, say, site_actor

SHOP, HEAD = "magasin.example", "siege.example"


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    async with running_network(tmp_path, FixedClock(START)) as running:
        yield running


@pytest.fixture
async def shop(network: Network) -> Site:
    """A shop whose follower, the head office, is out of reach with one post waiting for it."""
    shop, head = await network.add(SHOP), await network.add(HEAD)
    await follow_site(head, shop)
    await network.settle()
    network.wire.offline.add(HEAD)
    await say(shop, await site_actor(shop), "Bonjour")
    await network.settle()
    return shop


async def queue_of(site: Site, host: str | None = None) -> list[QueuedPeer]:
    return await site.read(list_queue, host)


async def test_the_queue_says_for_whom_since_when_and_why(shop: Site) -> None:
    (peer,) = await queue_of(shop)
    assert (peer.host, peer.waiting, peer.oldest_at) == (HEAD, 1, START)
    assert (peer.failures, peer.breaker, peer.sending) == (1, "half-open", False)
    assert "nobody answers" in (peer.last_error or "")
    assert peer.next_attempt_at is not None
    assert peer.next_attempt_at > START
    assert await queue_of(shop, "other.example") == []


async def test_a_peer_that_is_back_gets_everything_at_once_when_told_to_retry(network: Network, shop: Site) -> None:
    network.wire.offline.clear()
    await network.settle()
    assert len(await queue_of(shop)) == 1
    assert await shop.write(actions.retry, shop, HEAD, shop.clock.now()) == 1
    await network.settle()
    assert await queue_of(shop) == []
    assert (await shop.read(count_by_state))["delivered"] >= 1


async def test_what_is_dropped_is_never_sent_and_stays_in_the_ledger(network: Network, shop: Site, clock_forward: timedelta) -> None:
    delivered = (await shop.read(count_by_state)).get("delivered", 0)
    assert await shop.write(actions.drop, None, shop.clock.now()) == 1
    network.wire.offline.clear()
    assert isinstance(network.clock, FixedClock)
    network.clock.advance(clock_forward)
    await network.settle()
    assert await queue_of(shop) == []
    assert await shop.read(count_by_state) == {"delivered": delivered, "dropped": 1}
    peer = await shop.read(find_peer, HEAD)
    assert peer is not None
    assert peer.next_attempt_at is None


@pytest.fixture
def clock_forward() -> timedelta:
    return timedelta(days=1)


async def test_a_peer_whose_queue_was_dropped_gets_what_comes_after(network: Network, shop: Site) -> None:
    await shop.write(actions.drop, HEAD, shop.clock.now())
    network.wire.offline.clear()
    later = await say(shop, await site_actor(shop), "Plus tard")
    assert await shop.write(actions.retry, shop, None, shop.clock.now()) == 1
    await network.settle()
    head = network.processes[HEAD].sites[HEAD]
    assert await find(head, later.uri) is not None


async def test_a_drop_takes_the_lease_from_whoever_is_sending(shop: Site) -> None:
    now = shop.clock.now() + timedelta(days=1)
    (held,) = await shop.write(claim_due_peers, failing=True, now=now, until=now + timedelta(minutes=5), lease="mine", limit=5)
    assert (await queue_of(shop))[0].sending
    await shop.write(actions.drop, held.host, now)
    peer = await shop.read(find_peer, HEAD)
    assert peer is not None
    assert peer.lease is None


async def test_nothing_waits_for_an_unknown_peer_and_that_is_said(shop: Site) -> None:
    with pytest.raises(NotFound) as caught:
        await shop.write(actions.drop, "other.example", shop.clock.now())
    assert caught.value.public_message == "Nothing waits for other.example."
    with pytest.raises(NotFound):
        await shop.write(actions.retry, shop, "other.example", shop.clock.now())


async def test_both_deeds_stand_in_the_audit_log(shop: Site) -> None:
    await shop.write(actions.retry, shop, None, shop.clock.now())
    await shop.write(actions.drop, HEAD, shop.clock.now())
    entries = await shop.read(list_entries)
    assert [(entry.deed, entry.subject, entry.who) for entry in entries][:2] == [
        ("queue.dropped", HEAD, "operator"),
        ("queue.retried", "*", "operator"),
    ]
