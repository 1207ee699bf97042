"""A scene behind real sockets: uvicorn with fedirse's protocol on this machine, spoken to byte by byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests import listening as served
from tests.attacks.letters import Letter
from tests.attacks.scene import DOMAIN, Scene, to_alice

HOST = b"Host: us.example\r\n"


@dataclass
class Door:
    """Where a scene listens."""

    scene: Scene
    port: int

    async def say(self, *pieces: bytes) -> bytes:
        """Everything that is answered on a connection of its own until the server closes it."""
        reader, writer = await self.connect()
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def cuts_off(self, beginning: bytes, piece: bytes, times: int) -> bool:
        """Whether the server closes the connection while a piece is sent again and again after a beginning."""
        _, writer = await self.connect()
        try:
            writer.write(beginning)
            for _ in range(times):
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            return True
        finally:
            writer.close()
        return False

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def behaves(self) -> None:
        """A good letter gets in."""
        friend = self.scene.friend
        good = friend.send(friend.create(to_alice(self.scene, friend)))
        assert status(await self.say(head(good, "Connection: close") + good.body)) == 202


@asynccontextmanager
async def listening(scene: Scene) -> AsyncIterator[Door]:
    """The scene's application on a port of this machine."""
    async with served.listening(scene.network.wire.applications[DOMAIN]) as server:
        yield Door(scene, server.servers[0].sockets[0].getsockname()[1])


def head(letter: Letter, *lines: str) -> bytes:
    """The head of a letter as it goes over the wire, with some more lines."""
    named = [f"Host: {host}" for host in letter.hosts] + [f"{name}: {value}" for name, value in letter.headers]
    first = f"{letter.method} {letter.target} HTTP/1.1"
    return "\r\n".join([first, *named, f"Content-Length: {len(letter.body)}", *lines, "", ""]).encode("latin-1")


def status(answer: bytes) -> int | None:
    """The status of the first answer in some bytes; None for no answer."""
    return int(answer.split(b" ", 2)[1]) if answer else None
