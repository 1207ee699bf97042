"""Where a demo lies, and bringing it up: what every program that plays with one begins with."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from fedirse.base.clock import SystemClock
from fedirse.demo.cast import OWNERS, SITES
from fedirse.demo.making import make_network
from fedirse.demo.network import Network
from fedirse.demo.processes import Processes
from fedirse.demo.seed import seed


@contextmanager
def place_for(folder: Path | None) -> Iterator[Path]:
    """The folder to work in; a temporary one goes at the end, unless something went wrong in it."""
    place = folder or Path(tempfile.mkdtemp(prefix="fedirse-demo-"))
    try:
        yield place.resolve()
    except Exception:
        typer.echo(f"Everything is kept in {place}.", err=True)
        raise
    except (KeyboardInterrupt, SystemExit):
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
        raise
    else:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


def bring_up(network: Network, processes: Processes) -> None:
    """Start all the processes; make and fill the network when it is new."""
    began = time.monotonic()

    def tell(what: str) -> None:
        typer.echo(f"{time.monotonic() - began:>6.1f} s  {what}")

    is_new = network.plan.posts is None
    if is_new:
        asyncio.run(make_network(network))
        tell(f"made in {network.folder}")
    for owner in OWNERS:
        processes.start(owner)
    for owner in OWNERS:
        processes.wait_ready(owner)
    tell(f"{len(OWNERS)} processes serve {len(SITES)} sites")
    if is_new:
        asyncio.run(seed(network, SystemClock(), tell))
        tell("filled")
