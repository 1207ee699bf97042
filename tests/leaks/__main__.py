"""`scripts/leaks`: many examples on several processors, or the mutations of the gate."""

# ruff: noqa: T201 - a command says what it found

import argparse
import asyncio
import atexit
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, as_completed, wait
from functools import cache
from itertools import count, islice
from pathlib import Path

from tests.leaks.exits import EXITS
from tests.leaks.mutations import MUTATIONS, survives
from tests.leaks.run import make_site, report, run_world, untested
from tests.leaks.scene import Tally

_EVERY_SECONDS = 10


@cache
def _made() -> Path:
    """The empty site of this process."""
    folder = tempfile.TemporaryDirectory(prefix="fedirse-leaks-made-")
    atexit.register(folder.cleanup)
    return asyncio.run(make_site(Path(folder.name)))


def _world(seed: str, number: int) -> tuple[int, Tally]:
    return number, asyncio.run(run_world(f"{seed}/{number}", _made()))


def _mutant(seed: str, number: int) -> tuple[int, str]:
    return number, asyncio.run(survives(MUTATIONS[number], _made(), f"{seed}/mutants"))


def _read_journal(path: Path | None, seed: str) -> tuple[Tally, set[int]]:
    """What was counted before, and in which worlds."""
    tally, worlds = Tally(), set()
    for line in path.read_text().splitlines() if path is not None and path.exists() else ():
        known = json.loads(line)
        if known["seed"] == seed:
            worlds.add(known["world"])
            tally.add(Tally(Counter(known["examples"]), Counter(known["shown"]), known["leaks"]))
    return tally, worlds


def _write_journal(path: Path | None, seed: str, number: int, tally: Tally) -> None:
    if path is not None:
        line = {"seed": seed, "world": number, "examples": tally.examples, "shown": tally.shown, "leaks": tally.leaks}
        with path.open("a") as journal:
            journal.write(json.dumps(line) + "\n")


def look_for_leaks(seed: str, examples: int, journal: Path | None, processes: int) -> int:
    """Ask until there are enough examples. Returns the exit status."""
    tally, known = _read_journal(journal, seed)
    before, began, told = tally.total, time.monotonic(), 0.0
    fresh: Iterator[int] = (number for number in count() if number not in known)
    with ProcessPoolExecutor(processes) as pool:
        asked = {pool.submit(_world, seed, number) for number in islice(fresh, processes)}
        while asked:
            ready, asked = wait(asked, return_when=FIRST_COMPLETED)
            for done in ready:
                number, found = done.result()
                tally.add(found)
                _write_journal(journal, seed, number, found)
            if tally.total < examples:
                # Worlds are of different sizes: nobody waits for the largest.
                asked |= {pool.submit(_world, seed, number) for number in islice(fresh, len(ready))}
            seconds = time.monotonic() - began
            if seconds - told > _EVERY_SECONDS:
                told = seconds
                rate = (tally.total - before) / seconds
                print(f"{tally.total} examples, {len(tally.leaks)} leaks, {rate:.0f}/s", file=sys.stderr, flush=True)
    print("\n".join(report(tally)[:-1]))
    idle = untested(tally)
    if idle:
        print(f"never tested: {', '.join(idle)}")
    print(f"seed {seed}, {(tally.total - before) / max(time.monotonic() - began, 0.001):.0f} examples a second on {processes} processes")
    print(report(tally)[-1])
    return 1 if tally.leaks or idle else 0


def mutate(seed: str, processes: int) -> int:
    """Ask about a gate without each of its clauses. Returns the exit status."""
    survivors = 0
    with ProcessPoolExecutor(processes) as pool:
        for done in as_completed([pool.submit(_mutant, seed, number) for number in range(len(MUTATIONS))]):
            number, caught = done.result()
            survivors += not caught
            print(f"{'caught by ' + caught.partition(':')[0] if caught else 'SURVIVES'}: {MUTATIONS[number]}", flush=True)
    print(f"mutations: {len(MUTATIONS)}")
    print(f"survivors: {survivors}")
    return 1 if survivors else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/leaks", description=f"Looks for leaks at {len(EXITS)} exits.")
    parser.add_argument("--examples", type=int, default=20_000, help="how many at least")
    parser.add_argument("--seed", default="leaks", help="the same seed gives the same worlds and questions")
    parser.add_argument("--journal", type=Path, help="a file to note each world in, and to go on from")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--mutate", action="store_true", help="take each clause of the gate away in turn")
    given = parser.parse_args()
    if given.mutate:
        return mutate(given.seed, given.processes)
    return look_for_leaks(given.seed, given.examples, given.journal, given.processes)


if __name__ == "__main__":
    sys.exit(main())
