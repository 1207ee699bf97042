"""The runner does what is asked for, once more where that is asked while it is done, and looks from time to time for more."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from fedirse import jobs
from fedirse.base.errors import StorageFull
from fedirse.base.types import JsonObject
from fedirse.jobs import JobRunner
from fedirse.site import Site
from fedirse.slice import JobKind
from fedirse.storage.jobs import add_job
from tests.visitors import Shop, made_site, shop

__all__ = ["made_site", "shop"]


async def runs(site: Site, *sweeps: Callable[[Site], Awaitable[bool]], until: asyncio.Event) -> None:
    """Let a runner with these sweeps work until something happened."""
    runner = JobRunner([], lambda: [site], sweeps)
    runner.watch(site)
    working = asyncio.create_task(runner.run())
    try:
        async with asyncio.timeout(60):
            await until.wait()
    finally:
        await runner.stop()
        await working


@pytest.mark.parametrize(("afresh", "times"), [(True, 2), (False, 1)])
async def test_a_job_that_is_asked_for_afresh_while_it_runs_is_run_once_more(shop: Shop, afresh: bool, times: int) -> None:
    seen: list[str] = []

    async def look(site: Site, subject: str, _details: JsonObject) -> None:
        seen.append(subject)
        if len(seen) == 1:
            # What somebody else does meanwhile.
            await site.write(add_job, "look", subject, site.clock.now(), afresh=afresh)

    await shop.site.write(add_job, "look", "till", shop.site.clock.now(), afresh=afresh)
    await JobRunner([JobKind("look", look)], lambda: [shop.site]).run_until_idle(shop.site)
    assert seen == ["till"] * times


async def test_a_sweep_is_called_again_at_once_only_while_it_has_more_to_do(shop: Shop) -> None:
    calls: list[Site] = []
    done = asyncio.Event()

    async def sweep(site: Site) -> bool:
        calls.append(site)
        return len(calls) < 3

    async def last(site: Site) -> bool:
        if len(calls) == 3:
            done.set()
        return False

    await runs(shop.site, sweep, last, until=done)
    assert calls == [shop.site] * 3


async def test_a_commit_that_wakes_the_runner_does_not_hurry_the_sweeps(shop: Shop) -> None:
    calls: list[Site] = []

    async def sweep(site: Site) -> bool:
        calls.append(site)
        return False

    rounds: asyncio.Queue[Site] = asyncio.Queue()

    def sites() -> list[Site]:
        rounds.put_nowait(shop.site)
        return [shop.site]

    runner = JobRunner([], sites, [sweep])
    runner.watch(shop.site)
    working = asyncio.create_task(runner.run())
    async with asyncio.timeout(60):
        for _ in range(5):
            await rounds.get()
            runner.wake(shop.site.settings.domain)
    await runner.stop()
    await working
    assert len(calls) == 1


async def test_a_sweep_comes_again_after_a_while(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SWEEP_SECONDS", 0.02)
    calls: list[Site] = []
    done = asyncio.Event()

    async def sweep(site: Site) -> bool:
        calls.append(site)
        if len(calls) == 2:
            done.set()
        return False

    await runs(shop.site, sweep, until=done)
    assert len(calls) >= 2


@pytest.mark.parametrize("error", [RuntimeError("broken"), StorageFull("no room")])
async def test_a_sweep_that_fails_ends_neither_the_runner_nor_the_next_look(
    error: Exception, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SWEEP_SECONDS", 0.02)
    calls: list[Site] = []
    done = asyncio.Event()

    async def sweep(site: Site) -> bool:
        calls.append(site)
        if len(calls) == 2:
            done.set()
        raise error

    await runs(shop.site, sweep, until=done)
    assert len(calls) >= 2
