"""What the tests of the care of sites do to a site, and how they look at one."""

import io
import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

from fedirse.operations.manifest import MANIFEST_NAME
from fedirse.operations.progress import Progress
from fedirse.storage.migration import VERSIONS, upgrade

DOMAIN = "magasin.example"
QUIET = Progress(io.StringIO())


def site_of(root: Path) -> Path:
    return root / "sites" / DOMAIN


def database_of(root: Path) -> Path:
    return site_of(root) / "site.db"


def add_words(root: Path, word: str, at: int = 1_800_000_000_000) -> None:
    """Write a row, with a date in milliseconds."""
    with closing(sqlite3.connect(database_of(root))) as connection:
        connection.execute("INSERT INTO received (uri, origin, received_at) VALUES (?, 'https://x.example', ?)", (word, at))
        connection.commit()


def words_in(root: Path) -> list[str]:
    with closing(sqlite3.connect(database_of(root))) as connection:
        return [word for (word,) in connection.execute("SELECT uri FROM received ORDER BY uri")]


def make_old(root: Path, versions: Path) -> None:
    """Give the site the database that the first version had, with what is in the present one as far as that knew it.

    Args:
        root: where the site lies.
        versions: a new folder for the revisions of that version.
    """
    versions.mkdir()
    shutil.copy(next(VERSIONS.glob("0001_*.py")), versions)
    old = root / "old.db"
    upgrade(old, versions)
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("ATTACH ? AS present", (str(database_of(root)),))
        for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            if table != "alembic_version":
                columns = ", ".join(name for _, name, *_ in connection.execute(f'PRAGMA main.table_info("{table}")'))
                connection.execute(f"INSERT INTO main.{table} SELECT {columns} FROM present.{table}")  # noqa: S608 - names of our own tables
        connection.commit()
    for name in ("site.db-wal", "site.db-shm"):
        (site_of(root) / name).unlink(missing_ok=True)
    old.replace(database_of(root))


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a site but its database and what it remembers of its backups."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if not name.startswith("site.db") and name != "backups.json"}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rewrite(path: Path, change: Any) -> None:
    """Write an archive anew after `change` has had its members, as a list of (TarInfo, bytes), and its manifest."""
    with tarfile.open(path) as tar:
        members = [(member, read(tar, member)) for member in tar]
    manifest = json.loads(next(content for member, content in members if member.name == MANIFEST_NAME))
    members = [pair for pair in members if pair[0].name != MANIFEST_NAME]
    change(members, manifest)
    members.append(plain_member(MANIFEST_NAME, json.dumps(manifest).encode()))
    with tarfile.open(path, "w") as tar:
        for member, content in members:
            member.size = len(content) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(content))


def read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    source = tar.extractfile(member)
    return source.read() if source else b""


def plain_member(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    return tarfile.TarInfo(name), content
