"""`fedirse partners`: the partner channels of a site, and who is in them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.commanding import AsJson, Domain, Root, shell, show, show_one
from fedirse.site import Site
from fedirse.social.follows.channels.model import Runner
from fedirse.social.follows.channels.store import list_channels, list_partners, reach_of
from fedirse.social.follows.model import FollowState
from fedirse.social.partners import actions
from fedirse.social.partners.model import Words
from fedirse.storage.actors import find_actor_by_address, find_actor_by_uri
from fedirse.storage.transaction import Transaction

partners = typer.Typer(no_args_is_help=True, help="Partner channels: who follows them, by approval, from any server.")

Handle = Annotated[str, typer.Argument(help="Handle of the channel.")]
Whom = Annotated[str, typer.Argument(help="@name@server, or the address of a profile.")]
Recall = Annotated[bool, typer.Option("--recall", help="Also ask their server to delete what it has of the channel.")]
_OPERATOR = Runner()

Decide = Callable[[Transaction, Site, str, str, Runner, datetime], StoredActor]


@partners.command("create")
def create(
    context: typer.Context,
    handle: Handle,
    root: Root,
    name: Annotated[str, typer.Option("--name", help="What people call it.")],
    about: Annotated[str, typer.Option("--about", help="What partners find in it.")] = "",
    domain: Domain = None,
    as_json: AsJson = False,
) -> None:
    """Make a channel, which anybody may ask to follow."""

    async def work(site: Site) -> StoredActor:
        return await site.write(actions.create_channel, site, handle, Words(name, about), _OPERATOR, site.clock.now())

    made = shell(context).on_site(root, domain, work)
    show_one({"address": made.address, "uri": made.uri}, f"{made.address} can be followed, once you approve.", as_json=as_json)


@partners.command("list")
def list_all(
    context: typer.Context,
    root: Root,
    channel: Annotated[str, typer.Option("--channel", help="Handle of a channel, to see who is in it.")] = "",
    domain: Domain = None,
    as_json: AsJson = False,
) -> None:
    """Show the channels, or who follows one and who waits."""

    async def work(site: Site) -> list[dict[str, object]]:
        return await site.read(_list_people, channel) if channel else await site.read(_list_channels)

    empty = "Nobody follows this channel." if channel else "This site has no partner channel."
    show(shell(context).on_site(root, domain, work), as_json=as_json, empty=empty)


@partners.command("approve")
def approve(context: typer.Context, handle: Handle, whom: Whom, root: Root, domain: Domain = None) -> None:
    """Let in somebody who asks."""
    typer.echo(f"{_decide(context, root, domain, handle, whom, actions.approve)} is a partner from now on.")


@partners.command("refuse")
def refuse(context: typer.Context, handle: Handle, whom: Whom, root: Root, domain: Domain = None) -> None:
    """Do not let in somebody who asks."""
    typer.echo(f"{_decide(context, root, domain, handle, whom, actions.refuse)} is not let in.")


@partners.command("end")
def end(context: typer.Context, handle: Handle, whom: Whom, root: Root, domain: Domain = None, recall: Recall = False) -> None:
    """End a partnership: nothing new goes there."""

    def decide(tx: Transaction, site: Site, channel: str, actor_id: str, by: Runner, now: datetime) -> StoredActor:
        return actions.end(tx, site, channel, actor_id, by, now, recall=recall)

    typer.echo(f"{_decide(context, root, domain, handle, whom, decide)} is no partner any more.")


@partners.command("welcome")
def welcome(
    context: typer.Context,
    handle: Handle,
    host: Annotated[str, typer.Argument(help="Host name, like mastodon.example.")],
    root: Root,
    domain: Domain = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Let them wait again; whoever is in stays.")] = False,
) -> None:
    """Let in at once whoever asks from a server."""

    async def work(site: Site) -> str:
        if withdraw:
            await site.write(actions.end_welcome, handle, host, _OPERATOR, site.clock.now())
            return host
        return await site.write(actions.welcome, site, handle, host, _OPERATOR, site.clock.now())

    found = shell(context).on_site(root, domain, work)
    typer.echo(f"Whoever asks from {found} waits again." if withdraw else f"Whoever asks from {found} is let in at once.")


@partners.command("close")
def close(context: typer.Context, handle: Handle, root: Root, domain: Domain = None) -> None:
    """Close a channel: every partnership ends, and nothing is written in it any more."""

    async def work(site: Site) -> StoredActor:
        return await site.write(actions.close_channel, site, handle, _OPERATOR, site.clock.now())

    typer.echo(f"{shell(context).on_site(root, domain, work).address} is closed.")


def _decide(context: typer.Context, root: Root, domain: Domain, handle: str, whom: str, decide: Decide) -> str:
    async def work(site: Site) -> str:
        found = await site.read(_find, whom)
        return (await site.write(decide, site, handle, found.id, _OPERATOR, site.clock.now())).address

    return shell(context).on_site(root, domain, work)


def _find(tx: Transaction, whom: str) -> StoredActor:
    """Whoever asked is known here, so nobody else is asked who they are. Raises NotFound."""
    handle, _, host = whom.strip().removeprefix("@").partition("@")
    found = find_actor_by_uri(tx, whom) if "/" in whom else find_actor_by_address(tx, handle, host)
    if found is None:
        raise NotFound(f"nobody is {whom}", public_message=f"Nobody known here is {whom}.")
    return found


def _list_channels(tx: Transaction) -> list[dict[str, object]]:
    found = list_channels(tx)
    ids = [actor.id for _, actor in found]
    reach, waiting = reach_of(tx, ids), reach_of(tx, ids, FollowState.REQUESTED)
    return [
        {
            "channel": actor.handle,
            "name": actor.name,
            "partners": reach[actor.id].partners if actor.id in reach else 0,
            "waiting": waiting[actor.id].partners if actor.id in waiting else 0,
            "closed": channel.closed_at.date() if channel.closed_at else "",
        }
        for channel, actor in found
    ]


def _list_people(tx: Transaction, handle: str) -> list[dict[str, object]]:
    _, actor = actions.get_channel(tx, handle)
    return [
        {"address": one.actor.address, "state": "partner" if state is FollowState.ACCEPTED else "waits", "since": one.since.date()}
        for state in (FollowState.REQUESTED, FollowState.ACCEPTED)
        for one in list_partners(tx, actor.id, state)
    ]
