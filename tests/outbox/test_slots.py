"""Places on the wire: never more than there are, in turn, and none is lost."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.outbox.slots import Slots


async def test_nobody_gets_a_place_that_is_taken() -> None:
    slots = Slots(2)
    assert await slots.reserve(5) == 2
    assert slots.take_free(1) == 0


async def test_who_waits_longest_comes_first() -> None:
    slots = Slots(1)
    await slots.reserve(1)
    order: list[str] = []

    async def wait(name: str) -> None:
        order.append(f"{name} got {await slots.reserve(9)}")

    waiting = [asyncio.create_task(wait(name)) for name in ("first", "second")]
    await asyncio.sleep(0)
    assert slots.contended
    slots.give_back(1)
    await waiting[0]
    slots.give_back(1)
    await waiting[1]
    assert order == ["first got 1", "second got 1"]


async def test_nobody_overtakes_who_waits() -> None:
    slots = Slots(2)
    await slots.reserve(2)
    waiting = asyncio.create_task(slots.reserve(2))
    await asyncio.sleep(0)
    slots.give_back(1)
    assert slots.take_free(1) == 0
    assert await waiting == 1


async def test_who_gives_up_waiting_takes_no_place_away() -> None:
    slots = Slots(1)
    await slots.reserve(1)
    waiting = asyncio.create_task(slots.reserve(1))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    slots.give_back(1)
    assert slots.take_free(1) == 1


async def test_who_gives_up_in_the_moment_of_getting_it_returns_the_place() -> None:
    slots = Slots(1)
    await slots.reserve(1)
    waiting = asyncio.create_task(slots.reserve(1))
    await asyncio.sleep(0)
    slots.give_back(1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert slots.take_free(1) == 1


@given(st.integers(1, 20), st.lists(st.integers(1, 30), max_size=30))
def test_what_is_taken_and_given_back_adds_up(count: int, wishes: list[int]) -> None:
    slots = Slots(count)
    taken = [slots.take_free(wish) for wish in wishes]
    assert sum(taken) == min(count, sum(wishes))
    slots.give_back(sum(taken))
    assert slots.take_free(1000) == count
