"""What waits for a site that returns: posts for the network, taken in order from one sender, between two serving processes."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.identities import Identities
from bench.measure import Figure, cpu_seconds
from bench.running import PATIENCE, Installation, Program
from fedirse.assembly import DATABASE_FILE, site_folder

MILLISECONDS = 1e3
WAITING = int(os.environ.get("FEDIRSE_BENCH_WAITING", "3000"))
"""How many posts wait; the catalogue of reliability asks for 10,000."""
WARM_UP = 100
TARGET = 50.0
LOOK_AGAIN = 0.1


@dataclass(frozen=True)
class Case:
    """One network: how many sites its roster names besides the two that run, and how many selections it has."""

    name: str
    sites: int
    selections: int


CASES = (Case("2 sites", 0, 0), Case("250 sites and 20 selections", 248, 20))


def measure(folder: Path) -> Iterator[Figure]:
    """Posts per second and the CPU time of each process for one post, for each network."""
    identities = Identities.create(folder / "identities", [])
    for number, case in enumerate(CASES):
        rate, sender, receiver = _return(folder / str(number), identities, case)
        name = f"{WAITING:,} posts that waited for a site, network of {case.name}"
        yield Figure(f"{name}: rate", rate, "/s", target=TARGET, more_is_better=True)
        yield Figure(f"{name}: CPU of the sender", sender * MILLISECONDS, "ms")
        yield Figure(f"{name}: CPU of the receiver", receiver * MILLISECONDS, "ms")


def _return(folder: Path, identities: Identities, case: Case) -> tuple[float, float, float]:
    """Posts per second, and seconds of CPU for one post at the sender and at the receiver."""
    office = Installation.with_site(folder / "office", head_office=True)
    store = Installation.with_site(folder / "store")
    office.command("network", "create", "--name", "Measured")
    with Program.start("press", office.root, office.host, identities.folder) as press:
        press.hear()
        press.ask({"do": "admit", "sites": case.sites, "selections": case.selections})
        _join(office, store)
        # Both are at rest meanwhile, so that all of it waits.
        press.ask({"do": "publish", "count": WARM_UP + WAITING, "audience": "network"})
    with store.serving() as receiving, office.serving() as sending:
        first = _wait(office, WAITING)
        began, before = time.monotonic(), (cpu_seconds(sending.pid), cpu_seconds(receiving.pid))
        taken = first - _wait(office, 0)
        seconds = time.monotonic() - began
        used = cpu_seconds(sending.pid) - before[0], cpu_seconds(receiving.pid) - before[1]
    return taken / seconds, used[0] / taken, used[1] / taken


def _join(office: Installation, store: Installation) -> None:
    """Let the store into the network; both serve until nothing waits between them."""
    (made,) = json.loads(office.command("network", "invite", "--approved", "--region", "Nord", "--json"))
    with office.serving(), store.serving():
        store.command("network", "join", made["link"], "--yes")
        deadline = time.monotonic() + PATIENCE
        while json.loads(store.command("network", "show", "--json"))["state"] != "member":
            if time.monotonic() > deadline:
                raise RuntimeError("the store was not let in")
        _wait(office, 0)


def _wait(office: Installation, most: int) -> int:
    """How many deliveries wait, once that is no more than `most`. Raises RuntimeError when none leaves any more."""
    before, since = _count_waiting(office), time.monotonic()
    while (left := _count_waiting(office)) > most:
        if left < before:
            before, since = left, time.monotonic()
        if time.monotonic() > since + PATIENCE:
            raise RuntimeError(f"{left} deliveries wait and none leaves")
        time.sleep(LOOK_AGAIN)
    return left


def _count_waiting(office: Installation) -> int:
    path = site_folder(office.root, office.host) / DATABASE_FILE
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        (count,) = database.execute("SELECT count(*) FROM deliveries WHERE state = 'queued'").fetchone()
    return int(count)
