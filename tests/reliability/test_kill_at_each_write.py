"""The serving process is killed at the K-th write, sync or answer of one activity, for K from the first to the last.

Sent again after the restart, as its sender would, the activity must leave what it leaves on a site that was never killed.
"""

import asyncio
import re
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.fixtures_folder import in_ci
from tests.reliability.foreign import ForeignActor, ForeignServers, Json, Sender
from tests.reliability.serving import Serving, eventually, number_from_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200), pytest.mark.reliability("REL-001")]

STEP = number_from_environment("FEDIRSE_TEST_STEP", 5)
"""How far apart the points are among the many writes of a page each; 1 for all of them."""
FURTHEST = 400

_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_PASSING = re.compile(r"(^|_)(id|at|body|attempts)$")
"""Columns that differ between two sites: ids and dates, bodies that contain both, and how often something was tried."""

_OWN = {"links", "own_keys", "actors", "public_keys"}
"""Tables of keys and of secrets, which no two sites share."""

MakeActivity = Callable[[ForeignActor, int, Serving], Json]


def note_that_names_somebody(author: ForeignActor, number: int, serving: Serving) -> Json:
    create = author.note(number)
    person = f"{serving.origin}/people/anna"
    tags = [
        {"type": "Mention", "href": person, "name": "@anna"},
        {"type": "Hashtag", "name": "#news", "href": f"{author.origin}/tags/news"},
    ]
    create["object"] |= {"tag": tags, "cc": [person]}
    return create


def follow_that_is_answered(author: ForeignActor, number: int, serving: Serving) -> Json:
    # The same one again and again: each has an id of its own, and an Accept of its own.
    return author.activity("Follow", number, f"{serving.origin}/people/anna")


@pytest.mark.parametrize("make", [note_that_names_somebody, follow_that_is_answered])
async def test_killed_at_any_write_an_activity_is_there_as_a_whole_once_it_is_acknowledged(make: MakeActivity, tmp_path: Path) -> None:
    _need_strace()
    async with (
        Serving.new(tmp_path / "killed") as killed,
        Serving.new(tmp_path / "golden") as golden,
        ForeignServers.start(1, network=13) as servers,
        aiohttp.ClientSession() as session,
    ):
        author = servers.actor(0, "author")
        for serving in (killed, golden):
            await serving.command("account", "create", "anna", "--no-password")
            await serving.start()

        sweep = Sweep(killed, Sender(session, f"{killed.origin}/inbox"), author, make)
        await sweep.run()
        assert sweep.kills["fdatasync"] >= 1
        assert sweep.kills["write"] >= 1
        assert killed.kills >= sum(sweep.kills.values())

        sender = Sender(session, f"{golden.origin}/inbox")
        for number in range(sweep.sent):
            await sender.send(author, make(author, number, golden))
        for serving in (killed, golden):
            await eventually("an end of its deliveries", partial(_has_nothing_queued, serving))
            await serving.end()
        killed.check_integrity()
        assert _state_of(killed) == _state_of(golden)


@dataclass
class Sweep:
    """Kills the process at every point of one activity.

    Attributes:
        sent: how many activities were sent, each until it was acknowledged.
        kills: how often the process was killed before that, by system call.
    """

    serving: Serving
    sender: Sender
    author: ForeignActor
    make: MakeActivity
    sent: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        # The first one makes the author known.
        await self._send()
        await self._sweep("pwrite64", STEP)
        await self._sweep("fdatasync", 1)
        # The only thing that the main thread writes is the answer.
        await self._sweep("write", 1, main_thread=True)

    async def _sweep(self, call: str, step: int, *, main_thread: bool = False) -> None:
        for point in range(1, FURTHEST, step):
            if not await self._is_killed(call, point, main_thread=main_thread):
                assert point > 1, f"no {call} at all"
                return
            self.kills[call] += 1
        pytest.fail(f"more than {FURTHEST} times {call} for one activity")

    async def _is_killed(self, call: str, point: int, *, main_thread: bool) -> bool:
        """Whether the process is killed there before it acknowledges; the activity is acknowledged in the end in any case."""
        async with _striking(self.serving.pid, call, point, main_thread=main_thread) as strace:
            sending = asyncio.create_task(self._send())
            striking = asyncio.create_task(strace.wait())
            await asyncio.wait({sending, striking}, return_when=asyncio.FIRST_COMPLETED)
            acknowledged = sending.done()
            striking.cancel()
        # What follows the answer, the delivery of an Accept for instance, may have been struck as well.
        if self.serving.is_dead():
            await self.serving.was_killed()
            await self.serving.start()
        await sending
        return not acknowledged

    async def _send(self) -> None:
        activity = self.make(self.author, self.sent, self.serving)
        self.sent += 1
        await self.sender.send(self.author, activity)


@asynccontextmanager
async def _striking(pid: int, call: str, point: int, *, main_thread: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    """strace on a running process, which it kills as a thread enters the system call for the `point`-th time."""
    threads = () if main_thread else ("-f",)
    inject = (f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={point}")
    strace = await asyncio.create_subprocess_exec(
        "strace", *threads, "-p", str(pid), "-o", "/dev/null", "-e", *inject, stderr=asyncio.subprocess.PIPE
    )
    assert strace.stderr is not None
    assert b"attached" in await strace.stderr.readline()
    try:
        yield strace
    finally:
        if strace.returncode is None:
            strace.terminate()
            await strace.wait()


def _need_strace() -> None:
    works = (
        shutil.which("strace") and not subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode
    )
    if not works:
        reason = "killing at a system call needs strace and the permission to use it"
        pytest.fail(reason) if in_ci() else pytest.skip(reason)


async def _has_nothing_queued(serving: Serving) -> bool:
    connection = sqlite3.connect(f"{serving.database.as_uri()}?mode=ro", uri=True)
    try:
        (queued,) = connection.execute("SELECT count(*) FROM deliveries WHERE state = 'queued'").fetchone()
    finally:
        connection.close()
    return bool(queued == 0)


def _state_of(serving: Serving) -> dict[str, list[str]]:
    """What a site holds, table by table, without what differs from site to site."""
    connection = sqlite3.connect(serving.database)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        # The index of the search is made of the other tables afterwards, at a time of its own.
        held = [name for name in names if name not in _OWN and not name.startswith("search_")]
        return {name: _rows_of(connection, name, serving.host) for name in held}
    finally:
        connection.close()


def _rows_of(connection: sqlite3.Connection, table: str, host: str) -> list[str]:
    columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})") if not _PASSING.search(name)]
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall() if columns else []  # noqa: S608 - names of tables
    return sorted(_ULID.sub("ULID", repr(row).replace(host, "HOST")) for row in rows)
