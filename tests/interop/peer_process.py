"""Starts the test peer in a process of its own and waits until it is ready.

The peer is a small ActivityPub server of this project on Fedify: another implementation of the protocol, with its own signatures,
JSON-LD and WebFinger. It listens on a free port of 127.0.0.1, reaches nothing but this machine, and ends with the test run.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import anyio
import anyio.to_thread

from tests.interop.peer_control import PeerControl
from tests.interop.peer_program import require_peer
from tests.interop.peer_programs import Program, Programs
from tests.interop.peer_records import HttpScheme


class Peer(PeerControl):
    """One running peer: `async with Peer.start(tmp_path) as peer: …`.

    Attributes:
        origin: what its addresses begin with.
        address: where it listens, as http://127.0.0.1:port; the same as `origin` unless another was given.
        pid: of its process.
    """

    def __init__(self, origin: str, address: str, program: Program) -> None:
        super().__init__(origin, address, program.tail)
        self.address = address
        self.pid = program.process.pid

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        where: Path | Programs,
        *,
        origin: str | None = None,
        routes: Mapping[str, str] | None = None,
        first_knock: HttpScheme = "rfc9421",
        challenge: bool = False,
    ) -> AsyncIterator[Self]:
        """A peer for the length of the block; an exception that leaves the block is given the end of the peer's log as a note.

        Args:
            where: a folder for its log, and its program is started and stopped; or programs of which one is taken and given back.
            origin: what its addresses begin with, such as "https://peer.test"; without it the address it listens on. It always speaks
                plain HTTP, as behind a proxy: whoever talks to it must be told to connect to `address`.
            routes: base addresses to connect to, by origin; see `route`.
            first_knock: the signature scheme it tries first with a server it does not know.
            challenge: whether it answers a signature that does not hold with Accept-Signature (RFC 9421 section 5).
        """
        options = {"origin": origin, "routes": dict(routes or {}), "firstKnock": first_knock, "challenge": challenge}
        # Tests start it from coroutines; finding it may run npm.
        command = await anyio.to_thread.run_sync(require_peer)
        programs = where if isinstance(where, Programs) else Programs(where)
        program, kept = programs.take(command), False
        try:
            ready = await program.fresh_peer(options)
            async with cls(ready["origin"], ready["address"], program) as peer:
                yield peer
            kept = programs is where
        except Exception as error:
            error.add_note(f"{program.log} ends with:\n{program.tail()}")
            raise
        finally:
            if kept:
                programs.give_back(program)
            else:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(program.stop)
