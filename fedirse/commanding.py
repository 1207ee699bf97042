"""What the commands of all slices share: how they reach a site, and how they answer people and scripts."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import typer

from fedirse.site import Site

T = TypeVar("T")

Root = Annotated[Path, typer.Option("--root", envvar="FEDIRSE_ROOT", help="Folder that holds the sites.")]
Domain = Annotated[
    str | None, typer.Option("--domain", envvar="FEDIRSE_DOMAIN", help="Domain of the site; not needed where there is only one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]


class Shell(Protocol):
    """What a command finds in `context.obj`: the way to a site, given by the command line's entry point."""

    def on_site(self, root: Path, domain: str | None, work: Callable[[Site], Awaitable[T]]) -> T:
        """Open one site, do the work, close it; deliveries that the work queued are left to the serving process, which is told.

        Raises:
            ConfigurationError: there is no such site, or it cannot be opened.
        """
        ...


def shell(context: typer.Context) -> Shell:
    """The shell of a command."""
    found: Shell = context.obj
    return found


def show(rows: Sequence[Mapping[str, object]], *, as_json: bool, empty: str = "") -> None:
    """Print rows as JSON, or as aligned columns with a heading; `empty` stands for no rows."""
    if as_json:
        typer.echo(json.dumps(list(rows), ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        typer.echo(empty)
        return
    names = list(rows[0])
    table = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(names))]
    for line in table:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def show_one(fields: Mapping[str, object], sentence: str, *, as_json: bool) -> None:
    """Print one result: the sentence for a person, the fields for a script."""
    typer.echo(json.dumps(dict(fields), ensure_ascii=False, indent=2, default=str) if as_json else sentence)


def _cell(value: object) -> str:
    return "" if value is None else str(value)
