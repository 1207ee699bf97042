"""The version of a site's tables: told by one SELECT at every start, changed by Alembic when the operator asks for it.

Alembic is imported only by `upgrade`. Revisions are numbered 0001, 0002, … in one line, and go forward only.
"""

import functools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import NullPool, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from fedirse.base.errors import ConfigurationError, StorageError
from fedirse.storage.connections import connect_file
from fedirse.storage.failures import storage_error, translate
from fedirse.storage.files import create_private_file

LATEST: Final = "0003"
"""The revision this fedirse works with; scripts/new-migration keeps it right."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSIONS: Final = MIGRATIONS / "versions"

_VERSION_QUERY: Final = "SELECT version_num FROM alembic_version"
_NO_TABLE: Final = "no such table"
_ADVICE: Final = {
    "not-a-database": "is not a database; put back the site's backup",
    "database-corrupt": "is damaged; put back the site's backup",
    "storage-busy": "is held by another program; stop that one first",
}


def schema_version(source: Path | Connection) -> str | None:
    """The revision a database is at, or None for one without tables.

    Args:
        source: a database file, or a transaction that reads it.

    Raises:
        StorageError: it cannot be read.
    """
    if isinstance(source, Path):
        return _version_of_file(source)
    try:
        version: str | None = source.execute(text(_VERSION_QUERY)).scalar_one_or_none()
    except OperationalError as error:
        if _NO_TABLE in str(error):
            return None
        raise
    return version


def check_schema(path: Path, latest: str = LATEST) -> None:
    """Make sure that the database file `path` is there, readable, and at the revision `latest`.

    Raises:
        ConfigurationError: one sentence with what to do. Reasons: "database-missing", "database-empty", "database-older",
            "database-newer", and "database-unusable" for a file that is damaged, locked or no database.
    """
    version = _check_readable(path)
    if version is None:
        raise ConfigurationError(
            f"{path} is empty; put back the site's backup, or run `fedirse migrate` if the site is new.", reason="database-empty"
        )
    _check_not_newer(path, version, latest)
    if version < latest:
        raise ConfigurationError(
            f"{path} was written by an older fedirse (tables {version}, this one needs {latest}); make a backup and run `fedirse migrate`.",
            reason="database-older",
        )


def upgrade(path: Path, versions: Path = VERSIONS) -> None:
    """Bring the database file to the newest revision; a missing file is created, readable by its owner only.

    Each revision is one transaction, together with the note of its number: whatever happens meanwhile, the database stands at
    one revision or at the next. References are checked before each commit. To be run once at a time in a process.

    Args:
        path: the database file.
        versions: the folder with the revisions.

    Raises:
        ConfigurationError: as `check_schema`, except that an older or empty database is welcome.
        StorageBusy: another program writes to it.
        StorageError: the disk failed, or "dangling-reference" when a revision leaves one.
    """
    # Alembic costs 0.1 s and 15 MiB, and a site that needs no migration never meets it.
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(versions)
    if not path.exists():
        create_private_file(path)
    version = _check_readable(path)
    if version is not None:
        _check_not_newer(path, version, ScriptDirectory.from_config(config).get_current_head() or "")
    with migration_connection(path) as connection:
        config.attributes["connection"] = connection
        config.attributes["on_version_apply"] = _check_references
        command.upgrade(config, "head")


def alembic_config(versions: Path = VERSIONS) -> Any:
    """An `alembic.config.Config` for the revisions in `versions`."""
    from alembic.config import Config

    config = Config()
    options = {
        "script_location": MIGRATIONS,
        "path_separator": "newline",
        "version_locations": versions,
        "file_template": "%(rev)s_%(slug)s",
    }
    for name, value in options.items():
        config.set_main_option(name, str(value).replace("%", "%%"))
    return config


@contextmanager
def migration_connection(path: Path) -> Iterator[Connection]:
    """A connection on which every change, of tables too, happens in a transaction that holds the write lock from its start.

    References are not enforced on it, because SQLite changes a table by copying it; see `upgrade`.
    """
    engine = create_engine("sqlite+pysqlite://", creator=functools.partial(connect_file, path), poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(engine, "handle_error", translate)
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.close()
        yield connection


def _version_of_file(path: Path) -> str | None:
    try:
        connection = connect_file(path)
        try:
            row = connection.execute(_VERSION_QUERY).fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        if _NO_TABLE in str(error):
            return None
        raise storage_error(error) or StorageError(str(error)) from error
    return None if row is None else str(row[0])


def _check_readable(path: Path) -> str | None:
    if not path.exists():
        raise ConfigurationError(
            f"There is no database at {path}; put back the site's backup, or run `fedirse init`.", reason="database-missing"
        )
    try:
        return schema_version(path)
    except StorageError as error:
        advice = _ADVICE.get(error.reason, f"cannot be opened ({error})")
        raise ConfigurationError(f"{path} {advice}.", reason="database-unusable") from error


def _check_not_newer(path: Path, version: str, latest: str) -> None:
    if version > latest:
        raise ConfigurationError(
            f"{path} was written by a newer fedirse (tables {version}, this one knows {latest}); install that, or use an older backup.",
            reason="database-newer",
        )


def _check_references(ctx: Any, **_: object) -> None:
    dangling = ctx.connection.execute(text("PRAGMA foreign_key_check")).first()
    if dangling is not None:
        raise StorageError(
            f"the revision leaves a row of {dangling[0]} that refers to a missing {dangling[2]}", reason="dangling-reference"
        )
