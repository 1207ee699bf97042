"""Long reads see one state, write nothing, and hold nobody up; a copy is whole or absent."""

import asyncio
import contextlib
import sqlite3
import stat
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Select, select, text

from fedirse.base.errors import ConfigurationError, StorageError
from fedirse.storage.database import Database
from fedirse.storage.streaming import copy_database, stream_rows
from tests.storage.tables import add_word, read_words, words

every_word = select(words.c.id, words.c.word).order_by(words.c.id)


def fill(path: Path, count: int) -> None:
    connection = sqlite3.connect(path)
    connection.executemany("INSERT INTO words (word) VALUES (?)", [(f"word {number}",) for number in range(count)])
    connection.commit()
    connection.close()


async def test_a_missing_database_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        [row async for row in stream_rows(tmp_path / "site.db", every_word)]
    assert caught.value.reason == "cannot-open"
    assert not (tmp_path / "site.db").exists()


async def test_what_is_no_database_cannot_be_streamed(tmp_path: Path) -> None:
    (tmp_path / "site.db").write_text("Dear diary, " * 1000)
    with pytest.raises(StorageError) as caught:
        [row async for row in stream_rows(tmp_path / "site.db", every_word)]
    assert caught.value.reason == "not-a-database"


async def test_a_stream_cannot_write(path: Path) -> None:
    writing = cast("Select[int]", text("INSERT INTO words (word) VALUES ('smuggled') RETURNING id").columns(words.c.id))
    with pytest.raises(StorageError) as caught:
        [row async for row in stream_rows(path, writing)]
    assert caught.value.reason == "read-only"
    assert read_words(path) == []


async def test_every_row_is_streamed_in_order(path: Path) -> None:
    fill(path, 1234)
    assert [row.id async for row in stream_rows(path, every_word, batch=100)] == list(range(1, 1235))


async def test_a_stream_shows_one_state_while_others_write(path: Path, database: Database) -> None:
    fill(path, 100)
    rows = stream_rows(path, every_word, batch=10)
    first = await anext(rows)
    await database.write(add_word, "later")
    assert len([first, *[row async for row in rows]]) == 100


async def test_a_stream_left_early_lets_go_of_the_file(path: Path) -> None:
    fill(path, 1000)
    async with contextlib.aclosing(stream_rows(path, every_word, batch=10)) as rows:  # type: ignore[type-var]
        await anext(rows)
    other = sqlite3.connect(path, timeout=0)
    other.execute("PRAGMA journal_mode=DELETE")  # needs the file for itself
    assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    other.close()


async def test_a_copy_takes_nobodys_place(path: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(ConfigurationError, match="exists already"):
        await copy_database(path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


async def test_a_copy_of_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        await copy_database(tmp_path / "site.db", tmp_path / "copy.db")
    assert caught.value.reason == "cannot-open"
    assert files_in(tmp_path) == []


async def test_a_copy_to_a_missing_folder_is_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        await copy_database(path, tmp_path / "nowhere" / "copy.db")


async def test_a_copy_that_was_interrupted_before_is_made_anew(path: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db.unfinished").write_text("half")
    await copy_database(path, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db.unfinished").exists()
    assert read_words(tmp_path / "copy.db") == []


async def test_a_copy_is_for_its_owner_only(path: Path, tmp_path: Path) -> None:
    await copy_database(path, tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


async def test_a_copy_made_while_others_write_holds_what_was_acknowledged_before(path: Path, tmp_path: Path, database: Database) -> None:
    fill(path, 5000)
    before = [f"before {number}" for number in range(20)]
    await asyncio.gather(*(database.write(add_word, word) for word in before))
    during = [asyncio.create_task(database.write(add_word, f"during {number}")) for number in range(200)]
    await copy_database(path, tmp_path / "copy.db")
    await asyncio.gather(*during)
    copied = read_words(tmp_path / "copy.db")
    assert set(before) <= set(copied)
    assert copied == read_words(path)[: len(copied)]


async def test_a_copy_passes_the_integrity_check(path: Path, tmp_path: Path) -> None:
    fill(path, 5000)
    await copy_database(path, tmp_path / "copy.db")
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())
