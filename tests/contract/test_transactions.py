"""What every engine promises to the functions that run in its transactions, and to those who wait for them."""

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import Result, delete, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fedirse.base.errors import StorageError
from fedirse.storage.database import Database
from fedirse.storage.dialect import insert_ignore
from tests.storage.tables import Gate, Stumbled, add_and_stumble, add_word, list_words, words


async def test_an_async_function_is_refused_before_it_is_queued(database: Database) -> None:
    async def waits(tx: Connection) -> None: ...

    with pytest.raises(TypeError, match="plain function"):
        _ = await database.write(waits)


async def test_an_async_function_inside_a_partial_is_refused(database: Database) -> None:
    async def waits(tx: Connection, word: str) -> None: ...

    with pytest.raises(TypeError, match="plain function"):
        _ = await database.read(functools.partial(waits, word="a"))


async def test_a_generator_function_is_refused(database: Database) -> None:
    def yields(tx: Connection) -> Iterator[str]:
        yield "a"

    with pytest.raises(TypeError, match="plain function"):
        await database.write(yields)


async def test_an_async_generator_function_is_refused(database: Database) -> None:
    async def yields(tx: Connection) -> AsyncIterator[str]:
        yield "a"

    with pytest.raises(TypeError, match="plain function"):
        await database.write(yields)


async def test_a_result_that_is_not_fetched_is_refused(database: Database) -> None:
    def lazy(tx: Connection) -> Result[Any]:
        return tx.execute(select(words))

    with pytest.raises(TypeError, match="unfinished"):
        await database.read(lazy)


async def test_scalars_that_are_not_fetched_are_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="unfinished"):
        await database.read(lambda tx: tx.execute(select(words.c.word)).scalars())


async def test_a_coroutine_that_comes_back_is_refused(database: Database) -> None:
    async def waits() -> None: ...

    with pytest.raises(TypeError, match="unfinished"):
        _ = await database.write(lambda tx: waits())


async def test_a_function_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(Stumbled, match="lost"):
        await database.write(add_and_stumble, "lost")
    assert await database.read(list_words) == []


async def test_a_function_that_raises_takes_nobody_with_it(database: Database) -> None:
    calls = [database.write(add_word, "a"), database.write(add_and_stumble, "lost"), database.write(add_word, "b")]
    first, second, third = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(second, Stumbled)
    assert not isinstance(first, BaseException)
    assert not isinstance(third, BaseException)
    assert await database.read(list_words) == ["a", "b"]


async def test_a_broken_constraint_reaches_the_caller(database: Database) -> None:
    await database.write(add_word, "a")
    with pytest.raises(IntegrityError):
        await database.write(add_word, "a")


async def test_an_error_message_holds_no_values(database: Database) -> None:
    await database.write(add_word, "between us")
    with pytest.raises(IntegrityError) as caught:
        await database.write(add_word, "between us")
    assert "between us" not in str(caught.value)


async def test_stop_iteration_reaches_the_caller_as_an_error(database: Database) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await database.write(lambda tx: next(iter(())))


@pytest.mark.parametrize("ending", ["commit", "rollback", "close"])
async def test_a_function_that_ends_the_transaction_is_refused(database: Database, ending: str) -> None:
    def ends(tx: Connection) -> None:
        add_word(tx, "mine")
        getattr(tx, ending)()

    with pytest.raises(StorageError) as caught:
        await database.write(ends)
    assert caught.value.reason == "transaction-control"
    assert await database.read(list_words) == []


async def test_a_function_that_hides_the_end_of_the_transaction_is_refused(database: Database) -> None:
    def ends(tx: Connection) -> str:
        add_word(tx, "mine")
        try:
            tx.commit()
        except StorageError:
            return "all is well"
        return "committed"

    with pytest.raises(StorageError) as caught:
        await database.write(ends)
    assert caught.value.reason == "transaction-lost"
    assert await database.read(list_words) == []


async def test_a_reader_that_ends_the_transaction_is_refused(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        await database.read(lambda tx: tx.rollback())
    assert caught.value.reason == "transaction-control"


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        await database.read(add_word, "a")
    assert caught.value.reason == "read-only"
    assert await database.read(list_words) == []


async def test_a_savepoint_of_its_own_undoes_a_part(database: Database) -> None:
    def tries(tx: Connection) -> None:
        add_word(tx, "kept")
        try:
            with tx.begin_nested():
                add_and_stumble(tx, "undone")
        except Stumbled:
            add_word(tx, "instead")

    await database.write(tries)
    assert await database.read(list_words) == ["kept", "instead"]


async def test_a_result_comes_back(database: Database) -> None:
    assert await database.write(add_word, word="a") == 1


async def test_a_read_sees_what_was_acknowledged(database: Database) -> None:
    for word in ("a", "b", "c"):
        await database.write(add_word, word)
        assert (await database.read(list_words))[-1] == word


async def test_readers_and_writers_at_once_see_what_was_acknowledged(database: Database) -> None:
    async def write_then_read(word: str) -> bool:
        await database.write(add_word, word)
        return word in await database.read(list_words)

    assert all(await asyncio.gather(*(write_then_read(f"word {number}") for number in range(100))))


async def test_a_reader_sees_one_state_however_long_it_looks(database: Database) -> None:
    gate = Gate()

    def looks_twice(tx: Connection) -> tuple[list[str], list[str]]:
        first = list_words(tx)
        gate.hold(tx)
        return first, list_words(tx)

    await database.write(add_word, "a")
    reading = asyncio.create_task(database.read(looks_twice))
    await asyncio.to_thread(gate.entered.wait, 30)
    await database.write(add_word, "b")
    gate.open()
    assert await reading == (["a"], ["a"])


async def test_writes_happen_in_the_order_they_were_asked_for(database: Database) -> None:
    wanted = [f"word {number}" for number in range(600)]
    await asyncio.gather(*(database.write(add_word, word) for word in wanted))
    assert await database.read(list_words) == wanted


async def test_of_two_who_insert_the_same_only_one_is_told_it_is_new(database: Database) -> None:
    def remember(tx: Connection) -> bool:
        return insert_ignore(tx, words, {"word": "once"})

    assert sorted(await asyncio.gather(*(database.write(remember) for _ in range(20)))) == [False] * 19 + [True]


async def test_a_write_goes_on_when_its_caller_goes_away(database: Database) -> None:
    gate = Gate()
    holding = asyncio.create_task(database.write(gate.hold))
    await asyncio.to_thread(gate.entered.wait, 30)
    leaving = asyncio.create_task(database.write(add_word, "a"))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    gate.open()
    await holding
    await database.write(add_word, "b")
    assert await database.read(list_words) == ["a", "b"]


async def test_a_read_nobody_waits_for_harms_nobody(database: Database) -> None:
    gate = Gate()
    holding = asyncio.create_task(database.read(gate.hold))
    await asyncio.to_thread(gate.entered.wait, 30)
    leaving, staying = asyncio.create_task(database.read(list_words)), asyncio.create_task(database.read(list_words))
    await asyncio.sleep(0)
    leaving.cancel()
    gate.open()
    await holding
    assert await staying == []


async def test_closing_finishes_what_was_accepted(database: Database) -> None:
    accepted = [asyncio.create_task(database.write(add_word, f"word {number}")) for number in range(600)]
    await asyncio.sleep(0)
    await database.close()
    assert [await task for task in accepted] == list(range(1, 601))


@pytest.mark.parametrize("way", ["write", "read"])
async def test_nothing_is_accepted_after_closing(database: Database, way: str) -> None:
    await database.close()
    with pytest.raises(StorageError) as caught:
        await getattr(database, way)(list_words)
    assert caught.value.reason == "closed"


async def test_closing_twice_is_harmless(database: Database) -> None:
    await database.close()
    await database.close()


async def test_an_idle_database_opens_again_by_itself(database: Database) -> None:
    await database.write(add_word, "a")
    await database.close_idle(0)
    await database.write(delete_word, "a")
    assert await database.read(list_words) == []


def delete_word(tx: Connection, word: str) -> int:
    return tx.execute(delete(words).where(words.c.word == word)).rowcount
