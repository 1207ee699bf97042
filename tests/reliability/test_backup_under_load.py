"""Backups that are taken while a site takes activities in are whole, each on its own: what was acknowledged before is in them."""

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from fedirse.operations.progress import Progress
from fedirse.operations.restore import restore
from fedirse.operations.verify import verify_backup
from tests.reliability.foreign import ForeignActor, ForeignServers, Sender
from tests.reliability.serving import Serving, number_from_environment

BACKUPS = number_from_environment("FEDIRSE_TEST_BACKUPS", 20)
SENDERS = 3
QUIET = Progress(io.StringIO())


@asynccontextmanager
async def load(sender: Sender, author: ForeignActor, person: str) -> AsyncIterator[None]:
    """Notes that name somebody here come in from several connections for the length of the block."""
    numbers = iter(range(1, 1_000_000))

    async def send() -> None:
        while True:
            create = author.note(next(numbers))
            create["object"] |= {"tag": [{"type": "Mention", "href": person, "name": "@anna"}], "cc": [person]}
            await sender.send(author, create)

    tasks = [asyncio.create_task(send()) for _ in range(SENDERS)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.reliability("REL-038")
async def test_every_backup_under_load_restores_and_holds_all_that_was_acknowledged_before(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    taken: list[tuple[Path, set[str]]] = []
    async with (
        Serving.new(tmp_path / "root") as serving,
        ForeignServers.start(1, network=20) as servers,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        await serving.command("account", "create", "anna", "--no-password")
        await serving.start()
        sender = Sender(session, f"{serving.origin}/inbox")
        async with load(sender, servers.actor(0, "author"), f"{serving.origin}/people/anna"):
            for number in range(BACKUPS):
                await sender.more(1)
                media = serving.database.parent / "media" / f"{number}.webp"
                media.write_bytes(bytes([number]) * 50_000)
                known = set(sender.acknowledged)
                made = await serving.command("backup", "--to", str(shelf / f"{number}.tar"), "--json")
                taken.append((Path(json.loads(made)["file"]), known))
        assert sender.refused == []
        sizes = [len(known) for _, known in taken]
        assert sizes == sorted(set(sizes))
        for number, (path, known) in enumerate(taken):
            check(path, known, tmp_path / f"restored-{number}", media=number + 1)


def check(path: Path, known: set[str], root: Path, *, media: int) -> None:
    assert len([file for file in verify_backup(path, QUIET).files if file.name.startswith("media/")]) == media
    done = restore(path, root, datetime.now(UTC), QUIET)
    with closing(sqlite3.connect(done.folder / "site.db")) as connection:
        received = {uri for (uri,) in connection.execute("SELECT uri FROM received")}
        (posts,) = connection.execute("SELECT count(*) FROM posts").fetchone()
        (told,) = connection.execute("SELECT count(*) FROM notifications").fetchone()
    assert known <= received
    # The guard against duplicates and what it guards are written together.
    assert posts == told == len(received)
