"""`fedirse invite`, `fedirse setup-link`, and what `fedirse account` does about getting in."""

from typing import Annotated

import typer

from fedirse.base.roles import Role
from fedirse.commanding import AsJson, Domain, Root, shell, show_one
from fedirse.site import Site
from fedirse.social.accounts.commands import Handle, account
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.store import get_account
from fedirse.social.entrance.actions import disable_account
from fedirse.social.entrance.links.actions import link_address, make_invitation, make_link, make_setup_link
from fedirse.social.entrance.links.model import Invitation, LinkKind
from fedirse.social.entrance.second_factor.store import remove_second_factor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def invite(
    context: typer.Context,
    root: Root,
    domain: Domain = None,
    role: Annotated[list[Role] | None, typer.Option("--role", help="What who joins becomes; may be given several times.")] = None,
    uses: Annotated[int, typer.Option("--uses", help="How many people may join with it.")] = 1,
    days: Annotated[int, typer.Option("--days", help="How long it lasts.")] = 7,
    note: Annotated[str, typer.Option("--note", help="A word about it for the list of invitations.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print an invitation: whoever opens the link makes an account."""
    secret = new_secret()

    async def work(site: Site) -> dict[str, object]:
        wanted = Invitation(tuple(role or (Role.AUTHOR,)), uses, days, note)
        link = await site.write(make_invitation, site, wanted, secret, site.clock.now())
        return {"link": link_address(site, LinkKind.INVITATION, secret), "uses": link.uses, "until": link.expires_at}

    made = shell(context).on_site(root, domain, work)
    show_one(made, str(made["link"]), as_json=as_json)


def setup_link(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Print a new link for the first administrator, as long as there is none; earlier ones stop working."""
    address = shell(context).on_site(root, domain, new_setup_link)
    show_one({"link": address}, address, as_json=as_json)


async def new_setup_link(site: Site) -> str:
    """The address at which a site's first administrator sets it up. Raises Conflict when somebody runs it already."""
    secret = new_secret()
    await site.write(make_setup_link, secret, site.clock.now())
    return link_address(site, LinkKind.SET_UP, secret)


@account.command("link")
def link(
    context: typer.Context,
    handle: Handle,
    root: Root,
    domain: Domain = None,
    new_password: Annotated[bool, typer.Option("--new-password", help="Let them choose a new password; ends their sessions.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a link that signs somebody in, once, within three days."""
    secret, kind = new_secret(), LinkKind.RESET if new_password else LinkKind.SIGN_IN

    async def work(site: Site) -> str:
        def make(tx: Transaction) -> None:
            make_link(tx, get_account(tx, handle), kind, secret, site.clock.now())

        await site.write(make)
        return link_address(site, kind, secret)

    address = shell(context).on_site(root, domain, work)
    show_one({"handle": handle, "link": address}, address, as_json=as_json)


@account.command("disable")
def disable(context: typer.Context, handle: Handle, root: Root, domain: Domain = None) -> None:
    """End an account: nobody signs in with it, its sessions, tokens and links stop working, its posts stay."""

    async def work(site: Site) -> None:
        def end(tx: Transaction) -> None:
            disable_account(tx, handle, site.clock.now())
            record(tx, "account.disabled", handle, site.clock.now())

        await site.write(end)

    shell(context).on_site(root, domain, work)
    typer.echo(f"{handle} can no longer sign in; its tokens are void.")


@account.command("without-second-factor")
def without_second_factor(context: typer.Context, handle: Handle, root: Root, domain: Domain = None) -> None:
    """Ask an account for no second factor any more: for somebody who lost both the program and the recovery codes."""

    async def work(site: Site) -> bool:
        def remove(tx: Transaction) -> bool:
            removed = remove_second_factor(tx, get_account(tx, handle).id)
            if removed:
                record(tx, "second-factor.removed", handle, site.clock.now())
            return removed

        return await site.write(remove)

    removed = shell(context).on_site(root, domain, work)
    typer.echo(f"{handle} signs in without a second factor now." if removed else f"{handle} has no second factor.")
