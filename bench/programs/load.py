"""Sends prepared requests over some connections, as fast as they are answered; says how each was answered and how long it took.

Started with an address, a port, how many connections, and a file of requests: each a length in four bytes and the bytes to send.
"""

import asyncio
import json
import sys
import time
from collections import Counter, deque
from pathlib import Path
from typing import cast

import uvloop

PATIENCE = 120.0


class Connection(asyncio.Protocol):
    """Sends one request after another's answer."""

    def __init__(self, requests: deque[bytes], answers: Counter[int], done: asyncio.Future[None]) -> None:
        self._requests = requests
        self._answers = answers
        self._done = done
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._data += data
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            return
        lengths = [int(line[15:]) for line in self._data[:end].lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if len(self._data) >= end + 4 + sum(lengths):
            self._answers[int(self._data[9:12])] += 1
            self._data = b""
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server hung up"))

    def _send(self) -> None:
        if self._requests:
            self._transport.write(self._requests.popleft())
        elif not self._done.done():
            self._done.set_result(None)


def read_requests(path: Path) -> deque[bytes]:
    data, at = path.read_bytes(), 0
    found: deque[bytes] = deque()
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


async def main() -> None:
    address, port, connections, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    requests, answers = read_requests(path), Counter[int]()
    loop = asyncio.get_running_loop()
    began = time.monotonic()
    futures = [loop.create_future() for _ in range(connections)]
    for future in futures:
        await loop.create_connection(lambda done=future: Connection(requests, answers, done), address, port)
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*futures)
    print(json.dumps({"seconds": time.monotonic() - began, "answers": answers}))


uvloop.run(main())
