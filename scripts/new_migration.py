"""The work of scripts/new-migration."""

import itertools
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.operations.ops import MigrationScript
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator

from fedirse.storage import migration
from tests.storage.every_table import every_table


def main(message: str) -> None:
    """Write the revision `message`: the next one, or the first that is missing before those written by hand."""
    number, known = place(migration.VERSIONS)
    with tempfile.TemporaryDirectory() as folder:
        # Later revisions need tables that the missing one makes, so it is compared with what comes before it alone.
        versions = Path(folder, "versions")
        versions.mkdir()
        for path in known:
            shutil.copy(path, versions)
        script = write(message, number, Path(folder, "site.db"), versions)
        made = Path(shutil.move(script, migration.VERSIONS))
    tidy(made)
    note_latest(max(path.name[:4] for path in migration.VERSIONS.glob("[0-9]*.py")))
    print(f"{made}: read it, then run scripts/test tests/storage")


def place(versions: Path) -> tuple[str, list[Path]]:
    """The first number that no revision has, and the revisions before it."""
    known = {path.name[:4]: path for path in versions.glob("[0-9]*.py")}
    number = next(f"{number:04}" for number in itertools.count(1) if f"{number:04}" not in known)
    return number, [path for known_number, path in sorted(known.items()) if known_number < number]


def write(message: str, number: str, path: Path, versions: Path) -> str:
    """Let Alembic compare the tables of the code with a database made by the revisions in `versions`; where it wrote the difference."""
    config = migration.alembic_config(versions)
    migration.upgrade(path, versions)
    with migration.migration_connection(path) as connection:
        config.attributes["connection"] = connection
        config.attributes["autogenerate"] = {
            "target_metadata": every_table(),
            "render_as_batch": number != "0001",  # SQLite changes a table by copying it
            "render_item": plain_type,
            "process_revision_directives": refuse_empty,
            "include_name": besides(virtual_tables(connection)),
        }
        script = command.revision(config, message, autogenerate=True, rev_id=number)
    if script is None or isinstance(script, list):
        sys.exit("Alembic wrote no revision.")
    return str(script.path)


def virtual_tables(connection: Connection) -> list[str]:
    """The tables that SQLAlchemy has no words for; the revisions that make them are written by hand."""
    query = text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE %'")
    return list(connection.execute(query).scalars())


def besides(virtual: list[str]) -> Callable[[str | None, str, object], bool]:
    """Leaves virtual tables alone, and those that SQLite keeps for them under their name and an underscore."""

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name is None or not any(name == table or name.startswith(f"{table}_") for table in virtual)

    return is_ours


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """A revision must mean the same for ever, so it names SQL's types and none of ours."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def refuse_empty(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """End here when there is nothing to do."""
    operations = scripts[0].upgrade_ops
    if operations is None or operations.is_empty():
        sys.exit("The revisions make the tables of the code already; there is nothing to write.")


def tidy(path: Path) -> None:
    """Give the revision the shape of every other file."""
    path.write_text(re.sub(r"^ *# #+ .* #+\n", "", path.read_text(), flags=re.MULTILINE))
    for work in (["check", "--fix", "--exit-zero"], ["format"], ["check", "--add-noqa"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *work, "--quiet", path], check=True)


def note_latest(number: str) -> None:
    """Make storage.migration ask for the new revision."""
    path = Path(migration.__file__)
    path.write_text(re.sub(r'^LATEST: Final = ".*"$', f'LATEST: Final = "{number}"', path.read_text(), flags=re.MULTILINE))


def _message(arguments: list[str]) -> str:
    if len(arguments) != 1 or not arguments[0].strip():
        sys.exit('Usage: scripts/new-migration "What it does"')
    return arguments[0].strip().rstrip(".")


if __name__ == "__main__":
    main(_message(sys.argv[1:]))
