"""`fedirse network members`, `approve` and `refuse`: the head office's list, and its answers."""

from typing import Annotated, Final

import typer

from fedirse.base.errors import NotFound
from fedirse.commanding import AsJson, Domain, Root, shell, show
from fedirse.site import Site
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.joining.requests import actions, store
from fedirse.social.network.joining.requests.model import JoinRequest, RequestState
from fedirse.social.network.joining.requests.views import members_among
from fedirse.social.network.joining.rules import on_one_line
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.rules import standing_of
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction

_WAITS: Final = "waits for you"
_NEW_KEY: Final = "key changed, waits for you"

Which = Annotated[str, typer.Argument(help="Domain of the site, like lyon.example.")]


def members(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show who is in the network, and who waits to be let in."""

    async def work(site: Site) -> list[dict[str, object]]:
        return await site.read(_list, site)

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="This site is in no network.")


def approve(context: typer.Context, which: Which, root: Root, domain: Domain = None) -> None:
    """Let in a site that waits."""

    async def work(site: Site) -> str:
        request = await site.read(_waiting_at, which)
        return (await site.write(actions.approve, site, request.member, site.clock.now(), Decider())).host

    typer.echo(f"{shell(context).on_site(root, domain, work)} is a member.")


def refuse(context: typer.Context, which: Which, root: Root, domain: Domain = None) -> None:
    """Send away a site that waits."""

    async def work(site: Site) -> str:
        request = await site.read(_waiting_at, which)
        return (await site.write(actions.refuse, site, request.member, site.clock.now(), Decider())).host

    typer.echo(f"{shell(context).on_site(root, domain, work)} is told that it is not let in.")


def _waiting_at(tx: Transaction, which: str) -> JoinRequest:
    found = [one for one in store.list_requests(tx, RequestState.WAITING) if which in {one.host, one.member}]
    if not found:
        raise NotFound(f"nobody waits at {which}", public_message="No site of that domain waits for an answer.")
    return found[0]


def _list(tx: Transaction, site: Site) -> list[dict[str, object]]:
    network, now = current_network(tx), site.clock.now()
    if network is None:
        return []
    roster = load_roster(tx, network.uri)
    rows = [
        _row(held.statement.name, member, standing_of(roster, member, now).value, held.statement.key, held.statement.attributes)
        for member, held in roster.held.items()
        if isinstance(held.statement, Credential)
    ]
    waiting = store.list_requests(tx, RequestState.WAITING)
    members = members_among(tx, waiting)
    asking = [_row(one.name, one.member, _NEW_KEY if one.member in members else _WAITS, one.key, one.attributes) for one in waiting]
    return [*asking, *sorted(rows, key=lambda row: str(row["name"]).casefold())]


def _row(name: str, member: str, state: str, key: str, attributes: Attributes) -> dict[str, object]:
    known = [attributes.region, attributes.city, attributes.brand, attributes.format, *sorted(attributes.trades)]
    # The words take a tenth of a second each: they are for those who wait, whose key somebody is about to trust.
    words = four_words(key) if state in {_WAITS, _NEW_KEY} else ""
    shown = on_one_line(", ".join(filter(None, known)))
    return {"name": on_one_line(name), "site": member, "state": state, "known by": shown, "four words": words}
