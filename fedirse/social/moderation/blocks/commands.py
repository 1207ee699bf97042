"""`fedirse block` and `fedirse allow`."""

from typing import Annotated

import typer

from fedirse.commanding import AsJson, Domain, Root, shell, show
from fedirse.site import Site
from fedirse.social.follows.actions import block as block_actor
from fedirse.social.follows.actions import unblock as unblock_actor
from fedirse.social.follows.commands import Who, Whom, local_actor, resolve_anybody
from fedirse.social.moderation.blocks import actions
from fedirse.social.moderation.model import OPERATOR
from fedirse.storage.refusals import is_federation_closed, list_allowed_hosts, list_refused_hosts

block = typer.Typer(no_args_is_help=True, help="Servers and people this site has nothing to do with.")
allow = typer.Typer(no_args_is_help=True, help='The servers that a site with federation = "allowed" has to do with.')

Host = Annotated[str, typer.Argument(help="Host name, like mastodon.example.")]


@block.command("add")
def add(
    context: typer.Context,
    host: Host,
    root: Root,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for whoever asks later.")],
    domain: Domain = None,
    subdomains: Annotated[bool, typer.Option("--subdomains", help="Its subdomains too.")] = False,
) -> None:
    """Block a server: nothing is accepted from it, fetched from it or delivered to it."""

    async def work(site: Site) -> str:
        return await site.write(actions.block_host, site, host, reason=reason, subdomains=subdomains, by=OPERATOR, now=site.clock.now())

    typer.echo(f"{shell(context).on_site(root, domain, work)} is blocked.")


@block.command("remove")
def remove(context: typer.Context, host: Host, root: Root, domain: Domain = None) -> None:
    """Lift the block of a server."""

    async def work(site: Site) -> str:
        return await site.write(actions.unblock_host, host, OPERATOR, site.clock.now())

    typer.echo(f"{shell(context).on_site(root, domain, work)} is no longer blocked.")


@block.command("person")
def person(context: typer.Context, whom: Whom, root: Root, domain: Domain = None, who: Who = None) -> None:
    """Block one actor: both follows end, and neither side hears of the other."""

    async def work(site: Site) -> str:
        blocker, blocked = await local_actor(site, who), await resolve_anybody(site, whom)
        await site.write(block_actor, site, blocker, blocked, site.clock.now())
        return blocked.address

    typer.echo(f"{shell(context).on_site(root, domain, work)} is blocked.")


@block.command("lift")
def lift(context: typer.Context, whom: Whom, root: Root, domain: Domain = None, who: Who = None) -> None:
    """Lift the block of one actor."""

    async def work(site: Site) -> str:
        blocker, blocked = await local_actor(site, who), await resolve_anybody(site, whom)
        await site.write(unblock_actor, site, blocker, blocked, site.clock.now())
        return blocked.address

    typer.echo(f"{shell(context).on_site(root, domain, work)} is no longer blocked.")


@block.command("list")
def list_all(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show the blocked servers."""

    async def work(site: Site) -> list[dict[str, object]]:
        hosts = await site.read(list_refused_hosts)
        return [{"host": one.host, "subdomains": one.subdomains, "since": one.since.date(), "reason": one.reason} for one in hosts]

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="No server is blocked.")


@allow.command("add")
def allow_add(
    context: typer.Context,
    host: Host,
    root: Root,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for whoever asks later.")],
    domain: Domain = None,
) -> None:
    """Put a server on the list."""

    async def work(site: Site) -> str:
        return await site.write(actions.allow_host, host, reason=reason, by=OPERATOR, now=site.clock.now())

    typer.echo(f"{shell(context).on_site(root, domain, work)} is on the list.")


@allow.command("remove")
def allow_remove(context: typer.Context, host: Host, root: Root, domain: Domain = None) -> None:
    """Take a server off the list."""

    async def work(site: Site) -> str:
        return await site.write(actions.disallow_host, host, OPERATOR, site.clock.now())

    typer.echo(f"{shell(context).on_site(root, domain, work)} is no longer on the list.")


@allow.command("list")
def allow_list(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show the list, and whether it counts."""

    async def work(site: Site) -> tuple[list[dict[str, object]], bool]:
        hosts = await site.read(list_allowed_hosts)
        return [{"host": one.host, "since": one.since.date(), "reason": one.reason} for one in hosts], await site.read(is_federation_closed)

    rows, closed = shell(context).on_site(root, domain, work)
    show(rows, as_json=as_json, empty="No server is on the list.")
    if not closed and not as_json:
        typer.echo('The list counts once settings.toml says federation = "allowed".')
