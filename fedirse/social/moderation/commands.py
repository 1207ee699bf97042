"""`fedirse block`."""

from typing import Annotated

import typer

from fedirse.commanding import AsJson, Domain, Root, shell, show
from fedirse.site import Site
from fedirse.social.follows.actions import block as block_actor
from fedirse.social.follows.actions import unblock as unblock_actor
from fedirse.social.follows.commands import Who, Whom, local_actor, resolve_anybody
from fedirse.social.moderation import actions
from fedirse.storage.peers import list_domain_blocks

block = typer.Typer(no_args_is_help=True, help="Servers and people this site has nothing to do with.")

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
        return await site.write(actions.block_domain, host, reason=reason, subdomains=subdomains, now=site.clock.now())

    typer.echo(f"{shell(context).on_site(root, domain, work)} is blocked.")


@block.command("remove")
def remove(context: typer.Context, host: Host, root: Root, domain: Domain = None) -> None:
    """Lift the block of a server."""

    async def work(site: Site) -> str:
        return await site.write(actions.unblock_domain, host)

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
        blocks = await site.read(list_domain_blocks)
        return [{"host": host, "since": since.date(), "reason": reason} for host, reason, since in blocks]

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="No server is blocked.")
