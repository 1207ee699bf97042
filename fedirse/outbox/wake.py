"""How one process tells the one that delivers that there is something to send: a datagram on this machine.

A hint and no more: it may be lost, come twice or come too early. The rows say what is to be done, and the worker's sweep finds
those that nobody announced.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from fedirse.site import Site

logger = logging.getLogger(__name__)

SOCKET_NAME: Final = Path("run") / "work.sock"
_LONGEST: Final = 1024

Wake = Callable[[str], None]
"""Takes the domain of a site that has something to send; returns at once."""

Heard = Callable[[str, str], Awaitable[None]]
"""Takes the domain of a site and a host that it received something from."""


class WakeSender:
    """The end of a process that queues. Nothing is ever raised: without a listener the hint is not needed.

    Args:
        root: folder of the process's settings and sites.
    """

    def __init__(self, root: Path) -> None:
        self._path = str(root / SOCKET_NAME)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def wake(self, domain: str) -> None:
        """The site of that domain has something to send."""
        self._send(domain)

    async def peer_was_heard(self, site: Site, host: str) -> None:
        """`host` sent something; the worker knows whether that matters."""
        self._send(f"{site.settings.domain} {host}")

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _send(self, text: str) -> None:
        try:
            self._socket.sendto(text.encode(), self._path)
        except OSError as error:
            logger.debug("no hint for the worker: %s", error)


class WakeListener:
    """The worker's end: open while its `with` block lasts, on a running event loop.

    The socket is for this user only. One left behind by an earlier process is replaced; of two that run at once the later one
    gets the hints, and the other one has its sweep.

    Args:
        root: folder of the process's settings and sites.
        wake: what to do about a site that has something to send.
        heard: what to do about a host that was heard; None when that happens in this process alone.
    """

    def __init__(self, root: Path, wake: Wake, heard: Heard | None = None) -> None:
        self._path = root / SOCKET_NAME
        self._wake = wake
        self._heard = heard
        self._socket: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.unlink(missing_ok=True)
            listening.setblocking(False)
            listening.bind(str(self._path))
            self._path.chmod(0o600)
        except OSError as error:
            # A path of more than about a hundred characters cannot be the address of a socket; hints are not needed to work.
            listening.close()
            logger.warning("no hints from other processes (%s): their work is found by looking every few seconds", error)
            return self
        self._socket = listening
        asyncio.get_running_loop().add_reader(listening, self._receive, listening)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Listen no more; a second call does nothing."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _receive(self, receiving: socket.socket) -> None:
        try:
            data = receiving.recv(_LONGEST)
        except OSError as error:
            logger.debug("no hint after all: %s", error)
            return
        domain, _, host = data.decode("ascii", "replace").partition(" ")
        if not host:
            self._wake(domain)
        elif self._heard is not None:
            task = asyncio.create_task(self._hear(self._heard, domain, host))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _hear(self, heard: Heard, domain: str, host: str) -> None:
        try:
            await heard(domain, host)
        except Exception:
            logger.exception("hint about %.255s for %.255s", host, domain)
