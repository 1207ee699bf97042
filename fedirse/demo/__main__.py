"""`python -m fedirse.demo`: makes, fills, runs and checks the demo. `scripts/demo` calls it after the installation."""

import signal
import sys
import threading
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from fedirse.base.errors import FedirseError
from fedirse.demo.cast import HEAD_OFFICE, LYON, NEWCOMER, OWNERS, PARTNER, PASSWORD, STORES
from fedirse.demo.check import Check
from fedirse.demo.network import Network, open_network
from fedirse.demo.processes import Processes
from fedirse.demo.running import bring_up, place_for
from fedirse.demo.switches.pressing import Presser
from fedirse.demo.switches.serving import switches_served
from fedirse.demo.watch import HEADING, Watch

FIRST_PORT = 8101
LOOK_AGAIN_SECONDS = 1.0

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


Folder = Annotated[Path | None, typer.Option("--folder", help="Where everything is made, and found again; a temporary one when not given.")]
Port = Annotated[int, typer.Option("--port-base", min=1024, max=65000, help="First port; where it is taken, the next free ones.")]
IsCheck = Annotated[bool, typer.Option("--check", help="Without a person: see whether the network does what it must, and end.")]


@app.command()
def demo(folder: Folder = None, port_base: Port = FIRST_PORT, *, check: IsCheck = False) -> None:
    """A head office, its stores and a supplier, each owner in a process of its own on this machine."""
    signal.signal(signal.SIGTERM, _interrupt)
    with place_for(folder) as place:
        network = open_network(place, port_base)
        with Processes(network) as processes:
            bring_up(network, processes)
            with switches_served(network, processes) as switches:
                if check:
                    _check(network, processes, switches)
                else:
                    typer.echo(_guide(network, switches))
                    _stay(processes)


def _check(network: Network, processes: Processes, switches: str) -> None:
    began = time.monotonic()
    typer.echo(f"\n{HEADING}")
    watch = Watch(network, typer.echo)
    Check(network, processes, Presser(switches), watch).run()
    typer.echo(f"\n{len(watch.rows)} of {len(watch.rows)} seen, in {time.monotonic() - began:.0f} s.")


def _guide(network: Network, switches: str) -> str:
    """Where to look, who is who, and how to take part."""
    lines = ["", "Open in a browser on this machine (names that end in .localhost need no entry anywhere):", ""]
    for owner in OWNERS:
        lines.append(f"  {owner.title} · process on port {network.port(owner)} · root {network.root(owner)}")
        for site in owner.sites:
            lines.append(f"    {network.address(site):<36} {site.name}")
            lines += [f"      @{person.handle:<10} {person.name}, {person.work}" for person in site.people]
    root = network.root(OWNERS[0])
    lines += [
        "",
        f"Sign in as any of them (“Se connecter”, at the top right) with the password: {PASSWORD}",
        "Who answers for a site looks after its people, look, reports and health; the others write.",
        "",
        *_guide_inside(network),
        f"Switch a site off and on again, and see what the board of an announcement says meanwhile:  http://{switches}/",
        "",
        "With curl, say which site is meant:",
        f"  curl -H 'Host: {network.domain(PARTNER.key)}' http://127.0.0.1:{network.port(OWNERS[-1])}/",
        "Speak as the head office, and read as one of its people:",
        f"  .venv/bin/fedirse post 'Bonjour à tous' --root {root}",
        f"  .venv/bin/fedirse timeline home --as {HEAD_OFFICE.people[0].handle} --root {root}",
        "",
        "Ctrl-C ends it.",
    ]
    return "\n".join(lines)


def _guide_inside(network: Network) -> list[str]:
    """What to look at in the network, and how to let one more site in."""
    responsible = next(person.handle for person in NEWCOMER.people)
    return [
        f"The head office and {len(STORES)} stores are a network; {PARTNER.name} is not in it, {NEWCOMER.name} not yet.",
        f"  its sites, as Nadia of the head office sees them:  {network.address(HEAD_OFFICE, '/site/network')}",
        f"  a post for the network alone, as Nadia or Amélie:  {network.post('hiver')}",
        f"    the same in Lyon, as Marc or Inès:               {network.address(LYON)}",
        f"    for the supplier and for strangers it is not there, by that address or any other: {network.address(PARTNER)}",
        f"  a post for its stores in the South, as Hugo:       {network.post('camion-sud')}",
        f"  an urgent announcement, and where it stands:       {network.address(HEAD_OFFICE, _board_of(network, 'rappel'))}",
        f"    to be read and confirmed, as Inès or Marc:       {network.address(LYON, '/announcements')}",
        f"Let {NEWCOMER.name} in: as {responsible}, paste this at {network.address(NEWCOMER, '/site/network/join')}",
        f"  {network.plan.invitation}",
        f"  then, as Nadia, let it in at {network.address(HEAD_OFFICE, '/site/network/requests')}",
    ]


def _board_of(network: Network, key: str) -> str:
    """Where the head office sees what became of an announcement."""
    return f"/announcements/{network.post(key).rpartition('/')[2]}/board"


def _stay(processes: Processes) -> None:
    """Wait for Ctrl-C, and say so when a process ends by itself."""
    waiting = threading.Event()
    try:
        while not waiting.wait(LOOK_AGAIN_SECONDS):
            for key in processes.take_ended():
                typer.echo(f"The process of {key} has ended; its log says why. The others go on.", err=True)
    except KeyboardInterrupt:
        typer.echo("\nStopping.")


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Entry point: errors we know become a few lines and exit code 1."""
    try:
        app(prog_name="scripts/demo")
    except FedirseError as error:
        sys.stderr.write(f"demo: {error.public_message}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
