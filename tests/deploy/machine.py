"""A machine with fedirse on it as an operator has it: a clone in a folder, a site, a service. And the place that new versions come from."""

import http.client
import os
import shutil
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.fixtures_folder import ROOT

DOMAIN = "magasin.example"
SHIPPED = ("LICENSE", "README.md", "fedirse", "pyproject.toml", "requirements", "scripts")
WAIT_SECONDS = 60

# In the place of systemd's: it runs the one service as systemd would, and notes what it was asked.
SYSTEMCTL = """#!/usr/bin/env bash
echo "$*" >>"$MACHINE/asked"
running() { [[ -s "$MACHINE/pid" ]] && kill -0 "$(<"$MACHINE/pid")" 2>/dev/null; }
case "$*" in
  "--quiet is-active fedirse") running ;;
  "stop fedirse")
    kill -TERM "$(<"$MACHINE/pid")"
    while running; do sleep 0.05; done ;;
  "start fedirse")
    "$MACHINE/fedirse/.venv/bin/fedirse" serve --root "$MACHINE/root" --port "$PORT" </dev/null >>"$MACHINE/log" 2>&1 &
    echo $! >"$MACHINE/pid" ;;
  *) exit 64 ;;
esac
"""


@dataclass(frozen=True)
class Machine:
    """One machine.

    Attributes:
        folder: everything on it.
        port: where its service listens.
    """

    folder: Path
    port: int

    @property
    def clone(self) -> Path:
        """Where fedirse is installed."""
        return self.folder / "fedirse"

    @property
    def source(self) -> Path:
        """Where new versions are written."""
        return self.folder / "source"

    @property
    def root(self) -> Path:
        """Where its site lies."""
        return self.folder / "root"

    @property
    def database(self) -> Path:
        """That of the site."""
        return self.root / "sites" / DOMAIN / "site.db"

    @property
    def asked(self) -> list[str]:
        """What systemctl was asked."""
        return (self.folder / "asked").read_text().splitlines()

    def set_up(self) -> None:
        """Write the first version, clone and install it, make a site and start the service."""
        self.source.mkdir()
        for name in SHIPPED:
            here = ROOT / name
            if here.is_dir():
                shutil.copytree(here, self.source / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(here, self.source / name)
        (self.source / ".gitignore").write_text(".venv/\n__pycache__/\n*.egg-info/\n")
        (self.folder / "bin").mkdir()
        systemctl = self.folder / "bin" / "systemctl"
        systemctl.write_text(SYSTEMCTL)
        systemctl.chmod(0o755)
        self.git(self.source, "init", "--quiet", "--initial-branch", "main")
        self.release()
        self.git(self.folder, "clone", "--quiet", str(self.source), str(self.clone))
        self.works("scripts/install")
        self.works(".venv/bin/fedirse", "init", "--root", str(self.root), "--domain", DOMAIN, "--name", "Magasin")
        self.works("systemctl", "start", "fedirse")

    def release(self) -> str:
        """Make a revision of what is in the source; returns its name."""
        self.git(self.source, "add", "--all")
        self.git(self.source, "commit", "--quiet", "--message", "A version")
        return self.git(self.source, "rev-parse", "HEAD")

    def git(self, folder: Path, *words: str) -> str:
        """What git answers in a folder."""
        return self._run(folder, "git", *words, check=True).stdout.strip()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command in the clone."""
        return self._run(self.clone, *words)

    def works(self, *words: str) -> str:
        """What a command in the clone answers, which has to end well."""
        outcome = self.run(*words)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        return outcome.stdout

    def page(self) -> str:
        """What the service shows at the site's own address, as soon as it does."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            with suppress(OSError), closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)) as connection:
                connection.request("GET", "/nodeinfo/2.1", headers={"Host": DOMAIN})
                return connection.getresponse().read().decode()
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def switch_off(self) -> None:
        """End the service."""
        if self.run("systemctl", "--quiet", "is-active", "fedirse").returncode == 0:
            self.works("systemctl", "stop", "fedirse")

    def _run(self, folder: Path, *words: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("FEDIRSE_", "GIT_"))}
        environment = {
            **known,
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "MACHINE": str(self.folder),
            "PORT": str(self.port),
            "FEDIRSE_ROOT": str(self.root),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=check, timeout=900)
