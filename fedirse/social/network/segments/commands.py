"""`fedirse network segments`."""

from typing import Annotated

import typer

from fedirse.base.errors import NotFound
from fedirse.commanding import AsJson, Domain, Root, shell, show
from fedirse.site import Site
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.model import Attribute, Network
from fedirse.social.network.roster.store import list_members_at
from fedirse.social.network.segments.actions import define_segment, list_live_segments, look_up_covered, withdraw_segment
from fedirse.social.network.segments.choices.rules import condition_of
from fedirse.social.network.segments.model import Choice, Condition, Segment
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction

segments = typer.Typer(no_args_is_help=True, help="Named selections of the network's sites, which things can be addressed to.")

Name = Annotated[str, typer.Argument(help="What people call it.")]
Values = Annotated[list[str] | None, typer.Option(help="Sites with one of these; may be given several times.")]
Hosts = Annotated[list[str] | None, typer.Option(help="A site by its domain; may be given several times.")]
Names = Annotated[list[str] | None, typer.Option(help="Another selection by its name; may be given several times.")]


@segments.command("list")
def list_all(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show the selections, each with how many sites are in it now."""

    async def work(site: Site) -> list[dict[str, object]]:
        def read(tx: Transaction) -> list[dict[str, object]]:
            network = _network(tx)
            return [
                {"name": one.name, "sites": len(_covered(tx, site, network, one.condition)), "since": one.defined.date(), "id": one.id}
                for one in list_live_segments(tx, network)
            ]

        return await site.read(read)

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="There is no selection yet.")


@segments.command("sites")
def sites(context: typer.Context, name: Name, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show which sites are in a selection now."""

    async def work(site: Site) -> list[dict[str, object]]:
        def read(tx: Transaction) -> list[dict[str, object]]:
            network = _network(tx)
            return [{"name": site_name, "site": uri} for uri, site_name in _covered(tx, site, network, _named(tx, network, name).condition)]

        return await site.read(read)

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="No site is in it now.")


@segments.command("define")
def define(
    context: typer.Context,
    name: Name,
    root: Root,
    domain: Domain = None,
    region: Values = None,
    city: Values = None,
    brand: Values = None,
    form: Annotated[list[str] | None, typer.Option("--format", help="Sites with one of these; may be given several times.")] = None,
    trade: Values = None,
    within: Names = None,
    without: Names = None,
    also: Hosts = None,
    never: Hosts = None,
) -> None:
    """Define a selection, or say anew who is in it."""
    wanted = {Attribute.REGION: region, Attribute.CITY: city, Attribute.BRAND: brand, Attribute.FORMAT: form, Attribute.TRADE: trade}

    async def work(site: Site) -> tuple[str, int]:
        def write(tx: Transaction) -> tuple[str, int]:
            network = _network(tx)
            choice = Choice(
                wanted={attribute: frozenset(values) for attribute, values in wanted.items() if values},
                within=frozenset(_named(tx, network, one).id for one in within or ()),
                without=frozenset(_named(tx, network, one).id for one in without or ()),
                also=frozenset(member for host in also or () for member in _members(tx, network, host)),
                never=frozenset(member for host in never or () for member in _members(tx, network, host)),
            )
            before = {one.name.casefold(): one.id for one in list_live_segments(tx, network)}.get(name.strip().casefold())
            condition = condition_of(choice)
            segment = define_segment(tx, site, name, condition, site.clock.now(), segment_id=before, by=Decider())
            return segment.name, len(_covered(tx, site, network, condition))

        return await site.write(write)

    defined, count = shell(context).on_site(root, domain, work)
    typer.echo(f"“{defined}” is defined; {count} sites are in it now.")


@segments.command("withdraw")
def withdraw(context: typer.Context, name: Name, root: Root, domain: Domain = None) -> None:
    """End a selection: nothing more can be addressed to it."""

    async def work(site: Site) -> str:
        def write(tx: Transaction) -> str:
            return withdraw_segment(tx, site, _named(tx, _network(tx), name).id, site.clock.now(), by=Decider()).name

        return await site.write(write)

    typer.echo(f"“{shell(context).on_site(root, domain, work)}” is withdrawn.")


def _network(tx: Transaction) -> Network:
    network = current_network(tx)
    if network is None:
        raise NotFound("no network", public_message="This site is in no network.")
    return network


def _named(tx: Transaction, network: Network, name: str) -> Segment:
    for segment in list_live_segments(tx, network):
        if segment.name.casefold() == name.strip().casefold():
            return segment
    raise NotFound(
        f"segment {name}", public_message="There is no selection “%(name)s”: `fedirse network segments list` shows them.", name=name
    )


def _members(tx: Transaction, network: Network, host: str) -> list[str]:
    found = list_members_at(tx, network.uri, host.strip().lower())
    if not found:
        raise NotFound(
            f"member {host}", public_message="No site of the network is at “%(host)s”: `fedirse network members` shows them.", host=host
        )
    return found


def _covered(tx: Transaction, site: Site, network: Network, condition: Condition) -> list[tuple[str, str]]:
    return [(one.member, one.name) for one in look_up_covered(tx, network, condition, site.clock.now()).members]
