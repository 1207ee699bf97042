"""`fedirse egress`."""

from pathlib import Path
from typing import Annotated

import typer

from fedirse.commanding import AsJson, Domain, Root, shell, show
from fedirse.features.care.ledger import actions, store
from fedirse.features.care.ledger.model import Sent
from fedirse.features.care.ledger.views import plain_row, render_csv, show_line
from fedirse.site import Site
from fedirse.storage.transaction import Transaction

_ALL = 2**62


def egress(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar="ITEM", help="Id or address of a post, or of an activity.")],
    root: Root,
    domain: Domain = None,
    out: Annotated[Path | None, typer.Option("--csv", help="Write it to a CSV file instead of the terminal.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show which server was sent an item, when, as what, and what it answered.

    With --json and --csv every column stands there as it was written down; `fedirse ledger` writes the same of everything.
    """
    if out is None and not as_json:
        lines = shell(context).on_site(root, domain, lambda site: site.read(_lines, which))
        show([_words(line) for line in lines], as_json=False, empty="It was sent to no other server.")
        return

    async def work(site: Site) -> list[dict[str, object]]:
        return [plain_row(row) for row in await site.read(_rows, which)]

    rows = shell(context).on_site(root, domain, work)
    if out is None:
        show(rows, as_json=True)
        return
    out.write_text(render_csv(rows), encoding="utf-8", newline="")
    typer.echo(f"{len(rows)} deliveries written to {out}.")


def _lines(tx: Transaction, which: str) -> list[Sent]:
    return store.list_sent(tx, actions.find_about(tx, which), limit=_ALL)


def _rows(tx: Transaction, which: str) -> list[dict[str, object]]:
    return store.list_rows(tx, actions.find_about(tx, which))


def _words(line: Sent) -> dict[str, object]:
    """A line for people."""
    shown = show_line(line)
    (standing, serial), (outcome, words) = shown.standing, shown.outcome
    return {
        "when": f"{shown.at:%Y-%m-%d %H:%M:%S}",
        "server": shown.host,
        "what": line.kind,
        "sent as": standing % serial,
        "state": shown.state.value,
        "answer": outcome % words,
    }
