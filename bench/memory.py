"""How much memory a serving process holds while nothing happens: with one site, and what each further site adds."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, resident_mebibytes
from bench.running import Installation

SITES = (1, 25, 100)


def measure(folder: Path) -> Iterator[Figure]:
    """Resident memory after each site has answered one page and one document."""
    domains = [f"shop{number}.localhost" for number in range(max(SITES))]
    everything = _make_sites(folder, domains)
    held = {count: _hold(folder, everything, domains[:count]) for count in SITES}
    first, some, many = SITES
    yield Figure(f"resident memory, {first} idle site", held[first], "MiB", target=100.0)
    yield Figure(f"resident memory, {many} idle sites", held[many], "MiB")
    yield Figure("each further hosted site", (held[many] - held[some]) / (many - some), "MiB", target=3.0)


def _make_sites(folder: Path, domains: list[str]) -> Installation:
    made = Installation.create(folder / "everything", {})
    path = folder / "sites.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["domain", "name"])
        writer.writerows((domain, domain.partition(".")[0].title()) for domain in domains)
    made.command("init", "--csv", str(path), "--development")
    return made


def _hold(folder: Path, everything: Installation, domains: list[str]) -> float:
    """Resident memory of a process that serves these of the sites."""
    some = Installation.create(folder / f"root-{len(domains)}", {})
    for domain in domains:
        shutil.copytree(everything.root / "sites" / domain, some.root / "sites" / domain)
    with some.serving(domains[0]) as process:
        for domain in domains:
            for accept in ("text/html", "application/activity+json"):
                if some.get(domain, "/actor" if "json" in accept else "/", accept=accept) != 200:
                    raise RuntimeError(f"{domain} does not answer")
        return resident_mebibytes(process.pid)
