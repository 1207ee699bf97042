"""`fedirse follow`, `fedirse unfollow` and `fedirse keys`."""

from typing import Annotated

import typer

from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.commanding import AsJson, Domain, Root, shell, show, show_one
from fedirse.remote.handles import resolve_typed
from fedirse.site import Site
from fedirse.social.follows import actions, store
from fedirse.storage.actors import find_actor_by_uri, find_local_actor, get_actor

requests = typer.Typer(no_args_is_help=True, help="Requests to follow somebody who approves each follower.")
keys = typer.Typer(no_args_is_help=True, help="Signing keys of a site's actors.")

Who = Annotated[str | None, typer.Option("--as", help="Handle of whoever follows; the site itself when not given.")]
Whom = Annotated[str, typer.Argument(help="@name@server, or the address of a profile.")]


def follow(context: typer.Context, whom: Whom, root: Root, domain: Domain = None, who: Who = None, as_json: AsJson = False) -> None:
    """Follow somebody, here or on any other server."""

    async def work(site: Site) -> dict[str, str]:
        follower = await local_actor(site, who)
        followee = await resolve_anybody(site, whom)
        made = await site.write(actions.follow, site, follower, followee, site.clock.now())
        return {"follower": follower.address, "followee": followee.address, "state": made.state.value}

    made = shell(context).on_site(root, domain, work)
    waits = " It counts once they accept." if made["state"] == "requested" else ""
    show_one(made, f"{made['follower']} follows {made['followee']}.{waits}", as_json=as_json)


def unfollow(context: typer.Context, whom: Whom, root: Root, domain: Domain = None, who: Who = None) -> None:
    """Follow somebody no longer."""

    async def work(site: Site) -> tuple[str, str]:
        follower = await local_actor(site, who)
        followee = await resolve_anybody(site, whom)
        await site.write(actions.unfollow, site, follower, followee, site.clock.now())
        return follower.address, followee.address

    follower, followee = shell(context).on_site(root, domain, work)
    typer.echo(f"{follower} no longer follows {followee}.")


@keys.command("rotate")
def rotate(context: typer.Context, root: Root, domain: Domain = None, who: Who = None) -> None:
    """Give an actor new signing keys and tell its followers; what the old keys signed stays valid."""

    async def work(site: Site) -> str:
        actor = await local_actor(site, who)
        await site.write(actions.rotate_keys, site, actor, site.clock.now())
        return actor.address

    typer.echo(f"{shell(context).on_site(root, domain, work)} signs with new keys from now on.")


@keys.command("revoke")
def revoke(context: typer.Context, root: Root, domain: Domain = None, who: Who = None) -> None:
    """Have done with keys that somebody else may have; what they signed holds no more, and with the site's own all sessions end."""

    async def work(site: Site) -> str:
        actor = await local_actor(site, who)
        await site.write(actions.revoke_keys, site, actor, site.clock.now())
        return actor.address

    typer.echo(f"{shell(context).on_site(root, domain, work)} has new keys. What was signed with the old ones counts nowhere any more.")


@requests.command("list")
def list_requests(context: typer.Context, root: Root, domain: Domain = None, who: Who = None, as_json: AsJson = False) -> None:
    """Show who asks to follow and waits for an answer."""

    async def work(site: Site) -> list[dict[str, str]]:
        followee = await local_actor(site, who)
        return [{"address": one.address, "name": one.name, "uri": one.uri} for one in await site.read(store.list_requests, followee.id)]

    show(shell(context).on_site(root, domain, work), as_json=as_json, empty="Nobody waits for an answer.")


@requests.command("accept")
def accept(context: typer.Context, whom: Whom, root: Root, domain: Domain = None, who: Who = None) -> None:
    """Let somebody follow who asked to."""

    async def work(site: Site) -> str:
        followee, follower = await local_actor(site, who), await resolve_anybody(site, whom)
        await site.write(actions.approve_follower, site, followee, follower.id, site.clock.now())
        return follower.address

    typer.echo(f"{shell(context).on_site(root, domain, work)} follows from now on.")


@requests.command("refuse")
def refuse(context: typer.Context, whom: Whom, root: Root, domain: Domain = None, who: Who = None) -> None:
    """Refuse a request, or remove somebody who follows already."""

    async def work(site: Site) -> str:
        followee, follower = await local_actor(site, who), await resolve_anybody(site, whom)
        await site.write(actions.remove_follower, site, followee, follower.id, site.clock.now())
        return follower.address

    typer.echo(f"{shell(context).on_site(root, domain, work)} does not follow.")


async def local_actor(site: Site, handle: str | None) -> StoredActor:
    """A local actor by handle, the site's own without one. Raises NotFound."""
    if handle is None:
        return await site.read(get_actor, site.actor_id)
    actor = await site.read(find_local_actor, handle.removeprefix("@"))
    if actor is None:
        raise NotFound(f"no local actor {handle}", public_message=f"Nobody on {site.settings.domain} has the handle “{handle}”.")
    return actor


async def resolve_anybody(site: Site, typed: str) -> StoredActor:
    """An actor by what a person types; our own are found without asking anybody. Raises as `resolve_typed`, and NotFound."""
    handle, _, host = typed.strip().removeprefix("@").partition("@")
    if host == site.settings.domain or (not host and not typed.startswith("http")):
        return await local_actor(site, handle)
    if site.uris.is_own(typed):
        actor = await site.read(find_actor_by_uri, typed)
        if actor is None:
            raise NotFound(f"no local actor {typed}", public_message=f"There is nobody at {typed}.")
        return actor
    return await resolve_typed(typed, client=site.client, actors=site.actors, fetch=site.fetch_document)
