"""A site on a disk that is full, that fails, or that another program holds: it refuses what it cannot keep, and goes on where it can."""

import asyncio
import json
import os
import resource
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.fixtures_folder import ROOT
from tests.reliability.faults import SMALL_DISK, failing, need_small_disk, need_strace, write_lock
from tests.reliability.foreign import ForeignActor, ForeignServers, Sender
from tests.reliability.serving import Serving, Visitor, eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PROGRAM = Path(__file__).parent / "programs" / "live_on_a_full_disk.py"
POINTS = (1, 2, 3, 5, 8, 13, 21)


@dataclass
class Trial:
    """A served site, and somebody who sends to it."""

    serving: Serving
    author: ForeignActor
    sender: Sender
    session: aiohttp.ClientSession
    sent: int = 0

    async def send(self) -> tuple[int, str | None]:
        """Send the next note once."""
        self.sent += 1
        return await self.sender.once(self.author, self.author.note(self.sent))

    async def is_taken(self) -> bool:
        return (await self.send())[0] == 202

    async def is_readable(self) -> bool:
        return "html" in await Visitor(self.serving, self.session).page("/@shop")

    def missing(self) -> list[str]:
        """What was acknowledged and is not there."""
        with closing(sqlite3.connect(self.serving.database)) as connection:
            known = {uri for (uri,) in connection.execute("SELECT uri FROM received")}
        return sorted(set(self.sender.acknowledged) - known)


@asynccontextmanager
async def trial(folder: Path, network: int) -> AsyncIterator[Trial]:
    async with (
        Serving.new(folder / "root") as serving,
        ForeignServers.start(1, network=network) as servers,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
    ):
        await serving.start()
        made = Trial(serving, servers.actor(0, "author"), Sender(session, f"{serving.origin}/inbox"), session)
        assert await made.is_taken()
        yield made


@pytest.mark.reliability("REL-014")
def test_on_a_full_disk_nothing_is_taken_in_reads_and_deletions_go_on_and_it_heals_without_a_restart(tmp_path: Path) -> None:
    need_small_disk(tmp_path)
    command = [*SMALL_DISK, "200m", str(tmp_path), sys.executable, str(PROGRAM), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    outcome = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert outcome.returncode == 0, outcome.stderr
    assert json.loads(outcome.stdout) == {
        "before": [202, None],
        "refused": [503, "61"],
        "ballast given up": True,
        "still refused": [503, "61"],
        "readable": True,
        "sign in": 303,
        "post from a page": 503,
        "sign out": 303,
        "command to post": 1,
        "command to delete": 0,
        "ballast again": True,
        "same process": True,
        "acknowledged and missing": [],
    }


@pytest.mark.reliability("REL-014")
async def test_no_room_at_any_write_of_an_activity_refuses_it_and_the_next_one_is_taken(tmp_path: Path) -> None:
    need_strace()
    async with trial(tmp_path, 15) as site:
        answers = []
        for point in POINTS:
            async with failing(site.serving.pid, "pwrite64", f"error=ENOSPC:when={point}+"):
                answers.append((await site.send())[0])
                assert await site.is_readable()
            await eventually("writing again", site.is_taken)
        assert answers[0] == 503
        assert set(answers) <= {202, 503}
        await site.serving.end()
        site.serving.check_integrity()
        assert site.missing() == []


@pytest.mark.reliability("REL-016")
async def test_out_of_file_descriptors_it_lives_on_and_serves_again(tmp_path: Path) -> None:
    async with trial(tmp_path, 16) as site:
        before = _open_files(site.serving.pid)
        resource.prlimit(site.serving.pid, resource.RLIMIT_NOFILE, (before + 20, before + 20))
        with ExitStack() as crowd:
            for _ in range(100):
                with suppress(OSError):
                    crowd.enter_context(socket.create_connection(("127.0.0.1", site.serving.port), timeout=5))
            await asyncio.sleep(1)
            assert not site.serving.is_dead()
            # What is tried is really used up: the rest of the crowd waits outside.
            assert _open_files(site.serving.pid) >= before + 19
            with suppress(aiohttp.ClientError, TimeoutError):
                async with asyncio.timeout(3):
                    assert (await site.send())[0] in {202, 503}
        await eventually("writing again", partial(_quietly, site.is_taken))
        assert await site.is_readable()
        await site.serving.end()
        site.serving.check_integrity()
        assert site.missing() == []


def _open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


async def _quietly(look: object) -> bool:
    """No connection yet is a no."""
    with suppress(aiohttp.ClientError, TimeoutError):
        return bool(await look())  # type: ignore[operator]
    return False


async def _status(site: Trial) -> int:
    """How the next note is answered; 0 when the process has ended."""
    try:
        return (await site.send())[0]
    except aiohttp.ClientError:
        return 0


@pytest.mark.reliability("REL-018")
@pytest.mark.parametrize("point", [1, 2])
async def test_when_a_sync_fails_nothing_more_is_acknowledged_and_the_process_ends_with_an_error(tmp_path: Path, point: int) -> None:
    need_strace()
    async with trial(tmp_path, 17) as site:
        process = site.serving.process
        async with failing(site.serving.pid, "fdatasync", f"error=EIO:when={point}+"):
            # The count is that of each thread, and there are two that write.
            statuses = [await _status(site) for _ in range(2 * point + 3)]
            refused = next(number for number, status in enumerate(statuses) if status != 202)
            assert refused <= 2 * (point - 1)
            assert 202 not in statuses[refused:]
            async with asyncio.timeout(30):
                assert await process.wait() not in {0, None}
        await site.serving.end()
        assert "did not confirm a write" in site.serving.last_words()
        await site.serving.start()
        assert await site.is_taken()
        await site.serving.end()
        site.serving.check_integrity()
        assert site.missing() == []


@pytest.mark.reliability("REL-019")
async def test_while_another_program_holds_the_database_reads_go_on_and_writes_are_refused_after_five_seconds(tmp_path: Path) -> None:
    async with trial(tmp_path, 18) as site:
        with write_lock(site.serving.database):
            writing = [asyncio.create_task(site.send()) for _ in range(5)]
            assert await site.is_readable()
            assert not any(one.done() for one in writing)
            answers = await asyncio.gather(*writing)
            assert {answer[0] for answer in answers} == {503}
            late = asyncio.create_task(site.send())
            await asyncio.sleep(1)
            assert not late.done()
        assert (await late)[0] == 202
        copied = await site.serving.told_by("backup")
        assert copied["domain"] == site.serving.host
        assert await site.is_taken()
        await site.serving.end()
        assert site.missing() == []
