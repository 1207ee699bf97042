"""What every test stands on: one event loop, no settings of the machine, no network but this machine's own."""

import ipaddress
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures_folder import in_ci
from tests.made_once import _made_once

__all__ = ["_made_once"]

# No deadline: the speed of the machine is measured in bench/, never asserted in a test.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("house"), derandomize=True, print_blob=True)
settings.load_profile("ci" if in_ci() else "house")

for _name in [name for name in os.environ if name.startswith("FEDIRSE_")]:
    # What the tests themselves read stays; what a site would read must come from the test.
    if _name != "FEDIRSE_FIXTURES" and not _name.startswith("FEDIRSE_TEST_"):
        del os.environ[_name]


class NetworkUsed(BaseException):
    """A test reached for a host other than this machine; not an Exception, so that no code under test can take it for a failed fetch."""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop of coroutine tests: asyncio, the only one fedirse runs on."""
    return "asyncio"


def _stay_home(event: str, arguments: tuple[Any, ...]) -> None:
    check = _CHECKS.get(event)
    if check is not None:
        check(arguments)


def _check_connect(arguments: tuple[Any, ...]) -> None:
    address = arguments[1]
    # A Unix socket's address is a path; asyncio and the resolver hand over (host, port, …).
    if isinstance(address, tuple):
        _check_host(address[0])


def _check_lookup(arguments: tuple[Any, ...]) -> None:
    host = arguments[0]
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host and not _is_literal(host):
        _check_host(host)


def _check_host(host: str) -> None:
    if host in {"", "localhost", "localhost.localdomain"}:
        return
    if _is_literal(host) and ipaddress.ip_address(host).is_loopback:
        return
    msg = f"a test tried to reach {host}; only this machine may be reached"
    raise NetworkUsed(msg)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_CHECKS: dict[str, Callable[[tuple[Any, ...]], None]] = {
    "socket.connect": _check_connect,
    "socket.getaddrinfo": _check_lookup,
    "socket.gethostbyname": _check_lookup,
}

sys.addaudithook(_stay_home)
