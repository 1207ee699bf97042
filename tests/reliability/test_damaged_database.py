"""A site whose database is damaged is not served: the process ends with what to do, and the last backup brings the site back."""

import asyncio
import json
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.fixtures_folder import ROOT
from tests.reliability.foreign import ForeignServers, Sender
from tests.reliability.serving import FEDIRSE, Serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.reliability("REL-020")]

PAGE = 4096
NOTES = 40


@pytest.fixture
async def serving(tmp_path: Path) -> AsyncIterator[Serving]:
    """A site that was backed up, took some notes in, and was killed: they are only in its log."""
    async with Serving.new(tmp_path / "root") as made:
        await made.command("backup")
        await fill(made)
        yield made


async def fill(serving: Serving) -> None:
    await serving.start()
    async with ForeignServers.start(1, network=19) as servers, aiohttp.ClientSession() as session:
        sender, author = Sender(session, f"{serving.origin}/inbox"), servers.actor(0, "author")
        await asyncio.gather(*(sender.send(author, author.note(number)) for number in range(NOTES)))
    await serving.kill()


def no_header(database: Path) -> None:
    settle(database)
    with database.open("r+b") as file:
        file.write(bytes(100))


def torn_pages(database: Path) -> None:
    settle(database)
    with database.open("r+b") as file:
        for page in range(3, 40):
            file.seek(page * PAGE)
            file.write(b"\xee" * PAGE)


def cut_off(database: Path) -> None:
    settle(database)
    with database.open("r+b") as file:
        file.truncate(20 * PAGE)


def settle(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def start(serving: Serving) -> tuple[int, str]:
    """How a start ends that should not succeed."""
    command = [*FEDIRSE, "serve", "--root", str(serving.root)]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    return outcome.returncode, outcome.stderr


def notes_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM received").fetchone()
        return int(count)


async def test_a_database_without_its_head_is_not_served_and_the_backup_brings_it_back(serving: Serving) -> None:
    no_header(serving.database)
    code, said = start(serving)
    assert code == 2
    assert "backup" in said
    await restored(serving)


@pytest.mark.parametrize("spoil", [torn_pages, cut_off])
async def test_the_doctor_sees_damaged_pages_and_the_backup_brings_the_site_back(serving: Serving, spoil: Callable[[Path], None]) -> None:
    spoil(serving.database)
    assert "database" in reds(serving)
    await restored(serving)


async def test_the_log_of_another_site_is_found_out_before_anything_is_served(serving: Serving, tmp_path: Path) -> None:
    async with Serving.new(tmp_path / "other") as other:
        await fill(other)
        log = f"{serving.database.name}-wal"
        shutil.copy(other.database.with_name(log), serving.database.with_name(log))
    serving.database.with_name("site.db-shm").unlink(missing_ok=True)
    code, said = start(serving)
    assert code == 2
    assert serving.host in said
    await restored(serving)


async def test_a_site_without_its_log_is_whole_as_of_its_last_checkpoint(serving: Serving) -> None:
    for name in ("site.db-wal", "site.db-shm"):
        serving.database.with_name(name).unlink()
    await serving.start()
    await serving.end()
    serving.check_integrity()
    assert notes_in(serving.database) < NOTES


def reds(serving: Serving) -> set[str]:
    """What the doctor finds red."""
    command = [*FEDIRSE, "doctor", "--root", str(serving.root), "--json"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    red = {row["code"] for row in json.loads(outcome.stdout) if row["level"] == "red"}
    assert outcome.returncode == (1 if red else 0)
    return red


async def restored(serving: Serving) -> None:
    """The drill: the doctor is red, the backup is put back, the site is served, the doctor is content."""
    assert reds(serving)
    (backup,) = (serving.root / "backups").glob("*.tar")
    await serving.command("restore", str(backup), "--force")
    await serving.start()
    await serving.end()
    serving.check_integrity()
    assert reds(serving) == set()
