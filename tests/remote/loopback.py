"""Servers on this machine that answer whatever a test wants, byte by byte, and remember what they were asked."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpcore


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


Handler = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """What a test knows about a running server."""

    port: int
    scheme: str = "http"
    requests: list[Received] = field(default_factory=list)
    connections: int = 0

    @property
    def origin(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.requests]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """A server on a free port of 127.0.0.1; `handler` writes the whole answer."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            # Cancelled at the end of the test, which asyncio's streams would otherwise report as an error.
            with suppress(ConnectionError, asyncio.CancelledError):
                while (received := await _read_request(reader)) is not None:
                    server.requests.append(received)
                    await handler(received, writer)
                    await writer.drain()
        finally:
            tasks.discard(task)
            writer.close()

    tasks: set[asyncio.Task[None]] = set()
    listener = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    server = Server(listener.sockets[0].getsockname()[1], "https" if tls else "http")
    try:
        yield server
    finally:
        listener.close()
        under_way = [*tasks]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way)


def answer(status: str = "200 OK", body: bytes = b"", *headers: str, length: bool = True) -> bytes:
    """The bytes of an answer; `headers` are whole lines."""
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def always(raw: bytes) -> Handler:
    """Answers every request with the same bytes."""

    async def handler(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)

    return handler


def by_target(answers: dict[str, bytes]) -> Handler:
    """Answers by the target of the request; 404 for the others."""

    async def handler(received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.get(received.target) or answer("404 Not Found"))

    return handler


async def _read_request(reader: asyncio.StreamReader) -> Received | None:
    try:
        if (first_byte := await reader.readexactly(1)) == b"\x16":
            return None  # the greeting of TLS, where plain HTTP is spoken
        head = first_byte + await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    return Received(method, target, headers, await reader.readexactly(length))


class FakeDial(httpcore.AsyncNetworkBackend):
    """Stands where sockets are opened: records what would have been dialled, and answers from memory."""

    def __init__(self, raw: bytes = b"", *, fails: frozenset[str] = frozenset()) -> None:
        self.dialled: list[str] = []
        self._raw = raw
        self._fails = fails

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: object = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        if host in self._fails:
            raise httpcore.ConnectError("refused")
        return httpcore.AsyncMockStream([self._raw])
