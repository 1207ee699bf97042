"""Functions that are queued together share one commit, and share nothing else."""

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.engine import Connection, RootTransaction
from sqlalchemy.exc import IntegrityError

from fedirse.base.errors import StorageError, StorageFull
from fedirse.storage.database import Database
from tests.storage.tables import Gate, Stumbled, add_and_stumble, add_word, list_words, promises, read_words, which_transaction, words


async def together(database: Database, *calls: Awaitable[Any]) -> Sequence[Any]:
    """The outcomes of calls that are all queued before the first of them runs."""
    gate = Gate()
    holding = asyncio.create_task(database.write(gate.hold))
    await asyncio.to_thread(gate.entered.wait, 30)
    waiting = [asyncio.ensure_future(call) for call in calls]
    await asyncio.sleep(0)
    gate.open()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    await holding
    return outcomes


def break_everything(tx: Connection) -> None:
    """Breaks a constraint in the way that makes SQLite roll the whole transaction back."""
    add_word(tx, "twice")
    tx.execute(text("INSERT OR ROLLBACK INTO words (word) VALUES ('twice')"))


def fill_the_disk(tx: Connection) -> None:
    """Writes more pages than the database may have."""
    pages = tx.execute(text("PRAGMA page_count")).scalar_one()
    tx.execute(text(f"PRAGMA max_page_count={pages + 5}"))
    tx.execute(insert(words), [{"word": f"{number:04}" * 250} for number in range(100)])


def fill_the_disk_and_tidy_up(tx: Connection) -> None:
    """Fills the disk and has one more statement to say about it."""
    try:
        fill_the_disk(tx)
    finally:
        tx.execute(text("SELECT 1"))


def leave_a_savepoint(tx: Connection) -> None:
    tx.begin_nested()


def promise_nothing(tx: Connection) -> None:
    """Refers to a word that does not exist, which is checked at the commit only."""
    tx.execute(insert(promises).values(word_id=404))


async def test_a_function_that_raises_loses_only_its_own_rows(database: Database) -> None:
    outcomes = await together(
        database, database.write(add_word, "a"), database.write(add_and_stumble, "lost"), database.write(which_transaction, "b")
    )
    assert isinstance(outcomes[1], Stumbled)
    assert await database.read(list_words) == ["a", "b"]


async def test_when_sqlite_rolls_everything_back_only_the_cause_fails(database: Database) -> None:
    outcomes = await together(
        database,
        database.write(which_transaction, "a"),
        database.write(which_transaction, "b"),
        database.write(break_everything),
        database.write(which_transaction, "c"),
    )
    assert [type(outcome) for outcome in outcomes] == [RootTransaction, RootTransaction, IntegrityError, RootTransaction]
    assert await database.read(list_words) == ["a", "b", "c"]


async def test_those_before_the_cause_are_run_a_second_time_each_alone(database: Database) -> None:
    transactions: dict[str, list[Any]] = {"a": [], "b": []}

    def noted(tx: Connection, word: str) -> None:
        transactions[word].append(tx.get_transaction())
        add_word(tx, word)

    await together(database, database.write(noted, "a"), database.write(noted, "b"), database.write(break_everything))
    (first_a, second_a), (first_b, second_b) = transactions["a"], transactions["b"]
    assert first_a is first_b
    assert len({id(first_a), id(second_a), id(second_b)}) == 3


async def test_nobody_is_answered_from_a_lost_transaction(database: Database) -> None:
    outcomes = await together(
        database,
        database.write(add_word, "a"),
        database.write(list_words),
        database.write(break_everything),
        database.write(add_word, "b"),
    )
    assert outcomes[0] == 1
    assert outcomes[1] == ["a"]
    assert outcomes[3] == 2


async def test_one_who_failed_beside_a_lost_neighbour_is_judged_again(database: Database) -> None:
    outcomes = await together(
        database,
        database.write(add_word, "a"),
        database.write(add_word, "a"),
        database.write(break_everything),
    )
    assert [type(outcome) for outcome in outcomes] == [int, IntegrityError, IntegrityError]
    assert await database.read(list_words) == ["a"]


async def test_a_function_that_hides_the_rollback_is_told_and_writes_nothing_more(database: Database) -> None:
    def hides(tx: Connection) -> str:
        try:
            break_everything(tx)
        except IntegrityError:
            add_word(tx, "outside any transaction")
        return "all is well"

    outcomes = await together(database, database.write(add_word, "a"), database.write(hides))
    assert outcomes[0] == 1
    assert isinstance(outcomes[1], StorageError)
    assert outcomes[1].reason == "transaction-lost"
    assert await database.read(list_words) == ["a"]


async def test_a_function_that_swallows_the_rollback_is_told(database: Database) -> None:
    def swallows(tx: Connection) -> str:
        with contextlib.suppress(IntegrityError):
            break_everything(tx)
        return "all is well"

    outcomes = await together(database, database.write(add_word, "a"), database.write(swallows))
    assert outcomes[0] == 1
    assert isinstance(outcomes[1], StorageError)
    assert outcomes[1].reason == "transaction-lost"


async def test_a_full_disk_fails_only_the_one_who_filled_it(database: Database) -> None:
    outcomes = await together(database, database.write(add_word, "a"), database.write(fill_the_disk), database.write(add_word, "b"))
    assert isinstance(outcomes[1], StorageFull)
    assert await database.read(list_words) == ["a", "b"]


async def test_the_full_disk_is_named_whatever_the_function_stumbles_over_next(database: Database) -> None:
    with pytest.raises(StorageFull):
        await database.write(fill_the_disk_and_tidy_up)


async def test_a_function_that_commits_takes_nobody_with_it(database: Database) -> None:
    outcomes = await together(
        database, database.write(add_word, "a"), database.write(lambda tx: tx.commit()), database.write(add_word, "b")
    )
    assert isinstance(outcomes[1], StorageError)
    assert await database.read(list_words) == ["a", "b"]


@pytest.mark.parametrize("statement", ["COMMIT", "END", "ROLLBACK", "BEGIN"])
async def test_a_function_that_ends_the_transaction_in_its_own_words_is_refused(database: Database, statement: str) -> None:
    def ends(tx: Connection) -> None:
        add_word(tx, "mine")
        tx.exec_driver_sql(statement)

    with pytest.raises(StorageError) as caught:
        await database.write(ends)
    assert caught.value.reason == "transaction-control"
    assert await database.read(list_words) == []


async def test_what_a_function_tries_to_commit_early_is_not_committed(database: Database) -> None:
    seen: list[list[str]] = []

    def commits(tx: Connection) -> None:
        try:
            tx.exec_driver_sql("COMMIT")
        except StorageError:
            seen.append(read_words(database.path))
            raise

    await together(database, database.write(add_word, "a"), database.write(commits))
    assert seen == [[]]


async def test_a_function_that_leaves_a_savepoint_open_takes_nobody_with_it(database: Database) -> None:
    outcomes = await together(database, database.write(add_word, "a"), database.write(leave_a_savepoint), database.write(add_word, "b"))
    assert isinstance(outcomes[1], StorageError)
    assert await database.read(list_words) == ["a", "b"]


async def test_a_function_that_breaks_the_connection_takes_nobody_with_it(database: Database) -> None:
    def breaks(tx: Connection) -> None:
        connection = tx.connection.driver_connection
        assert connection is not None
        connection.close()

    outcomes = await together(database, database.write(add_word, "a"), database.write(breaks), database.write(add_word, "b"))
    assert isinstance(outcomes[1], StorageError)
    assert await database.read(list_words) == ["a", "b"]


async def test_a_broken_promise_at_the_commit_fails_only_its_owner(database: Database) -> None:
    outcomes = await together(database, database.write(add_word, "a"), database.write(promise_nothing), database.write(add_word, "b"))
    assert [type(outcome) for outcome in outcomes] == [int, IntegrityError, int]
    assert await database.read(list_words) == ["a", "b"]


async def test_functions_queued_together_share_one_transaction(database: Database) -> None:
    outcomes = await together(database, *(database.write(which_transaction, word) for word in "abc"))
    assert len(set(outcomes)) == 1


async def test_nobody_is_answered_before_the_commit(database: Database) -> None:
    gate = Gate()
    first = asyncio.create_task(database.write(gate.hold))
    await asyncio.to_thread(gate.entered.wait, 30)
    second_gate = Gate()
    calls = [asyncio.create_task(database.write(add_word, "a")), asyncio.create_task(database.write(second_gate.hold))]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.to_thread(second_gate.entered.wait, 30)
    # The first of the batch has run, the second has not: nothing is committed and nobody knows anything.
    assert (calls[0].done(), read_words(database.path)) == (False, [])
    second_gate.open()
    await asyncio.gather(first, *calls)
    assert read_words(database.path) == ["a"]


async def test_a_loop_is_woken_once_for_a_whole_batch(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    woken: list[int] = []
    wake = loop.call_soon_threadsafe

    def counted(callback: Any, *args: Any, **kwargs: Any) -> Any:
        if callback.__name__ == "_settle":
            woken.append(len(args[0]))
        return wake(callback, *args, **kwargs)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    await together(database, *(database.write(add_word, f"word {number}") for number in range(50)))
    assert woken == [1, 50]


async def test_a_batch_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedirse.storage.lanes.BATCH", 4)
    outcomes = await together(database, *(database.write(which_transaction, f"word {number}") for number in range(6)))
    assert len(set(outcomes[:4])) == 1
    assert outcomes[3] is not outcomes[4]


async def test_a_batch_ends_when_its_time_is_over(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedirse.storage.transactions._WRITE_BATCH_SECONDS", 0.0)
    outcomes = await together(database, *(database.write(which_transaction, word) for word in "ab"))
    assert outcomes[0] is not outcomes[1]
