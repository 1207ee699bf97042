"""Who fails too often waits longer and longer."""

import asyncio

import pytest

from fedirse.base import limits
from fedirse.base.errors import RateLimited
from fedirse.base.places import Places
from fedirse.base.throttle import FORGOTTEN_AFTER_SECONDS, Allowance, Throttle

THREE = Allowance("three", 3, 60.0)


def failed(times: int, *, at: float = 0.0) -> Throttle:
    throttle = Throttle(100)
    for _ in range(times):
        throttle.count([THREE], at)
    return throttle


@pytest.mark.parametrize(("failures", "wait"), [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (8, 32), (9, 60), (5000, 60)])
def test_the_wait_doubles_up_to_its_longest(failures: int, wait: float) -> None:
    assert failed(failures).wait([THREE], 0.0) == wait


def test_time_goes_by() -> None:
    throttle = failed(4, at=10.0)
    assert throttle.wait([THREE], 11.5) == 0.5
    assert throttle.wait([THREE], 12.0) == 0.0


def test_the_longest_wait_of_several_counts() -> None:
    throttle = failed(4)
    assert throttle.wait([Allowance("other", 0, 60.0), THREE], 0.0) == 2


def test_who_has_not_failed_for_long_starts_afresh() -> None:
    throttle = failed(100)
    assert throttle.failures("three", FORGOTTEN_AFTER_SECONDS - 1) == 100
    assert throttle.failures("three", FORGOTTEN_AFTER_SECONDS) == 0
    throttle.count([THREE], FORGOTTEN_AFTER_SECONDS)
    assert throttle.failures("three", FORGOTTEN_AFTER_SECONDS) == 1


def test_a_try_that_was_right_is_taken_back() -> None:
    throttle = failed(4)
    throttle.take_back([THREE], 0.0)
    assert throttle.failures("three", 0.0) == 3
    throttle.forget("three")
    assert throttle.failures("three", 0.0) == 0
    throttle.take_back([THREE], 0.0)
    assert len(throttle) == 0


def test_only_so_many_are_remembered_and_the_oldest_is_forgotten() -> None:
    throttle = Throttle(limits.SIGN_IN_FAILURES_REMEMBERED)
    for number in range(limits.SIGN_IN_FAILURES_REMEMBERED):
        throttle.count([Allowance(f"key {number}", 3, 60.0)], 0.0)
    throttle.count([Allowance("key 0", 3, 60.0)], 1.0)
    assert len(throttle) == limits.SIGN_IN_FAILURES_REMEMBERED
    throttle.count([Allowance("one more", 3, 60.0)], 1.0)
    assert len(throttle) == limits.SIGN_IN_FAILURES_REMEMBERED
    assert (throttle.failures("key 1", 1.0), throttle.failures("key 0", 1.0)) == (0, 2)


async def test_places_let_in_some_let_wait_some_and_send_the_rest_away() -> None:
    places, done = Places(1, 1), []

    async def work(name: str) -> None:
        async with places.take():
            await asyncio.sleep(0)
            done.append(name)

    results = await asyncio.gather(work("a"), work("b"), work("c"), return_exceptions=True)
    assert done == ["a", "b"]
    assert [type(result) for result in results] == [type(None), type(None), RateLimited]
    await work("later")
    assert done == ["a", "b", "later"]
