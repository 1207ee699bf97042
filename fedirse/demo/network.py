"""The demo's network on disk: a root folder and a port for each owner, and the plan that a second start reads."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from fedirse.base.errors import ConfigurationError
from fedirse.base.settings import ENVIRONMENT_PREFIX
from fedirse.demo.cast import OWNERS, SITES, CastSite, Owner, owner_of

PLAN_FILE: Final = "demo.json"
LOG_FILE: Final = "serve.log"
PORTS_TRIED: Final = 200
LOG_LINES: Final = 20


class Plan(msgspec.Struct):
    """What a second start has to know of the first.

    Attributes:
        port_base: port of the first owner; the others follow. Part of every address, so it stays.
        posts: the address of each seeded post by its key; None until everything was said.
        invitation: the link of the newcomer's invitation to the network.
    """

    port_base: int
    posts: dict[str, str] | None = None
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """Where everything of a demo is.

    Attributes:
        folder: all the roots lie in it.
        plan: what is decided for good.
    """

    folder: Path
    plan: Plan

    @property
    def is_made(self) -> bool:
        """Whether the sites are there."""
        return all((self.root(owner) / "sites").is_dir() for owner in OWNERS)

    def port(self, owner: Owner) -> int:
        """Where the owner's process listens."""
        return self.plan.port_base + OWNERS.index(owner)

    def root(self, owner: Owner) -> Path:
        """The folder that is the owner's alone."""
        return self.folder / owner.key

    def mails(self, owner: Owner) -> Path:
        """The folder into which the owner's sites write their mails, one file each."""
        return self.root(owner) / "mails"

    def domain(self, site_key: str) -> str:
        """The domain of a site; with the port, because that is part of an origin."""
        return f"{site_key}.localhost:{self.port(owner_of(site_key))}"

    @property
    def domains(self) -> dict[str, str]:
        """The domain of every site by its key."""
        return {key: self.domain(key) for key in SITES}

    def address(self, site: CastSite, path: str = "/") -> str:
        """What a person types into a browser."""
        return f"http://{self.domain(site.key)}{path}"

    def post(self, key: str) -> str:
        """The address of a seeded post. Raises KeyError for one that nobody has said."""
        return (self.plan.posts or {})[key]

    def log(self, owner: Owner) -> Path:
        """Where the owner's process writes what happens to it."""
        return self.root(owner) / LOG_FILE

    def last_lines(self, owner: Owner) -> str:
        """The end of the owner's log."""
        log = self.log(owner)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return "\n".join(lines[-LOG_LINES:])

    def command(self, site_key: str, *arguments: str) -> str:
        """Run a command of fedirse about one site in a process of its own, as an operator would; returns what it printed.

        Raises:
            ConfigurationError: it failed; with what it said.
        """
        line = [
            sys.executable,
            "-m",
            "fedirse",
            *arguments,
            "--root",
            str(self.root(owner_of(site_key))),
            "--domain",
            self.domain(site_key),
        ]
        done = subprocess.run(line, env=environment(), capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program
        if done.returncode != 0:
            raise ConfigurationError(f"fedirse {' '.join(arguments)} failed at {site_key}: {done.stderr.strip()}")
        return done.stdout

    def save(self) -> None:
        """Write the plan down."""
        (self.folder / PLAN_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(self.plan)))


def open_network(folder: Path, port_base: int) -> Network:
    """The network of a folder, or a new one there.

    Args:
        folder: new or empty, or that of an earlier demo.
        port_base: where to look for free ports; without effect on an earlier demo, whose addresses contain its ports.

    Raises:
        ConfigurationError: the folder is something else's, or the ports are taken.
    """
    path = folder / PLAN_FILE
    if path.exists():
        network = Network(folder, msgspec.json.decode(path.read_bytes(), type=Plan))
        if network.plan.posts is None:
            raise ConfigurationError(f"The demo in {folder} was interrupted while it was made: remove the folder and start again.")
        check_free(network.plan.port_base, folder)
        return network
    if folder.exists() and any(folder.iterdir()):
        raise ConfigurationError(f"{folder} is not empty and holds no demo: choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    network = Network(folder, Plan(find_ports(port_base)))
    network.save()
    return network


def find_ports(base: int) -> int:
    """The first port from `base` on with enough free ones behind it. Raises ConfigurationError."""
    for candidate in range(base, min(base + PORTS_TRIED, 65535 - len(OWNERS)), len(OWNERS)):
        if not busy_ports(candidate):
            return candidate
    raise ConfigurationError(f"There are no {len(OWNERS)} free ports in a row from {base} on: choose others with --port-base.")


def check_free(base: int, folder: Path) -> None:
    """Raises ConfigurationError when a port of an earlier demo is taken."""
    busy = busy_ports(base)
    if busy:
        raise ConfigurationError(
            f"Port {busy[0]} is taken, and the addresses of the demo in {folder} contain it: stop what uses it (the same demo, perhaps), "
            "or make a new demo in another folder."
        )


def busy_ports(base: int) -> list[int]:
    """The ports of a demo from `base` on that somebody listens on."""
    return [port for port in range(base, base + len(OWNERS)) if not _is_free(port)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As a server does it: connections that ended a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def environment() -> dict[str, str]:
    """The environment of the demo's processes: this one's, without settings of other sites."""
    return {name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)}
