"""`fedirse timeline`."""

from enum import StrEnum
from typing import Annotated

import typer

from fedirse.base.types import ANYONE
from fedirse.commanding import AsJson, Domain, Root, shell, show
from fedirse.site import Site
from fedirse.social.follows.commands import local_actor
from fedirse.social.posts.actions import reader_for
from fedirse.social.timelines import store
from fedirse.web.html import to_text


class Which(StrEnum):
    """Which timeline."""

    HOME = "home"
    LOCAL = "local"


def timeline(
    context: typer.Context,
    root: Root,
    which: Annotated[Which, typer.Argument(help="home: of the people one follows and of the network; local: of the site.")] = Which.LOCAL,
    domain: Domain = None,
    who: Annotated[str | None, typer.Option("--as", help="Handle of the reader; the site itself when not given.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 20,
    as_json: AsJson = False,
) -> None:
    """Show a timeline, newest first."""

    async def work(site: Site) -> list[store.Entry]:
        reader = reader_for(await local_actor(site, who))
        if which is Which.HOME:
            return await site.read(store.home_timeline, reader, store.Window(limit))
        return await site.read(store.local_timeline, reader if who else ANYONE, site.actor_id, store.Window(limit))

    entries = shell(context).on_site(root, domain, work)
    rows = [
        {
            "published": entry.post.published_at.strftime("%Y-%m-%d %H:%M"),
            "author": entry.author.address,
            "audience": entry.post.audience.kind.value,
            "text": _line(entry, whole=as_json),
            "uri": entry.post.uri,
        }
        for entry in entries
    ]
    show(rows, as_json=as_json, empty="Nothing here yet.")


def _line(entry: store.Entry, *, whole: bool) -> str:
    text = " ".join(part for part in (entry.post.title, to_text(entry.post.content)) if part)
    return text if whole else " ".join(text.split())[:60]
