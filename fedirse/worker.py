"""What `fedirse serve`, `web` and `work` run: the sites of a root, over HTTP, as a worker, or both in one process."""

import asyncio
import logging
import resource
import signal
import socket
from contextlib import suppress
from functools import partial
from pathlib import Path

from fedirse.asgi import application
from fedirse.assembly import Heard, Process, lay_ground
from fedirse.base.settings import ProcessSettings
from fedirse.outbox.wake import WakeListener, WakeSender
from fedirse.server import bind, make_server

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
"""How often to look for work whose hint was lost."""


async def serve(root: Path, settings: ProcessSettings) -> None:
    """Web, deliveries and jobs in one process, until SIGTERM or SIGINT. Raises ConfigurationError before anything is served."""
    listener = bind(settings)
    process = Process(lay_ground(settings), root, sweep_seconds=SWEEP_SECONDS)
    await process.open_sites()
    with WakeListener(root, process.wake, process.outbox.domain_heard):
        working = asyncio.create_task(process.work())
        await _serve_until_stopped(process, process.outbox.peer_was_heard, listener)
        await process.stop()
        await working
    await process.close()


async def web(root: Path, settings: ProcessSettings) -> None:
    """Only HTTP: what it queues is delivered by `fedirse work`, which is told at once."""
    listener = bind(settings)
    process = Process(lay_ground(settings), root)
    await process.open_sites()
    sender = WakeSender(root)
    for domain, site in process.sites.items():
        site.pulse.listen(partial(sender.wake, domain))
    await _serve_until_stopped(process, sender.peer_was_heard, listener)
    sender.close()
    await process.close()


async def work(root: Path, settings: ProcessSettings) -> None:
    """Only deliveries and jobs, until SIGTERM or SIGINT."""
    process = Process(lay_ground(settings), root, sole_worker=False, sweep_seconds=SWEEP_SECONDS)
    await process.open_sites()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with WakeListener(root, process.wake, process.outbox.domain_heard):
        working = asyncio.create_task(process.work())
        logger.info("working for %s", ", ".join(process.sites))
        await stopped.wait()
        await process.stop()
        await working
    await process.close()


def raise_file_limit() -> None:
    """Allow as many open files as the system lets us: a site has a few, a delivery one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard if soft != resource.RLIM_INFINITY else soft, hard))


async def _serve_until_stopped(process: Process, heard: Heard, listener: socket.socket) -> None:
    settings = process.ground.settings
    server = make_server(application(process.sites, process.router(heard)))
    logger.info("serving %s on %s:%d", ", ".join(process.sites), settings.host, settings.port)
    await server.serve(sockets=[listener])
