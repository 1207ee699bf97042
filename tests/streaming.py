"""Somebody who follows a stream of an application, without a client in between that waits for its end."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message

CEILING = 60.0
"""Nothing waits that long but a fault."""


@dataclass
class Following:
    """An open stream.

    Attributes:
        task: the application at work; done when the stream has ended.
        status, headers: how it was answered.
    """

    task: asyncio.Task[None]
    _arrived: asyncio.Queue[Message]
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    _text: str = ""

    async def next_event(self) -> dict[str, str]:
        """The next event, of which `retry` and comments are none; empty when the stream has ended."""
        while True:
            while "\n\n" not in self._text:
                message = await asyncio.wait_for(self._arrived.get(), CEILING)
                if not message.get("more_body"):
                    return {}
                self._text += message["body"].decode()
            block, _, self._text = self._text.partition("\n\n")
            fields = [line.partition(": ")[::2] for line in block.split("\n") if not line.startswith(":")]
            if any(name == "event" for name, _ in fields):
                return {name: "\n".join(value for one, value in fields if one == name) for name, _ in fields}

    async def begin(self) -> None:
        """Wait for the answer to begin."""
        message = await asyncio.wait_for(self._arrived.get(), CEILING)
        self.status = message["status"]
        self.headers = {name.decode(): value.decode() for name, value in message["headers"]}


@asynccontextmanager
async def following(app: ASGIApp, path: str, headers: Mapping[str, str]) -> AsyncIterator[Following]:
    """Follow the stream at a path, with these headers, until the end of the block."""
    raw, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": raw,
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("203.0.113.7", 40000),
    }
    arrived: asyncio.Queue[Message] = asyncio.Queue()
    gone = asyncio.Event()
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await gone.wait()
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def call() -> None:
        await app(scope, receive, arrived.put)

    stream = Following(asyncio.create_task(call()), arrived)
    try:
        await stream.begin()
        yield stream
    finally:
        gone.set()
        await asyncio.wait_for(stream.task, CEILING)
