"""A site as an operator makes it: `fedirse init`, then `fedirse serve` as a process of its own, ended by its id."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from fedirse.base.settings import PROCESS_FILE
from tests.fixtures_folder import ROOT

FEDIRSE = ROOT / ".venv" / "bin" / "fedirse"
READY_SECONDS = 30.0
STOP_SECONDS = 20.0


@dataclass
class ServedSite:
    """One site on this machine.

    Attributes:
        root: the folder that holds it.
        port: where it listens.
        name: its domain where that is not one of this machine; whoever opens it has to be told where it is.
        process: the serving process, None while it is stopped.
    """

    root: Path
    port: int
    name: str | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def domain(self) -> str:
        """The one name that every program resolves to this machine, and on which browsers allow passkeys without TLS."""
        return self.name or f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.domain}"

    @property
    def folder(self) -> Path:
        return self.root / "sites" / self.domain

    @property
    def log(self) -> Path:
        return self.root.parent / f"{self.root.name}.log"

    def run(self, *arguments: str) -> str:
        """A command of fedirse for this root; what it printed. Raises CalledProcessError with its words."""
        done = subprocess.run(
            [FEDIRSE, *arguments, "--root", self.root], capture_output=True, text=True, check=False, env=_environment(), timeout=120
        )
        if done.returncode != 0:
            raise AssertionError(f"fedirse {' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Serve it; returns when it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [FEDIRSE, "serve", "--root", self.root, "--port", str(self.port)], stdout=log, stderr=log, env=_environment()
            )
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/icon.svg", headers={"host": self.domain}, timeout=2).raise_for_status()
                return
            except httpx.HTTPError:
                assert self.process.poll() is None, self.log.read_text(encoding="utf-8")[-2000:]
                time.sleep(0.1)
        raise AssertionError(f"the site did not answer: {self.log.read_text(encoding='utf-8')[-2000:]}")

    def deliver_mail_to(self, folder: Path) -> None:
        """Have mails laid down in a folder; to be called before it is served."""
        folder.mkdir()
        with (self.root / PROCESS_FILE).open("a", encoding="utf-8") as settings:
            settings.write(f'mail = "file:{folder}"\nmail_from = "bonjour@aubrelle.example"\n')

    def fetch(self, path: str, session: str) -> bytes:
        """What is answered to somebody who is signed in, as soon as it is there."""
        end = time.monotonic() + READY_SECONDS
        headers = {"host": self.domain, "cookie": f"session={session}"}
        while True:
            answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=10)
            if answer.status_code == httpx.codes.OK:
                return answer.content
            assert time.monotonic() < end, f"{path} was answered with {answer.status_code} to the end"
            time.sleep(0.1)

    def stop(self) -> None:
        """End it as an operator does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(STOP_SECONDS)
            self.process = None


@contextmanager
def made_site(folder: Path, name: str | None = None, *options: str) -> Iterator[ServedSite]:
    """A site made by `init` alone, with these options of it, not served yet; whatever serves it at the end is stopped.

    `name` is its domain, if it matters.
    """
    site = ServedSite(folder / "root", _free_port(), name)
    site.run("init", "--domain", site.domain, "--development", *options)
    try:
        yield site
    finally:
        site.stop()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("FEDIRSE_")}
