"""A database stands at one revision or at the next, and a site starts only on the one it knows."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Connection

from fedirse.base.errors import ConfigurationError, StorageBusy, StorageError
from fedirse.storage import migration
from fedirse.storage.connections import connect_file
from fedirse.storage.database import Database
from fedirse.storage.migration import LATEST, VERSIONS, check_schema, schema_version, upgrade
from tests.fixtures_folder import ROOT
from tests.storage.every_table import every_table

KILLED_MIGRATION = Path(__file__).parent / "programs" / "killed_migration.py"

Write = Callable[[str, str], None]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a database may be made."""
    return tmp_path / "site.db"


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    return tmp_path / "versions"


@pytest.fixture
def revision(versions: Path) -> Write:
    """Writes a revision of that number which runs these lines."""

    def write(number: str, lines: str) -> None:
        down = None if number == "0001" else f"{int(number) - 1:04}"
        (versions / f"{number}_test.py").write_text(
            f"import os, signal\nfrom alembic import op\nrevision = {number!r}\ndown_revision = {down!r}\n\ndef upgrade():\n    {lines}\n"
        )

    write("0001", 'op.execute("CREATE TABLE words (word TEXT PRIMARY KEY)")')
    return write


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def refusal(path: Path, latest: str = LATEST) -> ConfigurationError:
    """How a start on this database is refused."""
    with pytest.raises(ConfigurationError) as caught:
        check_schema(path, latest)
    return caught.value


@pytest.mark.reliability("REL-020")
def test_without_a_database_a_site_does_not_start(site: Path) -> None:
    assert refusal(site).reason == "database-missing"
    assert "fedirse init" in str(refusal(site))
    assert not site.exists()


@pytest.mark.reliability("REL-020")
@pytest.mark.parametrize("content", [b"Dear diary, " * 1000, b"\x00" * 8192, b"SQLite format 3\x00" + b"\xff" * 8192])
def test_a_site_does_not_start_on_a_file_that_is_no_database(site: Path, content: bytes) -> None:
    site.write_bytes(content)
    assert refusal(site).reason == "database-unusable"
    assert "put back the site's backup" in str(refusal(site))


@pytest.mark.reliability("REL-020")
def test_a_site_does_not_start_on_a_database_cut_short(site: Path) -> None:
    upgrade(site)
    with closing(sqlite3.connect(site)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    os.truncate(site, site.stat().st_size // 2)
    assert "is damaged" in str(refusal(site))


def test_a_site_does_not_start_on_an_empty_database(site: Path) -> None:
    site.touch()
    assert refusal(site).reason == "database-empty"


def test_a_site_does_not_start_on_an_older_database(site: Path) -> None:
    upgrade(site)
    error = refusal(site, "9999")
    assert error.reason == "database-older"
    assert "fedirse migrate" in str(error)


@pytest.mark.reliability("REL-042")
def test_a_site_does_not_start_on_a_newer_database(site: Path) -> None:
    upgrade(site)
    error = refusal(site, "0000")
    assert error.reason == "database-newer"
    assert "newer fedirse" in str(error)


@pytest.mark.reliability("REL-019")
def test_a_site_does_not_start_while_another_program_has_the_file_for_itself(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(site)
    monkeypatch.setattr("fedirse.storage.migration.connect_file", impatient)
    with closing(sqlite3.connect(site)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert "held by another program" in str(refusal(site))


def impatient(path: Path) -> sqlite3.Connection:
    return connect_file(path, busy_seconds=0.0)


def test_a_newer_database_is_not_touched_by_an_upgrade(site: Path, versions: Path, revision: Write) -> None:
    upgrade(site, versions)
    with closing(sqlite3.connect(site)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
        connection.commit()
    before = site.read_bytes()
    with pytest.raises(ConfigurationError, match="newer fedirse"):
        upgrade(site, versions)
    assert site.read_bytes() == before


def test_what_is_no_database_is_not_touched_by_an_upgrade(site: Path) -> None:
    site.write_text("Dear diary, " * 1000)
    with pytest.raises(ConfigurationError, match="is not a database"):
        upgrade(site)
    assert site.read_text() == "Dear diary, " * 1000


def test_an_upgrade_waits_for_nobody_longer_than_the_lock_allows(
    site: Path, versions: Path, revision: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(site, versions)
    revision("0002", 'op.execute("CREATE TABLE more (word TEXT)")')
    monkeypatch.setattr("fedirse.storage.migration.connect_file", impatient)
    with closing(sqlite3.connect(site, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy):
            upgrade(site, versions)
    assert schema_version(site) == "0001"


def test_a_revision_that_fails_leaves_nothing_of_itself(site: Path, versions: Path, revision: Write) -> None:
    revision("0002", 'op.execute("CREATE TABLE half (word TEXT)"); op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(Exception, match="no such table: nowhere"):
        upgrade(site, versions)
    assert tables(site) == {"alembic_version", "words"}
    assert schema_version(site) == "0001"


@pytest.mark.reliability("REL-041")
def test_a_revision_that_is_killed_leaves_nothing_of_itself(site: Path, versions: Path, revision: Write) -> None:
    revision("0002", 'op.execute("CREATE TABLE half (word TEXT)"); os.kill(os.getpid(), signal.SIGKILL)')
    command = [sys.executable, str(KILLED_MIGRATION), str(site), str(versions)]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert tables(site) == {"alembic_version", "words"}
    assert schema_version(site) == "0001"
    revision("0002", 'op.execute("CREATE TABLE half (word TEXT)")')
    upgrade(site, versions)
    assert schema_version(site) == "0002"


def test_a_revision_that_leaves_a_dangling_reference_is_undone(site: Path, versions: Path, revision: Write) -> None:
    revision("0002", 'op.execute("CREATE TABLE uses (word TEXT REFERENCES words(word))"); op.execute("INSERT INTO uses VALUES (\'none\')")')
    with pytest.raises(StorageError) as caught:
        upgrade(site, versions)
    assert caught.value.reason == "dangling-reference"
    assert schema_version(site) == "0001"


def test_upgrading_twice_is_harmless(site: Path) -> None:
    upgrade(site)
    before = site.read_bytes()
    upgrade(site)
    assert site.read_bytes() == before


def test_rows_survive_an_upgrade(site: Path, versions: Path, revision: Write) -> None:
    upgrade(site, versions)
    with closing(sqlite3.connect(site)) as connection:
        connection.execute("INSERT INTO words VALUES ('kept')")
        connection.commit()
    revision("0002", 'op.execute("ALTER TABLE words ADD COLUMN language TEXT")')
    upgrade(site, versions)
    with closing(sqlite3.connect(site)) as connection:
        assert connection.execute("SELECT * FROM words").fetchall() == [("kept", None)]


def test_a_new_database_is_for_its_owner_only(site: Path) -> None:
    upgrade(site)
    with closing(sqlite3.connect(site)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in site.parent.glob("site.db*")}
    assert modes == {"site.db": 0o600, "site.db-wal": 0o600, "site.db-shm": 0o600}


def test_a_database_that_fits_is_accepted(site: Path) -> None:
    upgrade(site)
    check_schema(site)


async def test_a_transaction_tells_the_version_too(site: Path, database: Database) -> None:
    assert await database.read(schema_version) is None
    await database.close()
    upgrade(database.path)
    assert schema_version(database.path) == LATEST


def test_the_version_of_a_missing_file_is_not_guessed(site: Path) -> None:
    with pytest.raises(StorageError) as caught:
        schema_version(site)
    assert caught.value.reason == "cannot-open"


def test_the_revisions_stand_in_one_line_and_end_with_the_latest() -> None:
    script = ScriptDirectory.from_config(migration.alembic_config())
    numbers = [each.revision for each in script.walk_revisions()]
    assert numbers == [f"{number:04}" for number in range(len(numbers), 0, -1)]
    assert numbers[0] == LATEST
    assert len(numbers) == len(list(VERSIONS.glob("*.py")))


def test_the_revisions_make_the_tables_of_the_code(site: Path, tmp_path: Path) -> None:
    upgrade(site)
    engine = create_engine(f"sqlite+pysqlite:///{tmp_path / 'code.db'}")
    every_table().create_all(engine)
    engine.dispose()
    made, wanted = description(site), description(tmp_path / "code.db")
    for name in wanted | made:
        assert made.get(name) == wanted.get(name), f"{name}: run scripts/new-migration"


def description(path: Path) -> dict[str, Any]:
    """Everything in a database but its rows, by name; what only Alembic needs is left out."""
    engine = create_engine(f"sqlite+pysqlite:///{path}")
    with engine.connect() as connection:
        described = dict(_described(connection))
    engine.dispose()
    return {name: value for name, value in described.items() if "alembic_version" not in name}


def _described(connection: Connection) -> Iterator[tuple[str, Any]]:
    inspector = inspect(connection)
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            yield f"column {table}.{column['name']}", {**column, "type": str(column["type"])}
        yield f"order of {table}", [column["name"] for column in inspector.get_columns(table)]
        yield f"primary key of {table}", inspector.get_pk_constraint(table)
        yield f"unique values of {table}", _by_name(inspector.get_unique_constraints(table))
        yield f"references of {table}", _by_name(inspector.get_foreign_keys(table))
        yield f"checks of {table}", _by_name(inspector.get_check_constraints(table))
        yield f"indexes of {table}", _by_name(_plain(index) for index in inspector.get_indexes(table))
    for kind, name, sql in connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master WHERE type NOT IN ('table')"):
        yield f"{kind} {name}", sql


def _plain(index: Any) -> dict[str, Any]:
    """An index whose conditions are texts: two clauses of one text are not equal."""
    return {**index, "dialect_options": {name: str(value) for name, value in index.get("dialect_options", {}).items()}}


def _by_name(found: Any) -> list[Any]:
    return sorted(found, key=lambda each: str(each["name"]))


def test_a_site_that_needs_no_migration_never_imports_alembic(site: Path) -> None:
    upgrade(site)
    program = (
        "import sys, pathlib\n"
        "from fedirse.storage import database, dialect, keyring, migration, streaming\n"
        "migration.check_schema(pathlib.Path(sys.argv[1]))\n"
        "print(sorted({'alembic', 'mako', 'aiosqlite', 'asyncpg'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, str(site)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
