"""What waits can be looked at, tried at once, and given up; nothing of it ever leaves the ledger."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from fedirse.base.clock import FixedClock
from fedirse.base.errors import NotFound
from fedirse.base.roles import Role
from fedirse.features.care.queue import actions
from fedirse.features.care.queue.commands import _row, _words
from fedirse.features.care.queue.model import QueuedPeer
from fedirse.features.care.queue.store import list_queue
from fedirse.site import Site
from fedirse.social.accounts.actions import give_roles
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.storage.audit import list_entries
from fedirse.storage.clocks import note_clock
from fedirse.storage.deliveries import DeliveryState, count_by_state, deliveries
from fedirse.storage.peers import claim_due_peers, find_peer, peers
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, Network, find, follow_site, running_network, say, site_actor
from tests.visitors import Browser, Shop

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


async def test_what_a_server_refused_is_told_by_its_status_and_not_by_its_words(shop: Site) -> None:
    def refuse(tx: Transaction) -> None:
        tx.execute(update(peers).values(last_error=None, failures=0, failing_since=None))
        tx.execute(update(deliveries).where(deliveries.c.state == DeliveryState.QUEUED).values(status=403, answer="dns: believe me"))

    await shop.write(refuse)
    (peer,) = await queue_of(shop)
    assert (peer.last_error, peer.last_status) == ("dns: believe me", 403)


async def test_people_read_words_and_scripts_read_codes(shop: Site) -> None:
    (peer,) = await queue_of(shop)
    assert _words(peer)["last answer"] == "No connection: nothing answers at its address."
    assert str(_row(peer)["last_error"]).startswith("connect: ")
    assert _row(peer)["breaker"] == "half-open"
    assert "connect:" not in str(_words(peer))


@pytest.mark.reliability("REL-023")
async def test_the_page_tells_each_reader_why_in_their_language(network: Network, shop: Site) -> None:
    await network.person(shop, "marc")
    secret = new_secret()

    def sign_in(tx: Transaction) -> None:
        give_roles(tx, shop, "marc", [Role.ADMINISTRATOR])
        open_session(tx, get_account(tx, "marc"), secret, "Tests", shop.clock.now())

    await shop.write(sign_in)
    marc = Browser(Shop(shop, network.wire.applications[SHOP]), secret)

    def choose(tx: Transaction, language: str) -> None:
        set_preferences(tx, get_account(tx, "marc").id, language=language)

    for language, words in (("fr", "rien ne répond à son adresse."), ("en", "nothing answers at its address.")):
        await shop.write(choose, language)
        page = (await marc.get("/site/queue")).text
        shown = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
        assert words in shown
        assert "connect:" not in shown
        assert "nobody answers at" in page
        assert "horloge" not in shown
    (waiting,) = await queue_of(shop)
    # The page is in English now.
    for ahead, words in ((2, "Its clock is 120 minutes ahead of ours"), (-48, "Its clock is 2,880 minutes behind ours")):
        date = format_datetime(shop.clock.now() + timedelta(hours=ahead), usegmt=True)
        await shop.write(note_clock, waiting.host, date, shop.clock.now())
        assert words in (await marc.get("/site/queue")).text


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
