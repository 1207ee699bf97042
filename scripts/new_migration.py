"""The work of scripts/new-migration."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.operations.ops import MigrationScript
from alembic.script import ScriptDirectory
from sqlalchemy.types import TypeDecorator

from fedirse.storage import migration
from tests.storage.every_table import every_table


def main(message: str) -> None:
    """Write the revision `message`."""
    config = migration.alembic_config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    number = f"{int(newest or 0) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "site.db")
        migration.upgrade(path)
        with migration.migration_connection(path) as connection:
            config.attributes["connection"] = connection
            config.attributes["autogenerate"] = {
                "target_metadata": every_table(),
                "render_as_batch": newest is not None,  # SQLite changes a table by copying it
                "render_item": plain_type,
                "process_revision_directives": refuse_empty,
            }
            script = command.revision(config, message, autogenerate=True, rev_id=number)
    if script is None or isinstance(script, list):
        sys.exit("Alembic wrote no revision.")
    tidy(Path(script.path))
    note_latest(number)
    print(f"{script.path}: read it, then run scripts/test tests/storage")


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
