"""Reads what can still be read of a damaged database, from a copy, around what is broken.

Rows come by their row numbers: where a page cannot be read the range is halved again and again, so that what is lost is that page.
"""

import base64
import shutil
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from fedirse.base.errors import StorageError
from fedirse.storage.connections import connect_file
from fedirse.storage.failures import storage_error
from fedirse.storage.inspection import quick_check, table_names

_MAGIC: Final = b"SQLite format 3\x00"
_PAGE_BYTES: Final = 4096
_HEADER_BYTES: Final = 100
_LOWEST: Final = -(2**63)
_HIGHEST: Final = 2**63 - 1
_MOST_FAILURES: Final = 200_000
"""So many unreadable ranges of one table end its reading."""


@dataclass(frozen=True, slots=True)
class SalvagedTable:
    """How much of a table was saved, and whether anything in it could not be read."""

    name: str
    rows: int
    whole: bool


def salvage(path: Path, folder: Path) -> list[SalvagedTable]:
    """Write every readable row of a database as JSON, one line for each, into `<table>.jsonl` in a folder.

    Bytes become `{"base64": …}`. The database itself is not touched.

    Args:
        path: the damaged file; its write-ahead log beside it is read too where that makes the database no worse.
        folder: a new, private folder.

    Raises:
        StorageError: not even the list of tables can be read.
        OSError: the files cannot be copied or written.
    """
    work = folder / ".copy"
    work.mkdir(mode=0o700)
    try:
        copy = _copy(path, work)
        with closing(_open(copy)) as connection:
            return [_save(connection, table, folder / f"{table}.jsonl") for table in table_names(connection)]
    except sqlite3.Error as error:
        raise storage_error(error) or StorageError(str(error)) from error
    finally:
        shutil.rmtree(work)


def _copy(path: Path, work: Path) -> Path:
    """A copy to read from: with the log, unless the file is sound only without it."""
    log = path.with_name(f"{path.name}-wal")
    alone, together = work / "alone.db", work / "together.db"
    shutil.copyfile(path, alone)
    _mend_header(alone)
    if not log.exists() or log.stat().st_size == 0:
        return alone
    shutil.copyfile(alone, together)
    shutil.copyfile(log, together.with_name(f"{together.name}-wal"))
    return alone if _is_sound(alone) and not _is_sound(together) else together


def _is_sound(path: Path) -> bool:
    with suppress(StorageError):
        return quick_check(path) == []
    return False


def _mend_header(path: Path) -> None:
    """Give a file whose first bytes are damaged the header that every database of ours has: without it nothing else is looked at."""
    with path.open("r+b") as file:
        if file.read(len(_MAGIC)) == _MAGIC:
            return
        # https://www.sqlite.org/fileformat.html#the_database_header: page size, WAL, fractions, … schema format 4, UTF-8. The counters
        # are left at odds with each other, so that SQLite goes by the size of the file.
        header = struct.pack(">16sHBBBBBBIIIIIIIIIIII", _MAGIC, _PAGE_BYTES, 2, 2, 0, 64, 32, 32, 1, 0, 0, 0, 1, 4, 0, 0, 1, 0, 0, 0)
        file.seek(0)
        file.write(header.ljust(_HEADER_BYTES, b"\x00"))


def _open(path: Path) -> sqlite3.Connection:
    connection = connect_file(path)
    connection.execute("PRAGMA query_only=ON")
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def _save(connection: sqlite3.Connection, table: str, target: Path) -> SalvagedTable:
    reader = _Reader(connection, table)
    count = 0
    with target.open("xb") as file:
        target.chmod(0o600)
        for row in reader.rows():
            file.write(orjson.dumps(row, default=_plain, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    return SalvagedTable(table, count, reader.failures == 0)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    raise TypeError(type(value).__name__)


class _Reader:
    """Reads one table; `failures` counts the ranges in which something was unreadable."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._connection = connection
        self._query = f'SELECT rowid, * FROM "{table}" WHERE rowid BETWEEN ? AND ? ORDER BY rowid'  # noqa: S608 - names of our own tables
        self.failures = 0

    def rows(self) -> Iterator[dict[str, object]]:
        """Every row that can be read, by its row number."""
        ranges = [(_LOWEST, _HIGHEST)]
        while ranges and self.failures < _MOST_FAILURES:
            low, high = ranges.pop()
            try:
                with closing(self._connection.execute(self._query, (low, high))) as cursor:
                    names = [column[0] for column in cursor.description[1:]]
                    for number, *values in cursor:
                        low = number + 1
                        yield dict(zip(names, values, strict=True))
            except sqlite3.DatabaseError:
                self.failures += 1
                if low < high:
                    middle = (low + high) // 2
                    ranges += [(middle + 1, high), (low, middle)]
