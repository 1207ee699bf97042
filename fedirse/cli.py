"""The command line, built from what the slices give and the few commands that are about the installation itself."""

import asyncio
import csv
import sys
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer
import uvloop

from fedirse import __version__, assembly, installation, worker
from fedirse.base.errors import ConfigurationError, FedirseError, InvalidInput
from fedirse.base.logs import set_up_logging
from fedirse.base.settings import ProcessSettings, load_process_settings
from fedirse.commanding import AsJson, Domain, Root, show, show_one
from fedirse.operations.commands import add_commands
from fedirse.outbox.wake import WakeSender
from fedirse.site import Site
from fedirse.social.entrance.commands import new_setup_link
from fedirse.storage.site_lock import share_site

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="A federated social network for franchise groups."
)

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on; from the settings when not given.")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port to listen on; from the settings when not given.")]


class CommandShell:
    """How commands reach a site: opened for one piece of work, in the command's own process."""

    def on_site(self, root: Path, domain: str | None, work: Callable[[Site], Awaitable[T]]) -> T:
        """See `commanding.Shell`."""
        known = pick_domain(root, domain)
        with share_site(root, known):
            return asyncio.run(self._on_site(root, known, work))

    async def _on_site(self, root: Path, domain: str, work: Callable[[Site], Awaitable[T]]) -> T:
        folder = assembly.site_folder(root, domain)
        ground = assembly.lay_ground(load_process_settings(root))
        try:
            site = await assembly.open_site(folder, ground)
            site.database.room.look()
            sender = WakeSender(root)
            site.pulse.listen(partial(sender.wake, site.settings.domain))
            try:
                return await work(site)
            finally:
                sender.close()
                await site.database.close()
        finally:
            await ground.close()


def pick_domain(root: Path, domain: str | None) -> str:
    """The domain a command is about: the one given, or the only one there is. Raises ConfigurationError."""
    known = [folder.name for folder in assembly.site_folders(root)]
    if domain is None and len(known) == 1:
        return known[0]
    listed = ", ".join(known) or "none"
    if domain is None:
        raise ConfigurationError(f"Several sites live under {root}: say which with --domain ({listed}).")
    if domain not in known:
        raise ConfigurationError(f"There is no site {domain} under {root}. There: {listed}.")
    return domain


@app.command("init")
def init(
    root: Root,
    domain: Annotated[str | None, typer.Option("--domain", help="Domain of the new site; it can never be changed.")] = None,
    name: Annotated[str, typer.Option("--name", help="What people call the site; the domain when not given.")] = "",
    handle: Annotated[
        str, typer.Option("--handle", help="Handle of the site's own actor; the first label of the domain when not given.")
    ] = "",
    head_office: Annotated[bool, typer.Option("--head-office", help="The site speaks for the group.")] = False,
    language: Annotated[str, typer.Option("--language", help="fr or en.")] = "fr",
    description: Annotated[str, typer.Option("--description", help="One or two sentences about the site.")] = "",
    colour: Annotated[str | None, typer.Option("--colour", help="Main colour, like #1f4e79.")] = None,
    accent: Annotated[str | None, typer.Option("--accent", help="Second colour.")] = None,
    development: Annotated[bool, typer.Option("--development", help="For trying out on one machine: http and loopback addresses.")] = False,
    many: Annotated[
        Path | None, typer.Option("--csv", help="Make one site for each line of a file with a heading: domain, name, head_office, …")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a site: its folder, database, keys and actor."""
    if many is not None:
        wanted = read_csv(many, development=development)
    elif domain is not None:
        given = {
            "domain": domain,
            "name": name,
            "handle": handle,
            "head_office": head_office,
            "language": language,
            "description": description,
            "colour": colour,
            "accent": accent,
        }
        wanted = [installation.read_wish(given, development=development)]
    else:
        raise InvalidInput("Say which site to make: --domain, or --csv for several.", reason="no-domain")
    made = asyncio.run(installation.make_sites(root, wanted, development=development))
    rows = [
        {
            "domain": settings.domain,
            "name": settings.name,
            "actor": assembly.own_uris(settings).site_actor,
            "set_up": CommandShell().on_site(root, settings.domain, new_setup_link),
        }
        for settings in made
    ]
    if as_json:
        show(rows, as_json=True)
        return
    for row in rows:
        typer.echo(f"{row['domain']} is made. Serve it with: fedirse serve --root {root}")
        typer.echo(f"Then open this once, in a browser, to set it up: {row['set_up']}")


@app.command("serve")
def serve(root: Root, host: Host = None, port: Port = None) -> None:
    """Serve every site under the root: web, deliveries and jobs in one process."""
    _run(worker.serve, root, host, port)


@app.command("web")
def web(root: Root, host: Host = None, port: Port = None) -> None:
    """Serve only HTTP; run `fedirse work` beside it."""
    _run(worker.web, root, host, port)


@app.command("work")
def work(root: Root) -> None:
    """Only deliver and run jobs, for sites that `fedirse web` serves."""
    _run(worker.work, root, None, None)


@app.command("migrate")
def migrate(root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Bring the databases of one site, or of all, to the form this version needs."""
    folders = [assembly.site_folder(root, pick_domain(root, domain))] if domain else assembly.site_folders(root)
    rows = [{"domain": folder.name, "from": before or "new", "to": after} for folder, before, after in installation.migrate(folders)]
    show(rows, as_json=as_json, empty="There is no site here.")


@app.command("ledger")
def ledger(
    root: Root,
    domain: Domain = None,
    item: Annotated[str | None, typer.Option("--item", help="Only one post, by its id.")] = None,
    out: Annotated[Path | None, typer.Option("--csv", help="Write it to a CSV file instead of the terminal.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what was sent to which server, when, and what it answered."""
    folder = assembly.site_folder(root, pick_domain(root, domain))
    rows = asyncio.run(installation.read_ledger(folder, item))
    if out is None:
        show(rows, as_json=as_json, empty="Nothing has left this site.")
        return
    installation.write_csv(out, rows)
    typer.echo(f"{len(rows)} deliveries written to {out}.")


@app.command("version")
def version(as_json: AsJson = False) -> None:
    """Show the version."""
    show_one({"version": __version__}, f"fedirse {__version__}", as_json=as_json)


def read_csv(path: Path, *, development: bool) -> list[installation.Wish]:
    """The sites that a CSV file asks for. Raises InvalidInput naming the line that does not fit."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"{path} cannot be read as CSV: {error}.", reason="bad-csv") from error
    wanted = []
    for number, line in enumerate(lines, start=2):
        try:
            wanted.append(installation.read_wish({key: value for key, value in line.items() if key}, development=development))
        except FedirseError as error:
            raise InvalidInput(f"{path}, line {number}: {error.public_message}", reason="bad-csv") from error
    return wanted


def _run(start: Callable[[Path, ProcessSettings], Coroutine[None, None, None]], root: Path, host: str | None, port: int | None) -> None:
    settings = load_process_settings(root)
    given = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    settings = msgspec.structs.replace(settings, **given)
    set_up_logging(settings.log_level)
    worker.raise_file_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(start(root, settings))


def _add_slices() -> None:
    groups = {"": app}
    for part in assembly.SLICES:
        for name, command in part.commands:
            if isinstance(command, typer.Typer):
                app.add_typer(command, name=name)
                groups[name] = command
            else:
                group, _, own = name.rpartition(" ")
                groups[group].command(own)(command)


_add_slices()
add_commands(app)


def main() -> None:
    """Entry point: errors we know become one sentence and an exit code; anything else keeps its traceback."""
    try:
        app(obj=CommandShell(), prog_name="fedirse")
    except FedirseError as error:
        sys.stderr.write(f"fedirse: {error.public_message}\n")
        sys.exit(2 if isinstance(error, ConfigurationError | InvalidInput) else 1)
