"""What a delivery costs: posts fanned out over warm HTTPS connections, from publishing until the last peer has its copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.identities import Identities, addresses
from bench.measure import Figure, cpu_seconds
from bench.running import Installation, Program
from fedirse.base.settings import ProcessSettings
from fedirse.outbox.schemes import RFC9421_ED25519

MICROSECONDS = 1e6
NETWORK = 22
AT_ONCE = ProcessSettings().deliveries_in_flight


@dataclass(frozen=True)
class Case:
    """One fan-out: to how many hosts, how many posts are measured, how it is signed, and how slow the hosts are."""

    name: str
    hosts: int
    posts: int
    scheme: str
    target: float | None
    delay: float = 0.0


CASES = (
    Case("deliver to 10 hosts, HTTPS, RSA", 10, 120, "rsa", 590.0),
    Case("deliver to 250 hosts, HTTPS, RSA", 250, 10, "rsa", 590.0),
    Case("deliver to 1,000 hosts, HTTPS, RSA", 1000, 3, "rsa", 590.0),
    Case("deliver to 250 hosts, HTTPS, Ed25519", 250, 10, "ed25519", 250.0),
)
SLOW = Case("deliver to 1,000 hosts that take 50 ms, HTTPS, RSA", 1000, 3, "rsa", 800.0, delay=0.05)


def measure(folder: Path) -> Iterator[Figure]:
    """CPU time of one delivery, with its part of publishing, for each case; and the rate with slow hosts."""
    identities = Identities.create(folder / "identities", addresses(1000, NETWORK))
    costs = {}
    for number, case in enumerate(CASES):
        cost, _, floor = _fan_out(folder / str(number), identities, case)
        costs[case.name] = cost
        yield Figure(f"{case.name}: CPU", cost, "µs", floor, case.target)
    growth = costs[CASES[2].name] / costs[CASES[0].name]
    yield Figure("cost at 1,000 hosts by that at 10", growth, "x", target=1.3)
    _, rate, _ = _fan_out(folder / "slow", identities, SLOW)
    yield Figure(f"{SLOW.name}: rate", rate, "/s", target=SLOW.target, more_is_better=True)


def _fan_out(folder: Path, identities: Identities, case: Case) -> tuple[float, float, float | None]:
    """Microseconds of CPU for one delivery, deliveries per second, and the microseconds of the least program."""
    site = Installation.with_site(folder, certificate_authority=str(identities.authority))
    implements = [RFC9421_ED25519] if case.scheme == "ed25519" else []
    with Program.start("peers", identities.folder, NETWORK, case.hosts, case.delay) as peers:
        port = peers.hear()["port"]
        origins = [f"https://{address}:{port}" for address in addresses(case.hosts, NETWORK)]
        floor = None if case.delay else _floor(identities, case, origins)
        taken = 0 if floor is None else case.hosts * (case.posts + 1)
        with site.serving() as serving, Program.start("press", site.root, site.host, identities.folder) as press:
            press.hear()
            press.ask({"do": "meet", "origins": origins, "implements": implements, "follow": "us"})
            _publish(press, peers, 1, taken := taken + case.hosts)
            before = cpu_seconds(serving.pid) + cpu_seconds(press.pid)
            seconds = _publish(press, peers, case.posts, taken + case.hosts * case.posts)
            used = cpu_seconds(serving.pid) + cpu_seconds(press.pid) - before
    deliveries = case.hosts * case.posts
    return used / deliveries * MICROSECONDS, deliveries / seconds, floor


def _publish(press: Program, peers: Program, count: int, taken: int) -> float:
    """Publish posts; returns the seconds until the peers have taken so many deliveries in all."""
    peers.say(taken)
    press.ask({"do": "publish", "count": count})
    seconds: float = peers.hear()["seconds"]
    return seconds


def _floor(identities: Identities, case: Case, origins: list[str]) -> float:
    inboxes = [f"{origin}/inbox" for origin in origins]
    with Program.start("least_delivery", identities.folder, case.scheme, min(AT_ONCE, case.hosts), *inboxes) as least:
        least.hear()
        least.ask(1)
        before = cpu_seconds(least.pid)
        least.ask(case.posts)
        return (cpu_seconds(least.pid) - before) / (case.hosts * case.posts) * MICROSECONDS
