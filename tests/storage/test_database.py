"""One site beside the others: who waits for whom, what is opened when, and what a locked or missing file does."""

import asyncio
import gc
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from fedirse.base.errors import StorageBusy, StorageError
from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from tests.storage.tables import Gate, add_word, create_tables, list_words, which_transaction


@contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program holds the write lock of the database."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        other.close()


def pragma(tx: Connection, name: str) -> object:
    return tx.execute(text(f"PRAGMA {name}")).scalar_one()


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def open_files(path: Path) -> int:
    """How many descriptors of this process are open on the database file itself."""
    links = (entry for entry in Path("/proc/self/fd").iterdir())
    return sum(1 for link in links if _target(link) == str(path))


def _target(link: Path) -> str | None:
    try:
        return str(link.readlink())
    except OSError:
        return None


async def test_a_missing_file_is_not_created(tmp_path: Path, lanes: Lanes) -> None:
    database = Database(tmp_path / "site.db", lanes)
    with pytest.raises(StorageError) as caught:
        await database.write(add_word, "a")
    assert caught.value.reason == "cannot-open"
    assert files_in(tmp_path) == []
    await database.close()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, lanes: Lanes) -> None:
    (tmp_path / "site.db").write_text("Dear diary, " * 1000)
    database = Database(tmp_path / "site.db", lanes)
    with pytest.raises(StorageError) as caught:
        await database.read(list_words)
    assert caught.value.reason == "not-a-database"
    await database.close()


async def test_a_file_that_appears_later_is_opened(tmp_path: Path, lanes: Lanes) -> None:
    database = Database(tmp_path / "site.db", lanes)
    with pytest.raises(StorageError):
        await database.write(add_word, "a")
    create_tables(tmp_path / "site.db")
    assert await database.write(add_word, "a") == 1
    await database.close()


async def test_a_lock_that_is_held_too_long_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedirse.storage.transactions.BUSY_SECONDS", 0.3)
    await database.write(add_word, "a")
    with locked(database.path), pytest.raises(StorageBusy):
        await database.write(add_word, "b")
    assert await database.write(add_word, "c") == 2


async def test_reading_goes_on_while_another_program_holds_the_lock(database: Database) -> None:
    await database.write(add_word, "a")
    with locked(database.path):
        assert await database.read(list_words) == ["a"]


async def test_a_write_waits_for_the_lock(database: Database) -> None:
    await database.write(add_word, "a")
    with locked(database.path) as other:
        waiting = [asyncio.create_task(database.write(add_word, word)) for word in ("b", "c")]
        await asyncio.sleep(0)
        other.execute("INSERT INTO words (word) VALUES ('theirs')")
        other.execute("COMMIT")
        assert await asyncio.gather(*waiting) == [3, 4]


async def test_a_locked_site_does_not_hold_up_another(path: Path, tmp_path: Path) -> None:
    create_tables(tmp_path / "other.db")
    lanes = Lanes(writers=1)
    held, free = Database(path, lanes), Database(tmp_path / "other.db", lanes)
    with locked(path) as other:
        waiting = asyncio.create_task(held.write(add_word, "a"))
        await asyncio.sleep(0)
        assert [await free.write(add_word, word) for word in "abc"] == [1, 2, 3]
        assert not waiting.done()
        other.execute("ROLLBACK")
        assert await waiting == 1
    await held.close()
    await free.close()
    lanes.close()


async def test_two_sites_write_at_the_same_time(path: Path, tmp_path: Path, lanes: Lanes) -> None:
    create_tables(tmp_path / "other.db")
    sites = [Database(path, lanes), Database(tmp_path / "other.db", lanes)]
    meeting = threading.Barrier(2, timeout=30)

    def meet(tx: Connection) -> str:
        meeting.wait()
        return list_words(tx)[0]

    for site, word in zip(sites, ("one", "two"), strict=True):
        await site.write(add_word, word)
    assert await asyncio.gather(*(site.write(meet) for site in sites)) == ["one", "two"]
    for site in sites:
        await site.close()


async def test_a_busy_site_lets_the_others_have_their_turn(path: Path, tmp_path: Path) -> None:
    create_tables(tmp_path / "other.db")
    lanes = Lanes(writers=1)
    busy, modest = Database(path, lanes), Database(tmp_path / "other.db", lanes)
    order: list[str] = []
    gate = Gate()
    holding = asyncio.create_task(busy.write(gate.hold))
    await asyncio.to_thread(gate.entered.wait, 30)
    many = [busy.write(lambda tx: order.append("busy")) for _ in range(2000)]
    one = modest.write(lambda tx: order.append("modest"))
    tasks = [asyncio.create_task(call) for call in (*many, one)]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(holding, *tasks)
    assert order.index("modest") <= 256
    await busy.close()
    await modest.close()
    lanes.close()


async def test_one_lane_never_runs_on_two_threads_at_once(database: Database) -> None:
    inside = threading.Semaphore(1)

    def alone(tx: Connection) -> bool:
        first = inside.acquire(blocking=False)
        list_words(tx)
        inside.release()
        return first

    assert all(await asyncio.gather(*(database.write(alone) for _ in range(300))))


async def test_nothing_is_opened_before_it_is_used(path: Path, lanes: Lanes) -> None:
    database = Database(path, lanes)
    assert open_files(path) == 0
    await database.read(list_words)
    assert open_files(path) == 1
    await database.write(add_word, "a")
    assert open_files(path) == 2
    await database.close()
    assert open_files(path) == 0


async def test_idle_connections_are_closed(database: Database) -> None:
    await database.write(add_word, "a")
    await database.read(list_words)
    await database.close_idle(0)
    assert open_files(database.path) == 0


async def test_a_connection_used_lately_stays_open(database: Database) -> None:
    await database.write(add_word, "a")
    await database.close_idle(3600)
    assert open_files(database.path) == 1


async def test_writers_sync_every_commit(database: Database) -> None:
    assert await database.write(pragma, "synchronous") == 2
    assert await database.write(pragma, "journal_mode") == "wal"


async def test_references_are_checked(database: Database) -> None:
    assert await database.write(pragma, "foreign_keys") == 1


async def test_a_hosted_site_gets_a_small_cache(path: Path, lanes: Lanes) -> None:
    hosted = Database(path, lanes, hosted=True)
    assert await hosted.write(pragma, "cache_size") == -256
    assert await hosted.read(pragma, "cache_size") == -256
    await hosted.close()


async def test_the_log_is_copied_into_the_file_now_and_then(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await database.write(add_word, "a")
    before = database.path.stat().st_size
    monkeypatch.setattr("fedirse.storage.connections._CHECKPOINT_COMMITS", 1)
    await database.write(add_word, "b" * 100_000)
    await database.write(list_words)  # the checkpoint comes after the answer; whoever is next waits for it
    assert database.path.stat().st_size > before


async def test_all_sites_share_the_compiled_statements(path: Path, tmp_path: Path, lanes: Lanes) -> None:
    create_tables(tmp_path / "other.db")
    first, second = Database(path, lanes), Database(tmp_path / "other.db", lanes)
    await first.write(which_transaction, "a")
    cache = lanes.connections._engine._compiled_cache
    assert cache is not None
    known = len(cache)
    await second.write(which_transaction, "a")
    assert len(cache) == known
    await first.close()
    await second.close()


async def test_an_invalidated_connection_never_opens_another_site(path: Path, tmp_path: Path) -> None:
    create_tables(tmp_path / "other.db")
    lanes = Lanes(writers=1)
    first, second = Database(path, lanes), Database(tmp_path / "other.db", lanes)
    await first.write(add_word, "first")
    await second.write(add_word, "second")

    def invalidates(tx: Connection) -> list[str]:
        tx.invalidate()
        tx.rollback()
        return list_words(tx)

    with pytest.raises(StorageError) as caught:
        await first.write(invalidates)
    assert caught.value.reason == "transaction-lost"
    assert await first.write(list_words) == ["first"]
    await first.close()
    await second.close()
    lanes.close()


async def test_the_lanes_finish_what_was_accepted(path: Path) -> None:
    lanes = Lanes()
    database = Database(path, lanes)
    accepted = [asyncio.create_task(database.write(add_word, f"word {number}")) for number in range(600)]
    await asyncio.sleep(0)
    await asyncio.to_thread(lanes.close)
    assert await asyncio.gather(*accepted) == list(range(1, 601))


async def test_closed_lanes_accept_nothing(path: Path) -> None:
    lanes = Lanes()
    database = Database(path, lanes)
    lanes.close()
    with pytest.raises(StorageError) as caught:
        await database.write(add_word, "a")
    assert caught.value.reason == "closed"


def test_callers_of_two_event_loops_are_answered_in_their_own(path: Path, lanes: Lanes) -> None:
    database = Database(path, lanes)
    answers: list[int] = []

    def program(words: list[str]) -> None:
        async def ask() -> None:
            answers.extend(await asyncio.gather(*(database.write(add_word, word) for word in words)))

        asyncio.run(ask())

    programs = [threading.Thread(target=program, args=([f"{name}{number}" for number in range(100)],)) for name in ("a", "b")]
    for each in programs:
        each.start()
    for each in programs:
        each.join(60)
    assert sorted(answers) == list(range(1, 201))
    asyncio.run(database.close())


def test_a_loop_that_ended_is_not_missed(path: Path, lanes: Lanes) -> None:
    database = Database(path, lanes)
    gate = Gate()

    async def leave() -> None:
        holding = asyncio.create_task(database.write(gate.hold))
        await asyncio.to_thread(gate.entered.wait, 30)
        holding.cancel()

    asyncio.run(leave())
    gate.open()
    assert asyncio.run(closing(database)) == 1
    gc.collect()


async def closing(database: Database) -> int:
    key = await database.write(add_word, "a")
    await database.close()
    return key
