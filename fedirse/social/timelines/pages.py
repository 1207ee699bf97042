"""Lists of posts to read: the site's own page, profiles, hashtags, and a person's inbox for their programs."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from fedirse.activitypub.collections import render_collection, render_page
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Gone, NotFound
from fedirse.base.types import ANYONE, JsonObject, Reader
from fedirse.site import Site
from fedirse.social.accounts.store import count_accounts
from fedirse.social.accounts.visitors import document_reader_of, open_page, reader_of, site_of
from fedirse.social.follows.store import count_followers, count_following
from fedirse.social.posts.store import count_readable_posts
from fedirse.social.posts.views import Card, Mark, find_mark, make_cards
from fedirse.social.timelines import store
from fedirse.social.timelines.store import Entry
from fedirse.storage.actors import find_actor_by_address, find_local_actor, get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.negotiation import activity_response, wants_activity
from fedirse.web.paging import cursor
from fedirse.web.rendering import render

ReadEntries = Callable[[str | None, int], list[Entry]]
"""Reads a timeline: entries older than an id, so many at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a timeline.

    Attributes:
        cards: its posts.
        older: the id behind which the next page begins; None at the end.
        is_first: whether it is the newest page.
    """

    cards: list[Card]
    older: str | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """An actor as its page shows it.

    Attributes:
        actor: the actor.
        mark: what this site vouches for about it.
        posts: how many of its posts the reader may read here.
        followers: how many follow it, as far as this site knows.
        following: how many it follows, as far as this site knows.
        part: its posts.
    """

    actor: StoredActor
    mark: Mark
    posts: int
    followers: int
    following: int
    part: Part


async def get_home(request: Request) -> Response:
    """The site's own page: who it is, and what its people and those it follows say."""
    site, reader = site_of(request), await reader_of(request)
    before = cursor(request, "before")
    context = await site.read(_read_home, site, reader, before)
    return render(request, "timelines/home.html", context, private=reader is not ANYONE)


async def get_profile(request: Request) -> Response:
    """The page of an actor: `/@handle` of ours, `/@handle@host` of one this site knows."""
    site, reader = site_of(request), await reader_of(request)
    handle, _, host = request.path_params["handle"].partition("@")
    if host == site.uris.host:
        return RedirectResponse(site.uris.profile(handle), 301)
    before = cursor(request, "before")
    if not host and wants_activity(request):
        actor = await site.read(_find_actor, handle, "")
        return RedirectResponse(actor.uri, 303, {"vary": "Accept"})
    if wants_activity(request):
        raise NotFound("the document of another server's actor is there")
    profile = await site.read(_read_profile, site, reader, handle, host, before)
    return render(request, "timelines/profile.html", {"profile": profile}, private=reader is not ANYONE)


async def get_tag(request: Request) -> Response:
    """Posts with a hashtag."""
    site, reader = site_of(request), await reader_of(request)
    tag = request.path_params["tag"].lower()
    if len(tag) > limits.NAME_LENGTH or not tag.isprintable():
        raise NotFound("no such hashtag")
    part = await site.read(_read_tag, site, reader, tag, cursor(request, "before"))
    return render(request, "timelines/tag.html", {"tag": tag, "part": part}, private=reader is not ANYONE)


async def get_inbox(request: Request) -> Response:
    """What a person reads at home, for their own programs (AP 5.2); for everybody else there is nothing here."""
    site, reader = site_of(request), await document_reader_of(request)
    handle = request.path_params["handle"].lower()
    if not reader.local or reader.uri != site.uris.person(handle):
        raise NotFound("the inbox of somebody else")
    document = await site.read(_read_inbox, reader, f"{reader.uri}/inbox", cursor(request, "before"))
    return activity_response(document, private=True)


def _read_home(tx: Transaction, site: Site, reader: Reader, before: str | None) -> dict[str, object]:
    actor = get_actor(tx, site.actor_id)

    def read(before: str | None, limit: int) -> list[Entry]:
        return store.local_timeline(tx, reader, site.actor_id, before=before, limit=limit)

    return {
        "part": _read_part(tx, site, reader, read, before),
        "actor": actor,
        "people": count_accounts(tx),
        "followers": count_followers(tx, site.actor_id),
    }


def _read_profile(tx: Transaction, site: Site, reader: Reader, handle: str, host: str, before: str | None) -> Profile:
    actor = _find_actor(tx, handle, host)

    def read(before: str | None, limit: int) -> list[Entry]:
        return store.profile_timeline(tx, reader, actor.id, before=before, limit=limit)

    return Profile(
        actor,
        find_mark(tx, site, actor),
        count_readable_posts(tx, actor.id, reader),
        count_followers(tx, actor.id),
        count_following(tx, actor.id),
        _read_part(tx, site, reader, read, before),
    )


def _find_actor(tx: Transaction, handle: str, host: str) -> StoredActor:
    actor = find_actor_by_address(tx, handle, host) if host else find_local_actor(tx, handle)
    if actor is None:
        raise NotFound("nobody of that address is known here")
    if actor.gone_at is not None:
        raise Gone("the actor is gone")
    return actor


def _read_tag(tx: Transaction, site: Site, reader: Reader, tag: str, before: str | None) -> Part:
    def read(before: str | None, limit: int) -> list[Entry]:
        return store.tag_timeline(tx, reader, tag, before=before, limit=limit)

    return _read_part(tx, site, reader, read, before)


def _read_part(tx: Transaction, site: Site, reader: Reader, read: ReadEntries, before: str | None) -> Part:
    entries, older = _read_page(read, before or None)
    return Part(make_cards(tx, site, reader, store.without_repetitions(entries)), older, is_first=not before)


def _read_page(read: ReadEntries, before: str | None) -> tuple[list[Entry], str | None]:
    """One page and where the next begins. Entries are fewer than rows where a boost leads to nothing, so a short page is asked again."""
    found = read(before, limits.PAGE_ITEMS + 1)
    shown = found[: limits.PAGE_ITEMS]
    if not shown:
        return [], None
    last = shown[-1].key
    has_more = len(found) > len(shown) or bool(read(last, limits.PAGE_ITEMS))
    return shown, last if has_more else None


def _read_inbox(tx: Transaction, reader: Reader, uri: str, before: str | None) -> JsonObject:
    if before is None:
        return render_collection(uri, first=f"{uri}?before=")

    def read(before: str | None, limit: int) -> list[Entry]:
        return store.home_timeline(tx, reader, before=before, limit=limit)

    entries, older = _read_page(read, before or None)
    return render_page(
        f"{uri}?before={before}",
        part_of=uri,
        items=[_item(entry) for entry in entries],
        next_page=f"{uri}?before={older}" if older else None,
    )


def _item(entry: Entry) -> str | JsonObject:
    """A post by its id; a boost as an Announce, whose own id is nobody's concern here."""
    if entry.boosted_by is None:
        return entry.post.uri
    return {"type": "Announce", "actor": entry.boosted_by.uri, "object": entry.post.uri}


ROUTES: list[BaseRoute] = [
    open_page("/", get_home),
    open_page("/@{handle}", get_profile),
    open_page("/tags/{tag}", get_tag),
    open_page("/people/{handle}/inbox", get_inbox),
]
