"""The programs that peers run in: started, asked for one fresh peer after the other, and stopped by their ids."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Self

import anyio
import anyio.to_thread

from tests.interop.peer_program import PEER

READY_SECONDS = 60.0
STOP_SECONDS = 30.0
COMPILED = {"NODE_COMPILE_CACHE": str(PEER / "node_modules" / ".compiled")}
"""Where Node keeps what it compiled, which is most of the work of starting."""
TAIL_LINES = 40
TAIL_WIDTH = 400


@dataclass
class Program:
    """A running program, which is one peer at a time.

    Attributes:
        process: its process.
        log: file with everything it wrote; the verification of signatures is logged in full.
    """

    process: subprocess.Popen[bytes]
    log: Path
    _begun_at: int = 0

    @classmethod
    def launch(cls, command: Sequence[str], folder: Path) -> Self:
        """Start one whose log lies in `folder`."""
        with NamedTemporaryFile("wb", prefix="peer-", suffix=".log", dir=folder, delete=False) as log:
            # Its standard input is also the leash: the program ends when the other end of the pipe does.
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=os.environ | COMPILED)
        return cls(process, Path(log.name))

    async def fresh_peer(self, options: Mapping[str, Any]) -> dict[str, str]:
        """Make it a peer that knows nobody; returns the one line it prints when that listens.

        Raises:
            RuntimeError: it ended, or took too long.
        """
        self._begun_at = self.log.stat().st_size
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        line = b""
        try:
            self.process.stdin.write(json.dumps(options).encode() + b"\n")
            self.process.stdin.flush()
            with anyio.move_on_after(READY_SECONDS):
                line = await anyio.to_thread.run_sync(self.process.stdout.readline, abandon_on_cancel=True)
        except BrokenPipeError:
            pass
        if not line:
            raise RuntimeError(f"the peer ended, or took more than {READY_SECONDS:g} s to start")
        ready: dict[str, str] = json.loads(line)
        return ready

    def tail(self) -> str:
        """The last lines it wrote as the peer that it is now, long ones cut."""
        written = self.log.read_bytes()[self._begun_at :].decode("utf-8", errors="replace")
        lines = written.splitlines()[-TAIL_LINES:]
        return "\n".join(line if len(line) <= TAIL_WIDTH else f"{line[:TAIL_WIDTH]}…" for line in lines)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@dataclass
class Programs:
    """Programs that wait for the next test: one starts in half a second of computing, a peer in one in a tenth of that.

    Attributes:
        folder: where their logs are written.
    """

    folder: Path
    _waiting: list[Program] = field(default_factory=list)

    def take(self, command: Sequence[str]) -> Program:
        """One that waits, or else a new one."""
        return self._waiting.pop() if self._waiting else Program.launch(command, self.folder)

    def give_back(self, program: Program) -> None:
        """Keep one for the next."""
        self._waiting.append(program)

    def close(self) -> None:
        """Stop those that wait."""
        while self._waiting:
            self._waiting.pop().stop()
