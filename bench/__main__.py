"""Measures what a user would measure, and prints it: figure, ceiling of the same run, ratio, target.

python -m bench [ingest|delivery|pages|start|memory|waiting|announcing|all] [--json FILE]
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import announcing, delivery, ingest, memory, pages, start, waiting
from bench.measure import Figure

SECTIONS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "start": start.measure,
    "memory": memory.measure,
    "ingest": ingest.measure,
    "delivery": delivery.measure,
    "pages": pages.measure,
    "waiting": waiting.measure,
    "announcing": announcing.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure fedirse on this machine.")
    parser.add_argument("section", nargs="?", default="all", choices=[*SECTIONS, "all"], help="what to measure")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    # Ended in the middle, it ends the processes that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    wanted = list(SECTIONS) if options.section == "all" else [options.section]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the first measurement")
    print(f"{'':72} {'figure':>9} {'':4} {'ceiling':>9} {'ratio':>6} {'target':>8}  met")
    figures = [figure for name in wanted for figure in _measure(name)]
    if options.json is not None:
        options.json.write_text(json.dumps([figure.row() for figure in figures], indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _measure(name: str) -> Iterator[Figure]:
    folder = Path(tempfile.mkdtemp(prefix=f"fedirse-bench-{name}-"))
    try:
        for figure in SECTIONS[name](folder):
            _show(figure)
            yield figure
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _show(figure: Figure) -> None:
    row = figure.row()
    ceiling, ratio, target = (_number(row[name]) for name in ("ceiling", "ratio", "target"))
    met = {None: "", True: "yes", False: "no"}[figure.met]
    print(f"{figure.name:72} {_number(figure.figure):>9} {figure.unit:4} {ceiling:>9} {ratio:>6} {target:>8}  {met}", flush=True)


def _number(value: object) -> str:
    if value is None:
        return ""
    assert isinstance(value, int | float)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


if __name__ == "__main__":
    main()
