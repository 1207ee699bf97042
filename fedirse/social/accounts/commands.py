"""`fedirse account` and `fedirse token`."""

from typing import Annotated

import typer

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import DEFAULT_ROLES, Role
from fedirse.commanding import AsJson, Domain, Root, shell, show, show_one
from fedirse.site import Site
from fedirse.social.accounts import actions, store
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction

account = typer.Typer(no_args_is_help=True, help="People of a site.")
token = typer.Typer(no_args_is_help=True, help="Bearer tokens for programs.")

Handle = Annotated[str, typer.Argument(help="Handle of the account, the first part of @handle@domain.")]
Password = Annotated[
    str | None,
    typer.Option("--password", envvar="FEDIRSE_PASSWORD", help="Password; asked for when it is not given and --no-password is not set."),
]


@account.command("create")
def create(
    context: typer.Context,
    handle: Handle,
    root: Root,
    domain: Domain = None,
    name: Annotated[str, typer.Option("--name", help="Name to show; the handle when not given.")] = "",
    password: Password = None,
    roles: Annotated[
        list[Role] | None, typer.Option("--role", help="What the person is to the site: author when not given; may be given several times.")
    ] = None,
    no_password: Annotated[bool, typer.Option("--no-password", help="Make the account without a password; set one later.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make an account with its own actor and keys."""
    password_hash = None if no_password else actions.hash_password(password or _ask_password())

    async def work(site: Site) -> dict[str, str]:
        given = tuple(roles or DEFAULT_ROLES)
        made = await site.write(actions.create_account, site, handle, name, password_hash, site.clock.now(), roles=given)
        return {"handle": made.handle, "address": f"@{made.handle}@{site.settings.domain}", "actor": site.uris.person(made.handle)}

    made = shell(context).on_site(root, domain, work)
    show_one(
        made, f"{made['address']} can sign in." if password_hash else f"{made['address']} exists, without a password.", as_json=as_json
    )


@account.command("list")
def list_all(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show the accounts of a site."""

    async def work(site: Site) -> list[dict[str, object]]:
        accounts = await site.read(store.list_accounts)
        return [
            {
                "handle": one.handle,
                "roles": " ".join(one.roles),
                "state": "disabled" if one.disabled_at else "active",
                "since": one.created_at.date(),
                "id": one.id,
            }
            for one in accounts
        ]

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="Nobody has an account here yet.")


@account.command("password")
def password_(context: typer.Context, handle: Handle, root: Root, domain: Domain = None, password: Password = None) -> None:
    """Set an account's password."""
    password_hash = actions.hash_password(password or _ask_password())

    async def work(site: Site) -> None:
        await site.write(actions.set_password, handle, password_hash)

    shell(context).on_site(root, domain, work)
    typer.echo(f"The password of {handle} is changed.")


@account.command("approval")
def approval(
    context: typer.Context,
    handle: Handle,
    root: Root,
    domain: Domain = None,
    required: Annotated[bool, typer.Option("--required/--not-required", help="Whether each follower has to be approved.")] = True,
) -> None:
    """Say whether an account approves each of its followers."""

    async def work(site: Site) -> None:
        await site.write(actions.require_approval, handle, required=required)

    shell(context).on_site(root, domain, work)
    typer.echo(f"{handle} approves each follower." if required else f"Anybody may follow {handle}.")


@account.command("role")
def role_(
    context: typer.Context,
    handle: Handle,
    roles: Annotated[list[Role], typer.Argument(help="All the roles that the account has from now on.")],
    root: Root,
    domain: Domain = None,
) -> None:
    """Say what an account is to the site, in the place of what it was."""

    async def work(site: Site) -> None:
        def give(tx: Transaction) -> None:
            actions.give_roles(tx, site, handle, roles)
            record(tx, "account.roles", handle, site.clock.now(), roles=[role.value for role in roles])

        await site.write(give)

    shell(context).on_site(root, domain, work)
    typer.echo(f"{handle} is {', '.join(roles)} now.")


@account.command("enable")
def enable(context: typer.Context, handle: Handle, root: Root, domain: Domain = None) -> None:
    """Let a disabled account sign in again."""

    async def work(site: Site) -> None:
        def let_in(tx: Transaction) -> None:
            actions.enable(tx, handle)
            record(tx, "account.enabled", handle, site.clock.now())

        await site.write(let_in)

    shell(context).on_site(root, domain, work)
    typer.echo(f"{handle} can sign in again; make new tokens where needed.")


@token.command("create")
def create_token(
    context: typer.Context,
    handle: Handle,
    root: Root,
    domain: Domain = None,
    label: Annotated[str, typer.Option("--label", help="What the token is for.")] = "command line",
    as_json: AsJson = False,
) -> None:
    """Make a bearer token for an account and print it; it cannot be shown again."""

    async def work(site: Site) -> str:
        return await site.write(actions.create_token, handle, label, site.clock.now())

    secret = shell(context).on_site(root, domain, work)
    show_one({"handle": handle, "label": label, "token": secret}, secret, as_json=as_json)


def _ask_password() -> str:
    first: str = typer.prompt("Password", hide_input=True)
    if first != typer.prompt("The same again", hide_input=True):
        raise InvalidInput("The two passwords differ: nothing was changed.", reason="passwords-differ")
    return first
