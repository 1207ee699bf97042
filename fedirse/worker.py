"""What `fedirse serve`, `web` and `work` run: the sites of a root, over HTTP, as a worker, or both in one process."""

import asyncio
import logging
import resource
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from fedirse.asgi import application
from fedirse.assembly import DATABASE_FILE, Heard, Process, lay_ground, renew_settings, site_folders
from fedirse.base.settings import ProcessSettings
from fedirse.outbox.wake import WakeListener, WakeSender
from fedirse.server import bind, make_server
from fedirse.storage.inspection import check_after_crash
from fedirse.storage.room import Room
from fedirse.storage.site_lock import share_site

logger = logging.getLogger(__name__)

DISK_CHECK_SECONDS = 2.0
SWEEP_SECONDS = 5.0
"""How often to look for work whose hint was lost."""


async def serve(root: Path, settings: ProcessSettings) -> None:
    """Web, deliveries and jobs in one process, until SIGTERM or SIGINT.

    Raises:
        ConfigurationError: before anything is served.
        StorageError: a disk no longer confirms what is written; everything is stopped, because nothing could be promised any more.
    """
    with bind(settings) as listener:
        async with open_process(root, settings, sole_worker=True, sweep_seconds=SWEEP_SECONDS) as process:
            with WakeListener(root, process.wake, process.outbox.domain_heard):
                working = asyncio.create_task(process.work())
                await _serve_until_stopped(process, process.outbox.peer_was_heard, listener, working)
                await process.stop()
                await working


async def web(root: Path, settings: ProcessSettings) -> None:
    """Only HTTP: what it queues is delivered by `fedirse work`, which is told at once."""
    with bind(settings) as listener:
        async with open_process(root, settings) as process:
            sender = WakeSender(root)
            for domain, site in process.sites.items():
                site.pulse.listen(partial(sender.wake, domain))
            await _serve_until_stopped(process, sender.peer_was_heard, listener)
            sender.close()


async def work(root: Path, settings: ProcessSettings) -> None:
    """Only deliveries and jobs, until SIGTERM or SIGINT."""
    async with open_process(root, settings, sweep_seconds=SWEEP_SECONDS) as process:
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        with WakeListener(root, process.wake, process.outbox.domain_heard):
            working = asyncio.create_task(process.work())
            watch = asyncio.create_task(_watch_disks(process))
            watch.add_done_callback(lambda _: stopped.set())
            logger.info("working for %s", ", ".join(process.sites))
            await stopped.wait()
            await process.stop()
            await working
            await _end(watch)


@asynccontextmanager
async def open_process(
    root: Path, settings: ProcessSettings, *, sole_worker: bool = False, sweep_seconds: float | None = None
) -> AsyncIterator[Process]:
    """Every site under a root, closed at the end. Raises ConfigurationError when one of them cannot be opened."""
    with ExitStack() as locks:
        for folder in site_folders(root):
            locks.enter_context(share_site(root, folder.name))
            await asyncio.to_thread(check_after_crash, folder / DATABASE_FILE)
        process = Process(lay_ground(settings), root, sole_worker=sole_worker, sweep_seconds=sweep_seconds)
        try:
            await process.open_sites()
            yield process
        finally:
            await process.close()


def raise_file_limit() -> None:
    """Allow as many open files as the system lets us: a site has a few, a delivery one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard if soft != resource.RLIM_INFINITY else soft, hard))


async def _serve_until_stopped(process: Process, heard: Heard, listener: socket.socket, *companions: asyncio.Task[None]) -> None:
    """Serve until a signal, or until a companion ends or a disk fails: half a site must not go on as if it were a whole one."""
    settings = process.ground.settings
    server = make_server(application(process.sites, process.router(heard)))

    def stop(_: object) -> None:
        server.should_exit = True

    watch = asyncio.create_task(_watch_disks(process))
    for task in (watch, *companions):
        task.add_done_callback(stop)
    logger.info("serving %s on %s:%d", ", ".join(process.sites), settings.host, settings.port)
    await server.serve(sockets=[listener])
    await _end(watch)


async def _end(watch: asyncio.Task[None]) -> None:
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def _watch_disks(process: Process) -> None:
    """Keep room on the disks. Raises the StorageError after which a site refuses to write."""
    while True:
        await asyncio.to_thread(_keep_room, [site.database.room for site in process.sites.values()])
        await asyncio.sleep(DISK_CHECK_SECONDS)
        for site in process.sites.values():
            await renew_settings(site)
            if site.database.refusal is not None:
                logger.critical("%s writes no more: %s", site.settings.domain, site.database.refusal)
                raise site.database.refusal


def _keep_room(rooms: Sequence[Room]) -> None:
    for room in rooms:
        with suppress(OSError):  # what is wrong with a disk shows when something is written
            room.keep()
