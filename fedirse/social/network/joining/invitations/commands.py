"""`fedirse network create` and `fedirse network invite`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from fedirse.base.errors import ConfigurationError
from fedirse.base.spreadsheets import render_table
from fedirse.commanding import AsJson, Domain, Root, shell, show, show_one
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.joining.invitations import store
from fedirse.social.network.joining.invitations.actions import Made, invite_all, withdraw
from fedirse.social.network.joining.invitations.model import Wish
from fedirse.social.network.joining.invitations.rules import invitation_file
from fedirse.social.network.joining.invitations.tables.rules import read_wishes
from fedirse.social.network.model import Attributes, Network
from fedirse.social.network.store import list_trusted_keys
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction
from fedirse.web.qr import qr_png, qr_svg


def create(
    context: typer.Context, name: Annotated[str, typer.Option("--name", help="What the network is called.")], root: Root,
    domain: Domain = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make the network of this head office."""

    def found(tx: Transaction, site: Site) -> tuple[Network, str]:
        now = site.clock.now()
        network = found_network(tx, site, name, now)
        record(tx, "network.made", network.name, now)
        return network, list_trusted_keys(tx, network.uri)[0].key

    async def work(site: Site) -> dict[str, str]:
        network, key = await site.write(found, site)
        return {"name": network.name, "network": network.uri, "key": key, "words": four_words(key)}

    made = shell(context).on_site(root, domain, work)
    show_one(made, f"The network “{made['name']}” exists. The four words of its key are: {made['words']}", as_json=as_json)


def invite(
    context: typer.Context,
    root: Root,
    domain: Domain = None,
    note: Annotated[str, typer.Option("--note", help="For whom it is, for the list of invitations.")] = "",
    uses: Annotated[int, typer.Option("--uses", help="How many sites may ask with it.")] = 1,
    days: Annotated[int, typer.Option("--days", help="How long it lasts.")] = 14,
    region: Annotated[str, typer.Option("--region", help="What a site that joins with it is known by; as the next four.")] = "",
    city: Annotated[str, typer.Option("--city")] = "",
    brand: Annotated[str, typer.Option("--brand")] = "",
    format_: Annotated[str, typer.Option("--format")] = "",
    trades: Annotated[list[str] | None, typer.Option("--trade", help="May be given several times.")] = None,
    approved: Annotated[bool, typer.Option("--approved", help="Let the site in at once; else you approve it when it asks.")] = False,
    table: Annotated[
        Path | None,
        typer.Option("--csv", help="One invitation for each line of a table: name, region, city, brand, format, trades."),
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option("--files", help="Folder for each invitation as a file to send, and as a square to print."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Invite one or several sites. The links are shown now and never again."""
    attributes = Attributes(region, city, brand, format_, frozenset(trades or ()))
    wish = Wish(note=note, attributes=attributes, approved=approved, uses=uses, days=days)
    wishes = [wish] if table is None else read_wishes(_read(table), wish)
    secrets = [(one, new_secret()) for one in wishes]

    async def work(site: Site) -> list[Made]:
        return await site.write(invite_all, site, secrets, site.clock.now(), Decider())

    made = shell(context).on_site(root, domain, work)
    rows = [_row(one) for one in made]
    if files is not None:
        _write_files(files, made, rows)
    words = four_words(made[0].link.key)
    if as_json:
        show([{**row, "words": words} for row in rows], as_json=True)
        return
    for row in rows:
        typer.echo(f"{row['note']}: {row['link']}" if row["note"] else row["link"])
    typer.echo(f"\nThe four words of the network's key, to compare on the telephone: {words}")


def invitations(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show the invitations that can still be used; their links are kept by nobody."""

    async def work(site: Site) -> list[dict[str, object]]:
        found = await site.read(store.list_invitations, site.clock.now())
        return [
            {
                "id": one.id,
                "note": one.note,
                "left": f"{one.uses_left} of {one.uses}",
                "admits": "at once" if one.approved else "when approved",
                "ends": one.ends_at.date(),
            }
            for one in found
        ]

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="No invitation can be used.")


def withdraw_invitation(
    context: typer.Context,
    invitation: Annotated[str, typer.Argument(help="Id of the invitation, from `fedirse network invitations`.")],
    root: Root,
    domain: Domain = None,
) -> None:
    """Let an invitation admit nobody any more."""

    async def work(site: Site) -> None:
        await site.write(withdraw, site, invitation, site.clock.now(), Decider())

    shell(context).on_site(root, domain, work)
    typer.echo("This invitation admits nobody any more.")


def _row(made: Made) -> dict[str, object]:
    return {"note": made.invitation.note, "link": made.link.text, "ends": made.invitation.ends_at.date(), "id": made.invitation.id}


def _read(table: Path) -> str:
    try:
        return table.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{table} cannot be read: name a CSV file in UTF-8.") from error


def _write_files(folder: Path, made: Sequence[Made], rows: Sequence[dict[str, object]]) -> None:
    """Each invitation as a file to send, as a drawing and as a picture; and a table of all of them. Only their owner may read them."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, one in enumerate(made, 1):
            link = one.link.text
            _write(folder / f"{number:03}.json", invitation_file(link))
            _write(folder / f"{number:03}.svg", qr_svg(link))
            _write(folder / f"{number:03}.png", qr_png(link))
        numbered = [[f"{number:03}", *row.values()] for number, row in enumerate(rows, 1)]
        _write(folder / "invitations.csv", render_table(["file", *rows[0]], numbered).encode())
    except OSError as error:
        raise ConfigurationError(f"The invitations exist, but cannot be written to {folder}: copy the links below.") from error


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
