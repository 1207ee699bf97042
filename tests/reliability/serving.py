"""The program under test as its operator runs it: commands, and a serving process that can be killed and started again."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from fedirse.assembly import DATABASE_FILE, site_folder
from tests.fixtures_folder import ROOT

PATIENCE = 60.0
"""Seconds one waits for what should happen within a few, on a machine that has other things to do."""
LOOK_AGAIN = 0.02

FEDIRSE = (sys.executable, "-m", "fedirse")


@dataclass
class Serving:
    """One root with one site on a port of its own.

    Attributes:
        root: the folder of the installation.
        port: where it listens; part of the site's domain.
        kills: how often the process was killed, each proved by how it ended.
    """

    root: Path
    port: int
    kills: int = 0
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @classmethod
    @asynccontextmanager
    async def new(cls, root: Path, **settings: object) -> AsyncIterator["Serving"]:
        """A fresh site under `root`, not started yet, with `settings` for the process; ended with the block."""
        serving = cls(root, _free_port())
        _write_settings(root, {"development": True, "port": serving.port, "log_level": "warning"} | settings)
        await serving.command("init", "--domain", serving.host, "--handle", "shop", "--development")
        try:
            yield serving
        finally:
            await serving.end()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def database(self) -> Path:
        return site_folder(self.root, self.host) / DATABASE_FILE

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    @property
    def pid(self) -> int:
        return self.process.pid

    async def command(self, *arguments: str) -> str:
        """What a command prints. A command that fails fails the test."""
        process = await asyncio.create_subprocess_exec(
            *FEDIRSE, *arguments, "--root", str(self.root), cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await process.communicate()
        assert process.returncode == 0, f"fedirse {' '.join(arguments)}: {err.decode()}"
        return out.decode()

    async def told_by(self, *arguments: str) -> Any:
        """What a command answers in JSON."""
        return json.loads(await self.command(*arguments, "--json"))

    async def start(self, *, ready: bool = True) -> None:
        """Start the process, and wait until it answers."""
        assert self._process is None
        with (self.root / "serve.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *FEDIRSE, "serve", "--root", str(self.root), cwd=ROOT, stdout=log, stderr=log
            )
        if ready:
            await self.answering()

    async def answering(self) -> None:
        """Return once the process answers."""
        async with aiohttp.ClientSession() as session:

            async def look() -> bool:
                assert self._process is not None
                assert self._process.returncode is None, self.last_words()
                with suppress(aiohttp.ClientError):
                    async with session.get(f"{self.origin}/.well-known/nodeinfo") as response:
                        return response.status == 200
                return False

            await eventually("an answer of the site", look)

    async def kill(self) -> None:
        """`kill -9`, and the proof that it was this which ended the process."""
        assert self._process is not None
        assert self._process.returncode is None, self.last_words()
        self._process.kill()
        await self.was_killed()

    async def was_killed(self) -> None:
        """Wait for the end of a process that something else kills; proves that it was killed."""
        assert self._process is not None
        process, self._process = self._process, None
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == -signal.SIGKILL, self.last_words()
        self.kills += 1

    def is_dead(self) -> bool:
        """Whether the process has ended, noticed or not."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        return state in {"Z", "X"}

    async def end(self) -> None:
        """End the process if it still runs, as a service manager would."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            await process.wait()

    def check_integrity(self) -> None:
        """What SQLite itself thinks of the file, while nobody serves it."""
        assert self._process is None
        connection = sqlite3.connect(self.database)
        try:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        finally:
            connection.close()

    def last_words(self) -> str:
        """The end of the process's log."""
        log = self.root / "serve.log"
        return log.read_text(encoding="utf-8", errors="replace")[-3000:] if log.exists() else "it wrote no log"


class Visitor:
    """Somebody who reads the site over HTTP, with a token where one is needed."""

    def __init__(self, serving: Serving, session: aiohttp.ClientSession, token: str = "") -> None:
        self._origin = serving.origin
        self._session = session
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def page(self, path: str) -> str:
        """An HTML page."""
        return await self._get(path, {"accept": "text/html", "accept-language": "en"})

    async def items(self, path: str) -> list[Any]:
        """Every item of a collection, page by page."""
        found: list[Any] = []
        following = json.loads(await self._get(path, {"accept": "application/activity+json"}))["first"]
        while following:
            page = json.loads(await self._get(following.removeprefix(self._origin), {"accept": "application/activity+json"}))
            found += page.get("orderedItems", page.get("items", []))
            following = page.get("next")
        return found

    async def _get(self, path: str, headers: dict[str, str]) -> str:
        async with self._session.get(f"{self._origin}{path}", headers=self._headers | headers) as response:
            assert response.status == 200, f"{path}: {response.status}"
            return await response.text()


async def eventually(what: str, look: Callable[[], Awaitable[bool]], *, within: float = PATIENCE) -> None:
    """Return once `look` says yes. Raises AssertionError when it does not in time."""
    try:
        async with asyncio.timeout(within):
            while not await look():  # noqa: ASYNC110 - what is waited for happens in another process
                await asyncio.sleep(LOOK_AGAIN)
    except TimeoutError:
        raise AssertionError(f"waited {within:g} s for {what}") from None


def number_from_environment(name: str, default: int) -> int:
    """A number that a longer run may set, for instance FEDIRSE_TEST_KILLS=500."""
    return int(os.environ.get(name, default))


def _write_settings(root: Path, settings: dict[str, object]) -> None:
    root.mkdir(parents=True)
    (root / "fedirse.toml").write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()), encoding="utf-8")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
