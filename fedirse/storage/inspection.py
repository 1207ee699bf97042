"""Looks at a database file from outside: whether it is whole, how much is in it, and how far it reaches.

On connections of its own that never write a row, beside a serving process or on a copy.
"""

import functools
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import NullPool, create_engine, event
from sqlalchemy.engine import Connection

from fedirse.base.errors import ConfigurationError, StorageBusy, StorageError
from fedirse.base.identifiers import LENGTH, time_of
from fedirse.storage.connections import connect_file
from fedirse.storage.failures import storage_error, translate

CHECKED_BYTES: Final = 512 * 1024 * 1024
"""A larger database is not looked at before it is served: that would take minutes."""

_FINDINGS: Final = 20
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLANNED: Final = frozenset({"next_attempt_at", "not_before", "ends_at", "expires_at"})
"""Columns of dates that say when something is to happen, and not when it did."""


def quick_check(path: Path) -> list[str]:
    """What SQLite finds wrong with the pages of a file, in its words; empty when it is sound.

    Raises:
        StorageError: the file cannot be looked at at all; `reason` says why.
    """
    with _reading(path) as connection:
        return _said(connection, f"PRAGMA quick_check({_FINDINGS})")


def check_after_crash(path: Path) -> None:
    """Look at the pages of a database that was not closed in order, unless it is large: its log may be another's, or be damaged.

    Raises:
        ConfigurationError: "database-unusable"; the message says what to do.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not path.exists() or log.stat().st_size == 0 or path.stat().st_size > CHECKED_BYTES:
        return
    try:
        problems = quick_check(path)
    except StorageError as error:
        if isinstance(error, StorageBusy):
            return
        problems = [str(error)]
    if problems:
        raise ConfigurationError(
            f"{path} is damaged ({problems[0]}). `fedirse doctor` says in which tables, `fedirse restore` puts back the last backup.",
            reason="database-unusable",
        )


def full_check(path: Path) -> list[str]:
    """As `quick_check`, with the indexes compared to their tables and the references followed."""
    with _reading(path) as connection:
        found = _said(connection, f"PRAGMA integrity_check({_FINDINGS})")
        if found:
            return found
        rows = connection.execute("PRAGMA foreign_key_check").fetchmany(_FINDINGS)
        return [f"a row of {table} refers to a missing {parent}" for table, _, parent, _ in rows]


def damaged_tables(path: Path) -> dict[str, str]:
    """The tables of a damaged file that cannot be trusted, with what is wrong with each; empty when even their list is unreadable."""
    found: dict[str, str] = {}
    with suppress(StorageError), _reading(path) as connection:
        for table in table_names(connection):
            said = _check_table(connection, table)
            if said:
                found[table] = said
    return found


def count_rows(path: Path) -> dict[str, int]:
    """How many rows each table holds. Raises StorageError."""
    with _reading(path) as connection:
        return {table: _one(connection, f'SELECT count(*) FROM "{table}"') for table in table_names(connection)}  # noqa: S608 - names of our own tables


def newest_change(path: Path, now: datetime) -> datetime | None:
    """The latest date of anything in the database, leaving out what lies in the future; None for an empty one. Raises StorageError.

    Ids carry the moment they were made (base.identifiers), and columns that end in `_at` hold milliseconds since 1970.
    """
    latest = (now - _EPOCH) // timedelta(milliseconds=1)
    found: list[datetime] = []
    with _reading(path) as connection:
        for table in table_names(connection):
            for column in (name for _, name, *_ in connection.execute(f'PRAGMA table_info("{table}")')):
                if column == "id":
                    found += _newest_id(connection, table, now)
                elif column.endswith("_at") and column not in _PLANNED:
                    query = f'SELECT max("{column}") FROM "{table}" WHERE typeof("{column}") = \'integer\' AND "{column}" <= {latest}'  # noqa: S608
                    found += [_EPOCH + timedelta(milliseconds=value) for (value,) in connection.execute(query) if value is not None]
    return max(found, default=None)


@contextmanager
def reading_connection(path: Path) -> Iterator[Connection]:
    """A connection of SQLAlchemy that refuses to write; for the functions of stores, outside a site. Raises StorageError."""
    engine = create_engine("sqlite+pysqlite://", creator=functools.partial(_connect, path), poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "handle_error", translate)
    with engine.connect() as connection:
        yield connection


def settle_log(path: Path) -> None:
    """Copy the write-ahead log into the database file and remove it, while nobody else has it open. Raises StorageError."""
    try:
        with closing(connect_file(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise storage_error(error) or StorageError(str(error)) from error


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(_connect(path)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise storage_error(error) or StorageError(str(error)) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = connect_file(path)
    try:
        connection.execute("PRAGMA query_only=ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _said(connection: sqlite3.Connection, pragma: str) -> list[str]:
    said = [str(line) for (line,) in connection.execute(pragma)]
    return [] if said == ["ok"] else said


def table_names(connection: sqlite3.Connection) -> list[str]:
    """Tables that hold rows of ours, without those in which an index for searching keeps itself. Raises sqlite3.Error."""
    query = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return [name for (name,) in connection.execute(query)]


def _check_table(connection: sqlite3.Connection, table: str) -> str:
    try:
        said = _said(connection, f'PRAGMA integrity_check("{table}")')
    except sqlite3.Error as error:
        return str(error)
    return said[0] if said else ""


def _one(connection: sqlite3.Connection, query: str) -> int:
    (value,) = connection.execute(query).fetchone()
    return int(value)


def _newest_id(connection: sqlite3.Connection, table: str, now: datetime) -> list[datetime]:
    query = f"SELECT max(id) FROM \"{table}\" WHERE typeof(id) = 'text' AND length(id) = {LENGTH}"  # noqa: S608 - names of our own tables
    try:
        made = [time_of(value) for (value,) in connection.execute(query) if value is not None]
    except ValueError:
        return []
    return [at for at in made if at <= now]
