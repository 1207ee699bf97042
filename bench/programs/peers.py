"""Foreign servers, as many as wanted, each on an address of its own: they take every delivery, after a delay if told to.

Started with a folder of identities, a network number, how many, and a delay in seconds; says `{"port": …}` when they listen, and for
every number read from standard input a line when so many deliveries more have come, with the seconds since the line was read.
"""

import asyncio
import json
import re
import ssl
import sys
import time
from pathlib import Path
from typing import cast

import uvloop

from bench.identities import Identities, addresses

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ACCEPTED = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"


class Count:
    """Deliveries so far, and who waits for how many."""

    def __init__(self) -> None:
        self.taken = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    def add(self) -> None:
        self.taken += 1
        for enough, future in self._waiting:
            if self.taken >= enough and not future.done():
                future.set_result(None)

    async def reaches(self, enough: int) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = [(enough, future)]
        if self.taken < enough:
            await future


class Peer(asyncio.Protocol):
    """One connection."""

    def __init__(self, count: Count, delay: float) -> None:
        self._count = count
        self._delay = delay
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._data, 0, end + 2)
            whole = end + 4 + int(length[1] if length else 0)
            if len(self._data) < whole:
                return
            self._data = self._data[whole:]
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._accept)
            else:
                self._accept()

    def _accept(self) -> None:
        self._transport.write(_ACCEPTED)
        self._count.add()


async def main() -> None:
    identities, network, count, delay = Identities(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(identities.certificate)
    counted = Count()
    loop = asyncio.get_running_loop()
    port = 0
    for address in addresses(count, network):
        server = await loop.create_server(lambda: Peer(counted, delay), address, port, ssl=tls, backlog=64)
        port = server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        began = time.monotonic()
        await counted.reaches(int(line))
        print(json.dumps({"seconds": time.monotonic() - began}), flush=True)


uvloop.run(main())
