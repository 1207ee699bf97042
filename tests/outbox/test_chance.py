"""Whatever peers answer and whenever the worker is killed: everything arrives, in order, and nothing is said that is not so."""

import asyncio
import random
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base.errors import RemoteUnavailable
from fedirse.outbox.worker import OutboxWorker
from fedirse.remote.answers import Answer
from fedirse.storage.lanes import Lanes
from tests.outbox.ground import SETTINGS, Ground, in_a_fresh_site, open_site, without_repeats
from tests.outbox.wire import ACCEPTED, Sent, Wire

DOWN = RemoteUnavailable("no route", reason="connect")
ANSWERS = [ACCEPTED, Answer(401, {}), Answer(404, {}), Answer(413, {}), Answer(429, {"retry-after": "60"}), Answer(500, {}), DOWN]


def run(test: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner() as runner:
        runner.run(test)


@pytest.mark.reliability("REL-010")
@settings(max_examples=25)
@given(st.lists(st.sampled_from(ANSWERS), max_size=30), st.lists(st.sampled_from(["alice", "bob"]), min_size=1, max_size=8))
def test_whatever_a_peer_answers_everything_ends_and_what_was_taken_was_taken_in_order(answers: list[Any], authors: list[str]) -> None:
    async def test(ground: Ground, wire: Wire) -> None:
        queued = [(by, await ground.post("x.example", by=by)) for by in authors]
        wire.script("x.example", *answers)
        async with ground.working() as worker:
            await worker.idle()
            for _ in range(len(answers) + 10):
                if "queued" in await ground.states():
                    await ground.later(worker, timedelta(hours=6))
        assert set(await ground.states()) <= {"delivered", "rejected"}
        assert wire.together == []
        for by in ("alice", "bob"):
            never_refused = [uri for author, uri in queued if author == by and (await refusals(ground, uri)) == 0]
            assert [uri for uri in without_repeats(wire.ids("x.example")) if uri in never_refused] == never_refused

    run(in_a_fresh_site(test))


async def refusals(ground: Ground, uri: str) -> int:
    activity_id = uri.rpartition("/")[2]
    return next(row.refusals for row in await ground.rows() if row.activity_id == activity_id)


async def kill(worker: OutboxWorker) -> None:
    """End a worker as SIGKILL would: between any two steps, with nothing said to anybody."""
    for outbox in worker._outboxes.values():
        outbox._stopping = True
        outbox._well.stop()
        outbox._failing.stop()
        writing = outbox._terms.recorder._writing
        tasks = [*outbox.tasks, *([writing] if writing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.reliability("REL-002")
@pytest.mark.parametrize("seed", range(4))
async def test_a_worker_that_is_killed_again_and_again_loses_nothing_and_repeats_only_what_was_on_the_wire(
    ground: Ground, wire: Wire, lanes: Lanes, seed: int
) -> None:
    chance = random.Random(seed)
    hosts = [f"h{number}.example" for number in range(40)]
    uris = [await ground.post(*hosts, by=by) for by in ("alice", "bob", "alice")]
    kills = 0
    while "queued" in await ground.states():
        again = await open_site(ground.site.folder, lanes, wire, ground.clock, "here.example")
        worker = again.worker()
        await worker.add_site(again.site)
        enough = len(wire.sent) + chance.randrange(1, 40)
        ended = asyncio.create_task(worker.idle())
        reached = asyncio.create_task(wire.until(lambda enough=enough: len(wire.sent) >= enough))  # type: ignore[misc]
        await asyncio.wait({ended, reached}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (ended, reached):
            waiting.cancel()
        await kill(worker)
        await again.site.database.close()
        kills += 1
    repeated = len(wire.sent) - len(hosts) * len(uris)
    assert all(sorted(set(wire.ids(host))) == sorted(uris) for host in hosts)
    assert 0 <= repeated <= kills * SETTINGS.deliveries_in_flight
    assert kills > 3
    for host in hosts:
        assert [uri for uri in without_repeats(wire.ids(host)) if uri != uris[1]] == [uris[0], uris[2]]


@pytest.mark.reliability("REL-011")
async def test_acknowledgements_that_are_lost_cost_a_repetition_each_and_nothing_else(ground: Ground, wire: Wire) -> None:
    stored: list[str] = []
    chance = random.Random(1)

    def store_and_perhaps_hang_up(sent: Sent) -> Answer:
        stored.append(sent.id)
        if chance.random() < 0.5:
            raise RemoteUnavailable("cut before the answer", reason="disconnected")
        return ACCEPTED

    wire.reply("x.example", store_and_perhaps_hang_up)
    uris = [await ground.post("x.example") for _ in range(30)]
    async with ground.working() as worker:
        await worker.idle()
        while "queued" in await ground.states():
            await ground.later(worker, timedelta(hours=3))
    assert without_repeats(stored) == uris
    assert len(stored) > len(uris)
