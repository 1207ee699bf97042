"""`fedirse network`: all its commands in one group, and those about a member."""

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from fedirse.activitypub import uris
from fedirse.base.errors import NotFound
from fedirse.commanding import Domain, Root, shell
from fedirse.site import Site
from fedirse.social.network.authority import actions
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining import commands as joining
from fedirse.social.network.joining.invitations import commands as invitations
from fedirse.social.network.joining.requests import commands as requests
from fedirse.social.network.keys import commands as keys
from fedirse.social.network.parting import commands as parting
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.store import list_members_at, load_roster
from fedirse.social.network.segments.commands import segments
from fedirse.storage.transaction import Transaction

network = typer.Typer(no_args_is_help=True, help="The network of a head office: invitations, members, joining and leaving.")

Which = Annotated[str, typer.Argument(help="Domain of the member, like lyon.example.")]


def suspend(context: typer.Context, which: Which, root: Root, domain: Domain = None) -> None:
    """Take a member's rights for now; everybody in the network is told."""

    async def work(site: Site) -> None:
        member = await site.read(_member_at, site, which)
        await site.write(actions.suspend, site, member, now=site.clock.now(), by=Decider())

    shell(context).on_site(root, domain, work)
    typer.echo(f"{which} is suspended: it is sent nothing that is for members, and reads nothing of it.")


def restore(context: typer.Context, which: Which, root: Root, domain: Domain = None) -> None:
    """Give a suspended member its rights back."""

    async def work(site: Site) -> None:
        member = await site.read(_member_at, site, which)
        await site.write(actions.restore, site, member, now=site.clock.now(), by=Decider())

    shell(context).on_site(root, domain, work)
    typer.echo(f"{which} is a member with all rights again.")


def remove(
    context: typer.Context,
    which: Which,
    root: Root,
    domain: Domain = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """End a membership; everybody in the network is told, the site itself too."""

    async def work(site: Site) -> None:
        member = await site.read(_member_at, site, which)
        await site.write(actions.remove, site, member, now=site.clock.now(), by=Decider())

    if not yes and not typer.confirm(f"Remove {which}? It can only come back by a new invitation."):
        raise typer.Exit(1)
    shell(context).on_site(root, domain, work)
    typer.echo(f"{which} is no member any more, and is asked to erase what others wrote for members: nobody can make it.")
    typer.echo("What it says of that: `fedirse network departed`.")


def _member_at(tx: Transaction, site: Site, which: str) -> str:
    """The member on that host. Raises NotFound."""
    own = site.uris.site_actor
    host = uris.host_of(which) if "://" in which else which
    held = load_roster(tx, own, only=list_members_at(tx, own, host)).held
    found = [member for member, one in held.items() if isinstance(one.statement, Credential)]
    if not found:
        raise NotFound(f"no member at {which}", public_message="There is no member of that address.")
    return found[0]


_COMMANDS: Mapping[str, Callable[..., None]] = {
    "create": invitations.create,
    "invite": invitations.invite,
    "invitations": invitations.invitations,
    "withdraw": invitations.withdraw_invitation,
    "members": requests.members,
    "approve": requests.approve,
    "refuse": requests.refuse,
    "suspend": suspend,
    "restore": restore,
    "remove": remove,
    "departed": parting.departed,
    "join": joining.join,
    "rotate-key": keys.rotate_key,
    "show": joining.show,
}
for _name, _command in _COMMANDS.items():
    network.command(_name)(_command)
network.add_typer(segments, name="segments")
