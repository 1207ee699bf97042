"""Long reads beside the request path, on connections and threads of their own: exports, the egress ledger, online backups.

Everything else goes through storage.database; nothing here writes to a site's database.
"""

import asyncio
import functools
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVarTuple

from sqlalchemy import NullPool, Row, Select, event

from fedirse.base.errors import ConfigurationError, StorageError
from fedirse.storage.connections import connect_file
from fedirse.storage.failures import storage_error, translate
from fedirse.storage.files import create_private_file, sync_folder

if TYPE_CHECKING:
    import aiosqlite

Ts = TypeVarTuple("Ts")

_ROWS_PER_HOP: Final = 64


async def stream_rows(path: Path, statement: Select[*Ts], *, batch: int = 500) -> AsyncIterator[Row[*Ts]]:
    """The rows of one SELECT, however many, from one snapshot of the database.

    A snapshot keeps the write-ahead log from shrinking while it is open: read on without waiting for anybody slow, and close the
    iterator (`contextlib.aclosing`) when leaving early.

    Args:
        path: the database file.
        statement: what to read.
        batch: rows fetched and held at a time.

    Raises:
        StorageError: the file cannot be opened or read, or the statement tries to write.
    """
    # SQLAlchemy's asyncio side costs 9 MiB, and most processes never stream.
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    engine = create_async_engine(
        "sqlite+aiosqlite://", async_creator=functools.partial(_open_for_reading, path), poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine.sync_engine, "handle_error", translate)
    async with engine.connect() as connection:
        async for row in await connection.stream(statement.execution_options(yield_per=batch)):
            yield row


async def copy_database(path: Path, target: Path) -> None:
    """Copy a database that is in use, as it stands at one moment, with SQLite's backup interface.

    The copy appears under its name when it is complete and on the disk, readable by its owner only. Writers are not held up; all
    pages are copied in one step, since a copy in several starts over whenever somebody writes.

    Args:
        path: the database file.
        target: where the copy goes; must not exist.

    Raises:
        ConfigurationError: "target-exists".
        StorageError: the source cannot be read or the copy cannot be written; nothing is left behind.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    await asyncio.to_thread(_make_room, target, unfinished)
    try:
        await _copy(path, unfinished)
        await asyncio.to_thread(_put_in_place, unfinished, target)
    except sqlite3.Error as error:
        raise storage_error(error) or StorageError(str(error)) from error
    finally:
        await asyncio.to_thread(unfinished.unlink, missing_ok=True)


async def _copy(path: Path, unfinished: Path) -> None:
    source = await _open_for_reading(path)
    try:
        copy = await _open(unfinished)
        try:
            await source.backup(copy)
        finally:
            await copy.close()
    finally:
        await source.close()


async def _open_for_reading(path: Path) -> "aiosqlite.Connection":
    connection = await _open(path)
    try:
        await connection.execute("PRAGMA query_only=ON")
    except BaseException:
        await connection.close()
        raise
    return connection


async def _open(path: Path) -> "aiosqlite.Connection":
    import aiosqlite  # noqa: PLC0415 - as above

    # aiosqlite is given a connection that is open: when its own opening fails, its thread outlives the caller's event loop.
    raw = await asyncio.to_thread(connect_file, path)
    return await aiosqlite.Connection(lambda: raw, _ROWS_PER_HOP)


def _make_room(target: Path, unfinished: Path) -> None:
    if target.exists():
        raise ConfigurationError(f"{target} exists already; choose another name for the copy.", reason="target-exists")
    try:
        unfinished.unlink(missing_ok=True)
        create_private_file(unfinished)
    except OSError as error:
        raise StorageError(f"{unfinished} cannot be written: {error.strerror}", reason="cannot-open") from error


def _put_in_place(unfinished: Path, target: Path) -> None:
    unfinished.replace(target)
    sync_folder(target.parent)
