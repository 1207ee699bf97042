"""Serves the page of switches beside the demo, to this machine only."""

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fedirse.base.errors import ConfigurationError
from fedirse.demo.cast import OWNERS
from fedirse.demo.network import Network
from fedirse.demo.processes import Processes
from fedirse.demo.switches.model import Lock
from fedirse.demo.switches.pages import application

if TYPE_CHECKING:
    from uvicorn import Server

ADDRESS: Final = "127.0.0.1"
READY_SECONDS: Final = 10.0
STOP_SECONDS: Final = 2
LOOK_AGAIN_SECONDS: Final = 0.02


@contextmanager
def switches_served(network: Network, processes: Processes) -> Iterator[str]:
    """Serve the page while the `with` block runs.

    Args:
        network: whose processes are switched.
        processes: of it.

    Yields:
        The domain of the page, with its port.

    Raises:
        ConfigurationError: it cannot be served.
    """
    import uvicorn  # as heavy as a site: for a demo that runs

    with _bind(network) as listening:
        port = listening.getsockname()[1]
        lock = Lock({f"localhost:{port}", f"{ADDRESS}:{port}"}, secrets.token_urlsafe(32))
        config = uvicorn.Config(
            application(network, processes, lock),
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            _wait(thread, server)
            yield f"localhost:{port}"
        finally:
            server.should_exit = True
            thread.join()


def _bind(network: Network) -> socket.socket:
    """The port after those of the sites, where it is free; any other else: nothing remembers this address."""
    wanted = network.plan.port_base + len(OWNERS)
    for port in (wanted, 0):
        listening = socket.socket()
        # As a server does it: connections that ended a moment ago do not count.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((ADDRESS, port))
        except OSError:
            listening.close()
        else:
            return listening
    raise ConfigurationError("There is no free port for the page of switches.")


def _wait(thread: threading.Thread, server: "Server") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ConfigurationError("The page of switches does not start.")
        time.sleep(LOOK_AGAIN_SECONDS)
