"""Leases: who may send to a peer, and who has lost the right to say what became of it."""

from datetime import timedelta

import pytest

from fedirse.outbox.retry import Health
from fedirse.outbox.rounds import LEASE, ROUND_SIZE, Closing, Opened, Report, Round, Rounds, Verdict
from fedirse.storage.deliveries import DeliveryResult, DeliveryState, measure_queue
from fedirse.storage.peers import release_peers
from tests.outbox.ground import Ground, may_always_send

THERE = "there.example"


@pytest.fixture
def rounds(ground: Ground) -> Rounds:
    return Rounds(ground.site, may_always_send, 90)


async def claim(ground: Ground, rounds: Rounds, *, failing: bool = False, limit: int = 10) -> Opened:
    return await ground.site.write(rounds.open, failing=failing, limit=limit, now=ground.clock.now())


async def claim_one(ground: Ground, rounds: Rounds) -> Round:
    [opened] = (await claim(ground, rounds)).rounds
    return opened


async def settle(ground: Ground, rounds: Rounds, *reports: Report) -> list[Verdict]:
    return await ground.site.write(rounds.settle, reports, ground.clock.now())


def delivered(ground: Ground, opened: Round, *, go_on: bool = True) -> Report:
    now = ground.clock.now()
    results = tuple(DeliveryResult(sent.id, DeliveryState.DELIVERED, 1, 0, 202, "", None, now) for sent in opened.deliveries)
    return Report(opened, results, closing=Closing(Health(last_success_at=now), "cavage", None, go_on))


@pytest.mark.reliability("REL-032")
async def test_a_peer_that_somebody_sends_to_is_nobody_else_s(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE)
    await claim_one(ground, rounds)
    assert (await claim(ground, rounds)).rounds == []


@pytest.mark.reliability("REL-032")
async def test_a_worker_that_slept_through_its_lease_writes_nothing(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE)
    asleep = await claim_one(ground, rounds)
    ground.clock.advance(LEASE)
    awake = await claim_one(ground, rounds)
    assert await settle(ground, rounds, delivered(ground, asleep)) == [Verdict(held=False)]
    assert (await ground.states(), (await ground.peer(THERE)).lease) == (["queued"], awake.lease)


@pytest.mark.reliability("REL-032")
async def test_a_worker_that_slept_until_somebody_else_was_done_changes_nothing(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE)
    asleep = await claim_one(ground, rounds)
    ground.clock.advance(LEASE)
    await settle(ground, rounds, delivered(ground, await claim_one(ground, rounds)))
    before = (await ground.rows(), await ground.peer(THERE))
    await settle(ground, rounds, delivered(ground, asleep))
    assert (await ground.rows(), await ground.peer(THERE)) == before


async def test_a_lost_lease_cannot_be_given_back(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE)
    asleep = await claim_one(ground, rounds)
    ground.clock.advance(LEASE)
    awake = await claim_one(ground, rounds)
    await ground.site.write(release_peers, {THERE: asleep.lease}, ground.clock.now())
    assert (await ground.peer(THERE)).lease == awake.lease


async def test_the_reports_of_others_are_written_though_one_was_lost(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE, "other.example")
    asleep = {opened.peer.host: opened for opened in (await claim(ground, rounds)).rounds}
    await ground.site.write(release_peers, {THERE: asleep[THERE].lease}, ground.clock.now())
    reports = [delivered(ground, asleep[THERE]), delivered(ground, asleep["other.example"])]
    assert [verdict.held for verdict in await settle(ground, rounds, *reports)] == [False, True]
    assert [(row.host, row.state) for row in await ground.rows()] == [(THERE, "queued"), ("other.example", "delivered")]


async def test_a_round_is_followed_by_the_next_under_the_same_lease(ground: Ground, rounds: Rounds) -> None:
    for _ in range(ROUND_SIZE + 1):
        await ground.post(THERE)
    first = await claim_one(ground, rounds)
    ground.clock.advance(timedelta(seconds=10))
    [verdict] = await settle(ground, rounds, delivered(ground, first))
    assert verdict.next is not None
    assert (len(first.deliveries), len(verdict.next.deliveries), verdict.next.lease) == (ROUND_SIZE, 1, first.lease)
    assert (await ground.peer(THERE)).next_attempt_at == ground.clock.now() + LEASE


async def test_a_worker_that_does_not_go_on_leaves_the_rest_due(ground: Ground, rounds: Rounds) -> None:
    for _ in range(ROUND_SIZE + 1):
        await ground.post(THERE)
    await settle(ground, rounds, delivered(ground, await claim_one(ground, rounds), go_on=False))
    assert len((await claim_one(ground, rounds)).deliveries) == 1


async def test_what_is_queued_while_the_last_round_is_out_is_in_the_next(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE)
    first = await claim_one(ground, rounds)
    await ground.post(THERE)
    [verdict] = await settle(ground, rounds, delivered(ground, first))
    assert verdict.next is not None
    assert (await ground.peer(THERE)).lease == first.lease


async def test_a_peer_for_which_nothing_waits_wants_no_look(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE)
    await settle(ground, rounds, delivered(ground, await claim_one(ground, rounds)))
    peer = await ground.peer(THERE)
    assert (peer.next_attempt_at, peer.lease, (await claim(ground, rounds)).next_due) == (None, None, None)


async def test_a_peer_is_looked_at_again_when_what_stepped_aside_is_due(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE)
    opened = await claim_one(ground, rounds)
    at = ground.clock.now() + timedelta(minutes=1)
    refused = DeliveryResult(opened.deliveries[0].id, DeliveryState.QUEUED, 1, 1, 413, "", at, None)
    await settle(ground, rounds, Report(opened, (refused,), closing=Closing(Health(), None, None, go_on=True)))
    assert (await ground.peer(THERE)).next_attempt_at == at


async def test_no_more_peers_are_claimed_than_asked_for(ground: Ground, rounds: Rounds) -> None:
    await ground.post(*(f"h{number}.example" for number in range(5)))
    opened = await claim(ground, rounds, limit=3)
    assert (opened.claimed, len(opened.rounds)) == (3, 3)


async def test_who_waits_longest_is_claimed_first(ground: Ground, rounds: Rounds) -> None:
    for host in ("z.example", "a.example", "m.example"):
        await ground.post(host)
        ground.clock.advance(timedelta(seconds=1))
    assert [opened.peer.host for opened in (await claim(ground, rounds, limit=2)).rounds] == ["z.example", "a.example"]


async def test_peers_that_fail_are_claimed_apart_from_those_that_are_well(ground: Ground, rounds: Rounds) -> None:
    await ground.post(THERE)
    opened = await claim_one(ground, rounds)
    failed = Closing(Health(3, ground.clock.now(), "down"), None, ground.clock.now(), go_on=True)
    await settle(ground, rounds, Report(opened, (), closing=failed))
    await ground.post(THERE, "other.example")
    assert [opened.peer.host for opened in (await claim(ground, rounds)).rounds] == ["other.example"]
    [half_open] = (await claim(ground, rounds, failing=True)).rounds
    assert (half_open.peer.host, len(half_open.deliveries)) == (THERE, 1)


@pytest.mark.reliability("REL-029")
async def test_a_fan_out_is_read_with_one_copy_of_its_body(ground: Ground, rounds: Rounds) -> None:
    await ground.post(*(f"h{number}.example" for number in range(10)))
    opened = await claim(ground, rounds)
    assert len({id(one.deliveries[0].body) for one in opened.rounds}) == 1


@pytest.mark.reliability("REL-029")
async def test_a_long_queue_is_read_in_pieces(ground: Ground, rounds: Rounds) -> None:
    for _ in range(ROUND_SIZE * 3):
        await ground.post(THERE)
    assert len((await claim_one(ground, rounds)).deliveries) == ROUND_SIZE


@pytest.mark.reliability("REL-029")
async def test_the_depth_of_the_queue_and_its_age_can_be_told(ground: Ground, rounds: Rounds) -> None:
    assert await ground.site.read(measure_queue) == (0, None)
    since = ground.clock.now()
    await ground.post(THERE)
    ground.clock.advance(timedelta(hours=1))
    await ground.post(THERE, "other.example")
    assert await ground.site.read(measure_queue) == (3, since)
    await settle(ground, rounds, *(delivered(ground, opened) for opened in (await claim(ground, rounds)).rounds))
    assert await ground.site.read(measure_queue) == (0, None)
