"""`fedirse post`: write, edit, delete, like and boost from a terminal or a script."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import LENGTH
from fedirse.commanding import AsJson, Domain, Root, shell, show_one
from fedirse.remote.handles import try_to_resolve
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.channels.model import Runner
from fedirse.social.follows.commands import local_actor
from fedirse.social.network.actions import find_scope
from fedirse.social.posts import actions, store
from fedirse.social.posts.mentions.actions import resolve_mentions
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.reactions.actions import boost_post, like_post
from fedirse.social.posts.speaking.actions import publish_in_channel
from fedirse.storage.transaction import Transaction

Author = Annotated[str | None, typer.Option("--as", help="Handle of the author; the site itself when not given.")]
Text = Annotated[str, typer.Argument(help="What to say, in Markdown; “-” reads it from standard input.")]
Which = Annotated[str, typer.Argument(help="Id or address of the post.")]


def post(
    context: typer.Context,
    text: Text,
    root: Root,
    domain: Domain = None,
    author: Author = None,
    audience: Annotated[AudienceKind, typer.Option("--audience", help="Whom it is for.")] = AudienceKind.PUBLIC,
    quiet: Annotated[bool, typer.Option("--quiet", help="Public, but not shown in public timelines.")] = False,
    title: Annotated[str, typer.Option("--title", help="Makes it an article.")] = "",
    warning: Annotated[str, typer.Option("--warning", help="Content warning.")] = "",
    language: Annotated[str, typer.Option("--language", help="Language tag; the site's when not given.")] = "",
    reply_to: Annotated[str | None, typer.Option("--reply-to", help="Id or address of the post it answers.")] = None,
    segment: Annotated[str, typer.Option("--segment", help="Name or address of a segment, for the audience “segment”.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="Handle of a partner channel, for the audience “partners”.")] = "",
    as_json: AsJson = False,
) -> None:
    """Publish a post."""
    typed = _read(text)

    async def work(site: Site) -> Post:
        actor = await local_actor(site, channel or author)
        await resolve_mentions(site, typed, _resolve)
        parent = await find_id(site, reply_to) if reply_to else None
        kind = AudienceKind.PARTNERS if channel else audience
        of = await site.read(find_scope, kind.value, segment)
        draft = Draft(typed, Audience(kind, listed=not quiet, of=of), title, warning, language, parent)
        if kind is AudienceKind.PARTNERS:
            return await site.write(_publish_in_channel, site, actor, draft, site.clock.now())
        return await site.write(actions.publish_post, site, actor, draft, site.clock.now())

    made = shell(context).on_site(root, domain, work)
    fields = {"id": made.id, "uri": made.uri, "audience": made.audience.kind.value}
    show_one(fields, f"{made.uri} ({made.audience.kind.value})", as_json=as_json)


def edit(
    context: typer.Context,
    which: Which,
    text: Text,
    root: Root,
    domain: Domain = None,
    author: Author = None,
    title: Annotated[str | None, typer.Option("--title", help="New title; the old one when not given.")] = None,
) -> None:
    """Replace the text of a post; whoever has it is told."""
    typed = _read(text)

    async def work(site: Site) -> Post:
        actor = await local_actor(site, author)
        await resolve_mentions(site, typed, _resolve)
        post_id = await find_id(site, which)
        old = await site.read(store.get_readable_post, post_id, actions.reader_for(actor))
        draft = Draft(typed, old.audience, old.title if title is None else title, old.warning, old.language)
        return await site.write(actions.edit_post, site, actor, post_id, draft, site.clock.now())

    typer.echo(f"{shell(context).on_site(root, domain, work).uri} is changed.")


def delete(context: typer.Context, which: Which, root: Root, domain: Domain = None, author: Author = None) -> None:
    """Delete a post; whoever has it is asked to delete it too."""

    async def work(site: Site) -> None:
        actor = await local_actor(site, author)
        await site.write(actions.delete_post, site, actor, await find_id(site, which), site.clock.now())

    shell(context).on_site(root, domain, work)
    typer.echo(f"{which} is deleted.")


def boost(context: typer.Context, which: Which, root: Root, domain: Domain = None, author: Author = None) -> None:
    """Show a public post to one's followers."""

    async def work(site: Site) -> None:
        actor = await local_actor(site, author)
        await site.write(boost_post, site, actor, await find_id(site, which), site.clock.now())

    shell(context).on_site(root, domain, work)
    typer.echo(f"{which} is boosted.")


def like(context: typer.Context, which: Which, root: Root, domain: Domain = None, author: Author = None) -> None:
    """Like a post."""

    async def work(site: Site) -> None:
        actor = await local_actor(site, author)
        await site.write(like_post, site, actor, await find_id(site, which), site.clock.now())

    shell(context).on_site(root, domain, work)
    typer.echo(f"{which} is liked.")


async def find_id(site: Site, which: str) -> str:
    """Our id of a post given by id or address. Raises NotFound."""
    if len(which) == LENGTH and "/" not in which:
        return which
    found = await site.read(store.find_post_by_uri, which)
    if found is None:
        raise NotFound(f"no post {which}", public_message=f"{site.settings.domain} knows no post {which}.")
    return found.id


def _publish_in_channel(tx: Transaction, site: Site, channel: StoredActor, draft: Draft, now: datetime) -> Post:
    return publish_in_channel(tx, site, channel, draft, now, by=Runner())


async def _resolve(site: Site, name: str) -> None:
    await try_to_resolve(name, client=site.client, actors=site.actors, fetch=site.fetch_document)


def _read(text: str) -> str:
    return sys.stdin.read() if text == "-" else text
