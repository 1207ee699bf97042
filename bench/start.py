"""How long it takes from starting the serving process to its first answer."""

import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, cpu_seconds
from bench.running import ENVIRONMENT, FEDIRSE, PATIENCE, Installation

STARTS = 7


def measure(folder: Path) -> Iterator[Figure]:
    """The median of some starts; the files are in the page cache, the process is new."""
    site = Installation.with_site(folder / "root")
    seconds, cpu = zip(*(_start(site) for _ in range(STARTS)), strict=True)
    yield Figure("start of the process to the first answer, one site", statistics.median(seconds), "s", target=1.5)
    yield Figure("start of the process to the first answer, one site: CPU", statistics.median(cpu), "s")


def _start(site: Installation) -> tuple[float, float]:
    began = time.monotonic()
    process = subprocess.Popen([str(FEDIRSE), "serve", "--root", str(site.root)], env=ENVIRONMENT)
    try:
        site.wait_for_answer(site.host, process)
        return time.monotonic() - began, cpu_seconds(process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)
