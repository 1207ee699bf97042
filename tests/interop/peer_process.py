"""Starts the test peer as a process of its own, waits until it is ready, and stops it by its id.

The peer is a small ActivityPub server of this project on Fedify: another implementation of the protocol, with its own signatures,
JSON-LD and WebFinger. It listens on a free port of 127.0.0.1, reaches nothing but this machine, and ends with the test run.
"""

import json
import os
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Self

import anyio
import anyio.to_thread

from tests.interop.peer_control import PeerControl
from tests.interop.peer_program import PEER, require_peer
from tests.interop.peer_records import HttpScheme

READY_SECONDS = 30.0
STOP_SECONDS = 10.0
COMPILED = {"NODE_COMPILE_CACHE": str(PEER / "node_modules" / ".compiled")}
"""Where Node keeps what it compiled, which is most of the work of starting."""
TAIL_LINES = 40
TAIL_WIDTH = 400


class Peer(PeerControl):
    """One running peer: `async with Peer.start(tmp_path) as peer: …`.

    Attributes:
        origin: what its addresses begin with.
        address: where it listens, as http://127.0.0.1:port; the same as `origin` unless another was given.
        pid: of its process.
        log: file with everything it wrote; the verification of signatures is logged in full.
    """

    def __init__(self, origin: str, address: str, pid: int, log: Path) -> None:
        super().__init__(origin, address, lambda: tail(log))
        self.address = address
        self.pid = pid
        self.log = log

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        folder: Path,
        *,
        origin: str | None = None,
        routes: Mapping[str, str] | None = None,
        first_knock: HttpScheme = "rfc9421",
        challenge: bool = False,
    ) -> AsyncIterator[Self]:
        """A peer for the length of the block; an exception that leaves the block is given the end of the peer's log as a note.

        Args:
            folder: where its log is written.
            origin: what its addresses begin with, such as "https://peer.test"; without it the address it listens on. It always speaks
                plain HTTP, as behind a proxy: whoever talks to it must be told to connect to `address`.
            routes: base addresses to connect to, by origin; see `route`.
            first_knock: the signature scheme it tries first with a server it does not know.
            challenge: whether it answers a signature that does not hold with Accept-Signature (RFC 9421 section 5).
        """
        options = {"origin": origin, "routes": dict(routes or {}), "firstKnock": first_knock, "challenge": challenge}
        # Tests start it from coroutines; finding it may run npm.
        command = await anyio.to_thread.run_sync(require_peer)
        process, log = _launch([*command, json.dumps(options)], folder)
        try:
            ready = await _readiness(process)
            async with cls(ready["origin"], ready["address"], process.pid, log) as peer:
                yield peer
        except Exception as error:
            error.add_note(f"{log} ends with:\n{tail(log)}")
            raise
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(_stop, process)


def _launch(command: Sequence[str], folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    with NamedTemporaryFile("wb", prefix="peer-", suffix=".log", dir=folder, delete=False) as log:
        # Its standard input is the leash: the peer ends when the other end of the pipe does.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=os.environ | COMPILED)
    return process, Path(log.name)


async def _readiness(process: subprocess.Popen[bytes]) -> dict[str, str]:
    """The one line the peer prints when it listens."""
    assert process.stdout is not None
    line = b""
    with anyio.move_on_after(READY_SECONDS):
        line = await anyio.to_thread.run_sync(process.stdout.readline, abandon_on_cancel=True)
    if not line:
        raise RuntimeError(f"the peer ended, or took more than {READY_SECONDS:g} s to start")
    ready: dict[str, str] = json.loads(line)
    return ready


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        _close(pipe)


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        pipe.close()


def tail(log: Path) -> str:
    """The last lines of a log, long ones cut."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join(line if len(line) <= TAIL_WIDTH else f"{line[:TAIL_WIDTH]}…" for line in lines)
