"""`python -m fedirse.demo.journeys`: makes a demo and plays the journeys in it. `scripts/journeys` calls it after the installation."""

import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from fedirse.base.errors import FedirseError
from fedirse.demo.journeys import absence, ines, marc, nadia
from fedirse.demo.journeys.counter import HEADING, Counter
from fedirse.demo.journeys.stage import Stage, chromium
from fedirse.demo.network import open_network
from fedirse.demo.processes import Processes
from fedirse.demo.running import bring_up, place_for
from fedirse.demo.switches.serving import switches_served

FIRST_PORT = 8201

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def journeys(
    browser: Annotated[Path, typer.Option("--browser", help="The program of Chromium.")],
    json: Annotated[Path | None, typer.Option("--json", help="Write the table there too, for programs.")] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="End with 1 when a step takes more clicks than its target.")] = False,
) -> None:
    """Nadia announces, Inès reads and confirms, Marc confirms for his store, a store is away: in clicks, taps and seconds."""
    signal.signal(signal.SIGTERM, _interrupt)
    counter = Counter(typer.echo)
    with place_for(None) as place:
        network = open_network(place, FIRST_PORT)
        with Processes(network) as processes:
            bring_up(network, processes)
            typer.echo(f"\n{HEADING}")
            with switches_served(network, processes) as switches, chromium(browser) as opened:
                play(Stage(network, switches, opened, counter))
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode([step.as_row() for step in counter.steps])))
    promised = sum(step.target is not None for step in counter.steps)
    typer.echo(f"\n{len(counter.steps)} steps; {promised - len(counter.missed)} of the {promised} that have a target are within it.")
    if check and counter.missed:
        raise typer.Exit(1)


def play(stage: Stage) -> None:
    """All the journeys: those of the others are about what Nadia has published. Raises NotFound for the first step that cannot be done."""
    published = nadia.play(stage)
    ines.play(stage, published)
    marc.play(stage, published)
    absence.play(stage, published)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Entry point: errors we know become a few lines and exit code 1."""
    try:
        app(prog_name="scripts/journeys")
    except FedirseError as error:
        sys.stderr.write(f"journeys: {error.public_message}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
