"""The processes of a measurement: the installation that is measured, and the programs that play the rest of the world."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(__file__).parent / "programs"
FEDIRSE = Path(sys.executable).with_name("fedirse")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("FEDIRSE_")} | {"PYTHONPATH": str(ROOT)}
PATIENCE = 60.0


@dataclass(frozen=True)
class Installation:
    """A root with sites, on a port of its own."""

    root: Path
    port: int

    @classmethod
    def create(cls, root: Path, settings: Mapping[str, object]) -> "Installation":
        """A root without sites."""
        made = cls(root, free_port())
        root.mkdir(parents=True)
        lines = {"development": True, "port": made.port, "log_level": "warning"} | settings
        (root / "fedirse.toml").write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items()), encoding="utf-8")
        return made

    @classmethod
    def with_site(cls, root: Path, *, head_office: bool = False, **settings: object) -> "Installation":
        """A root with one site at its address."""
        made = cls.create(root, settings)
        made.command("init", "--domain", made.host, "--handle", "shop", "--development", *(["--head-office"] if head_office else []))
        return made

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> str:
        """What a command of the product prints. Raises CalledProcessError."""
        line = [str(FEDIRSE), *arguments, "--root", str(self.root)]
        return subprocess.run(line, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout

    @contextmanager
    def serving(self, host: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
        """The serving process, from its first answer for that site on."""
        with (self.root / "serve.log").open("ab") as log:
            process = subprocess.Popen([str(FEDIRSE), "serve", "--root", str(self.root)], env=ENVIRONMENT, stdout=log, stderr=log)
        try:
            self.wait_for_answer(host or self.host, process)
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def wait_for_answer(self, host: str, process: subprocess.Popen[bytes]) -> None:
        """Return once a site answers. Raises RuntimeError with the end of the log when its process has ended."""
        deadline = time.monotonic() + PATIENCE
        while self.get(host, "/actor", accept="application/activity+json") != 200:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.root / "serve.log").read_text(encoding="utf-8")[-2000:])
            time.sleep(0.002)

    def get(self, host: str, path: str, *, accept: str = "text/html") -> int | None:
        """The status of an answer, None for no answer."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: {accept}\r\nconnection: close\r\n\r\n".encode())
                answer = b""
                while data := connection.recv(65536):
                    answer += data
                return int(answer[9:12]) if answer else None
        except OSError:
            return None


class Program:
    """One of `bench/programs`, spoken to over its standard input and output, one JSON line each way."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @classmethod
    @contextmanager
    def start(cls, name: str, *arguments: object) -> Iterator["Program"]:
        """Run it for the length of the block."""
        command = [sys.executable, str(PROGRAMS / f"{name}.py"), *map(str, arguments)]
        with subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield cls(process)
            finally:
                process.terminate()

    @property
    def pid(self) -> int:
        return self._process.pid

    def say(self, order: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """What it says next. Raises RuntimeError when it has ended instead."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a program of the measurement ended: {self._process.args!r:.300}")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def ask(self, order: object) -> dict[str, Any]:
        self.say(order)
        return self.hear()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
