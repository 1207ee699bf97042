"""A whole server as it is started, under loads that must not make it grow or stop. Its own process, because memory is measured."""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from fedirse.base import limits
from fedirse.installation import make_sites, read_wish
from tests.attacks.sockets import status

GROWTH_BYTES = 8 * 1024 * 1024
FILES = 256
CONNECTIONS = 300


@dataclass
class Serving:
    """A running `fedirse serve`."""

    process: asyncio.subprocess.Process
    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def memory(self, what: str) -> int:
        """Bytes of resident memory: VmRSS now, VmHWM at the most so far."""
        text = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        found = re.search(rf"^{what}:\s+(\d+) kB$", text, re.MULTILINE)
        assert found is not None
        return int(found[1]) * 1024

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def say(self, request: str, body: bytes = b"", times: int = 0) -> bytes:
        """The answer to a request whose body is sent so many times, as far as it is taken."""
        reader, writer = await self.connect()
        writer.write(request.replace("\n", "\r\n").encode())
        with suppress(ConnectionError):
            for _ in range(times):
                writer.write(body)
                await writer.drain()
        try:
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def answers(self) -> bool:
        """Whether somebody is there who is well."""
        try:
            return await self.is_well()
        except ConnectionError:
            return False

    async def is_well(self) -> bool:
        return status(await self.say(f"GET /actor HTTP/1.1\nHost: {self.host}\nConnection: close\n\n")) == 303


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def serving(tmp_path: Path) -> AsyncIterator[Serving]:
    port = free_port()
    await make_sites(tmp_path, [read_wish({"domain": f"127.0.0.1:{port}", "handle": "site"}, development=True)], development=True)
    command = f"ulimit -n {FILES}; exec {sys.executable} -m fedirse serve --root {tmp_path} --port {port}"
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec("sh", "-c", command, stdout=quiet, stderr=quiet)
    serving = Serving(process, port)
    try:
        while not await serving.answers():
            assert process.returncode is None, "the server did not start"
        yield serving
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await asyncio.wait_for(process.wait(), 60)


@pytest.mark.attack("DOS-001")
async def test_huge_bodies_do_not_make_the_server_grow(serving: Serving) -> None:
    piece = b"x" * 65536
    head = f"POST /inbox HTTP/1.1\nHost: {serving.host}\nContent-Type: application/activity+json\n"
    assert status(await serving.say(f"{head}Content-Length: {limits.INBOX_BODY_BYTES}\nConnection: close\n\n", piece, 16)) == 400
    before = serving.memory("VmRSS")
    assert status(await serving.say(f"{head}Content-Length: 209715200\n\n", piece, 3200)) in {413, None}
    chunk = b"10000\r\n" + piece + b"\r\n"
    assert status(await serving.say(f"{head}Transfer-Encoding: chunked\n\n", chunk, 3200)) in {413, None}
    assert serving.memory("VmHWM") - before < GROWTH_BYTES
    assert await serving.is_well()


@pytest.mark.attack("DOS-051")
async def test_more_connections_than_files_are_survived_without_a_restart(serving: Serving) -> None:
    held = []
    for _ in range(CONNECTIONS):
        with suppress(ConnectionError):
            held.append(await serving.connect())
    for _, writer in held:
        writer.close()
    while not await serving.answers():
        assert serving.process.returncode is None, "the server ended"
