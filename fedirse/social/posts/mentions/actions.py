"""Finds whom a text names: first the unknown ones, through the network, then in the transaction that writes the post."""

from collections.abc import Awaitable, Callable

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput
from fedirse.site import Site
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.actors import find_actor_by_address, find_local_actor, list_actors, list_actors_by_uri
from fedirse.storage.refusals import why_unheard
from fedirse.storage.transaction import Transaction
from fedirse.web.html import KnownName, Rendered, mentioned_names, render_markdown

ResolveHandle = Callable[[Site, str], Awaitable[None]]
"""Makes the actor `name@host` known here, or leaves it unknown; never raises."""


async def resolve_mentions(site: Site, text: str, resolve_handle: ResolveHandle) -> None:
    """Make the actors that a text mentions known here, before the transaction that needs them.

    A name that cannot be resolved stays plain text in the post.
    """
    for name in mentioned_names(text):
        handle, _, host = name.partition("@")
        if host and host != site.uris.host and await site.read(find_actor_by_address, handle, host) is None:
            await resolve_handle(site, f"{handle}@{host}")


def render_text(tx: Transaction, site: Site, draft: Draft) -> Rendered:
    """What others read of what was typed. Raises InvalidInput for more names than a post may have."""
    if not draft.text.strip() and (draft.files or draft.poll):
        return Rendered("", (), ())
    names: dict[str, KnownName] = {}
    mentioned = mentioned_names(draft.text)
    if len(mentioned) > limits.MENTIONS_PER_POST:
        raise InvalidInput(
            "The post names more than %(most)s people: name fewer.",
            reason="too-many-mentions",
            field="text",
            most=limits.MENTIONS_PER_POST,
        )
    for name in mentioned:
        handle, _, host = name.partition("@")
        own = not host or host == site.uris.host
        actor = find_local_actor(tx, handle) if own else find_actor_by_address(tx, handle, host)
        # Whom this site has nothing to do with is not written to either; their name stays plain text.
        if actor is not None and why_unheard(tx, actor.id) is None:
            names[name] = KnownName(actor.uri, actor.url or actor.uri)
    return render_markdown(draft.text, names, site.uris.tag)


def named_actors(tx: Transaction, rendered: Rendered, parent: Post | None) -> dict[str, StoredActor]:
    """Everybody the post addresses by name: those it mentions, and whom it answers."""
    named = {actor.id: actor for actor in list_actors_by_uri(tx, [uri for _, uri in rendered.mentions]).values()}
    if parent is not None:
        named |= list_actors(tx, [parent.actor_id])
    return named
