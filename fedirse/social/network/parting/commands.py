"""`fedirse network departed`: the head office's list of those who are out."""

import typer

from fedirse.activitypub import uris
from fedirse.commanding import AsJson, Domain, Root, shell, show
from fedirse.site import Site
from fedirse.social.network.authority.departures.model import Departure
from fedirse.social.network.authority.departures.store import list_departures
from fedirse.social.network.joining.rules import on_one_line


def departed(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show the sites that left or were removed, and what each says that it has erased."""

    async def work(site: Site) -> list[dict[str, object]]:
        return [_row(one) for one in await site.read(list_departures)]

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="Nobody has left this network.")


def _row(departure: Departure) -> dict[str, object]:
    return {
        "name": on_one_line(departure.name),
        "site": uris.host_of(departure.member),
        "out since": departure.removed_at,
        "says it has erased": departure.erased,
        "on": departure.purged_at,
    }
