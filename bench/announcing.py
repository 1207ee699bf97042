"""One announcement to a whole network, and its answers: 250 sites with ten people each, in three processes, beside the head office's.

Every delivery is a signed request over a real socket, to a site with a database of its own. Then once more while a tenth of the sites is
off, which return later.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Figure
from bench.running import Installation, Program
from fedirse.installation import make_sites, read_wish

SITES = int(os.environ.get("FEDIRSE_BENCH_SITES", "250"))
PEOPLE = 10
"""A site of fewer than five would tell no numbers."""
AWAY = SITES // 10
LONGEST = 900.0
LOOK_AGAIN = 0.25


@dataclass(frozen=True)
class Shops:
    """The sites that one process serves: where, and their numbers among all."""

    place: Installation
    numbers: range

    def domain(self, number: int) -> str:
        return f"shop{number}.localhost:{self.place.port}"


def measure(folder: Path) -> Iterator[Figure]:
    """Seconds to the last delivery and to the last confirmation, and how many were lost: with all sites there, and with a tenth away."""
    folder.mkdir(parents=True, exist_ok=True)
    office = Installation.with_site(folder / "office", head_office=True)
    half = (SITES - AWAY) // 2
    groups = [
        _make(folder / "first", range(half)),
        _make(folder / "second", range(half, SITES - AWAY)),
        _make(folder / "away", range(SITES - AWAY, SITES)),
    ]
    *always, leaving = groups
    with ExitStack() as running, Program.start("crowd", _write_cast(folder, office, groups)) as crowd:
        crowd.hear()
        crowd.ask({"do": "found", "people": PEOPLE})
        running.enter_context(office.serving())
        for group in always:
            running.enter_context(group.place.serving(group.domain(group.numbers[0])))
        with leaving.place.serving(leaving.domain(leaving.numbers[0])):
            crowd.ask({"do": "join"})
            _until(lambda: int(crowd.ask({"do": "joined"})["done"]) == SITES, "all sites know the network")
            yield from _all_there(crowd)
        # Ended like a server that is switched off.
        yield from _some_away(crowd, always, leaving)


def _all_there(crowd: Program) -> Iterator[Figure]:
    everybody = list(range(SITES))
    name = f"an announcement to {SITES} sites"
    yield Figure(f"{name}: the last of them has it", _announce(crowd, 1, SITES), "s")
    yield Figure(f"{name}: {PEOPLE * SITES:,} people answer, the last site's word is there", _answer(crowd, everybody, SITES), "s")
    yield _lost(crowd, name)


def _some_away(crowd: Program, always: list[Shops], leaving: Shops) -> Iterator[Figure]:
    there = [number for group in always for number in group.numbers]
    name = f"{SITES} sites, {len(leaving.numbers)} of them off"
    yield Figure(f"{name}: the last of the others has it", _announce(crowd, 2, len(there)), "s")
    yield Figure(f"{name}: the last word of the others is there", _answer(crowd, there, len(there)), "s")
    began = time.monotonic()
    with leaving.place.serving(leaving.domain(leaving.numbers[0])):
        _until(lambda: _stand(crowd)["received"] == SITES, "those who returned have it")
        yield Figure(f"{name}: they return, the last of them has it", time.monotonic() - began, "s")
        yield Figure(f"{name}: they return, the last word of them is there", _answer(crowd, list(leaving.numbers), SITES), "s")
        yield _lost(crowd, name)


def _announce(crowd: Program, number: int, sites: int) -> float:
    began = time.monotonic()
    crowd.ask({"do": "announce", "number": number})
    _until(lambda: _stand(crowd)["received"] >= sites, f"{sites} sites have the announcement")
    return time.monotonic() - began


def _answer(crowd: Program, shops: list[int], confirmed: int) -> float:
    began = time.monotonic()
    crowd.ask({"do": "answer", "shops": shops})
    _until(lambda: _stand(crowd)["confirmed"] >= confirmed, f"{confirmed} sites have confirmed")
    return time.monotonic() - began


def _lost(crowd: Program, name: str) -> Figure:
    """Once the numbers of people have come as well, which sites gather for a while: what is missing of all there should be."""
    _until(lambda: _stand(crowd)["people"] >= SITES * PEOPLE, "all people are counted")
    stand = _stand(crowd)
    lost = 2 * SITES - stand["received"] - stand["confirmed"] + abs(SITES * PEOPLE - stand["people"])
    return Figure(f"{name}: deliveries, confirmations and people that were lost", lost, "", target=0.0)


def _stand(crowd: Program) -> dict[str, int]:
    stand: dict[str, int] = crowd.ask({"do": "stand"})["done"]
    return stand


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LONGEST
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"after {LONGEST:.0f} s it is still not so that {what}")
        time.sleep(LOOK_AGAIN)


def _make(root: Path, numbers: range) -> Shops:
    shops = Shops(Installation.create(root, {}), numbers)
    wishes = [{"domain": shops.domain(number), "name": f"Shop {number}", "handle": "shop"} for number in numbers]
    asyncio.run(make_sites(root, [read_wish(wish, development=True) for wish in wishes], development=True))
    return shops


def _write_cast(folder: Path, office: Installation, groups: list[Shops]) -> Path:
    shops = [{"root": str(group.place.root), "domain": group.domain(number)} for group in groups for number in group.numbers]
    path = folder / "cast.json"
    path.write_text(json.dumps({"office": {"root": str(office.root), "domain": office.host}, "shops": shops}), encoding="utf-8")
    return path
