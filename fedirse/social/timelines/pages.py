"""Lists of posts to read: the site's own page, what its people say, a person's home, hashtags, and the inbox that programs read."""

from collections.abc import Callable, Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.activitypub.collections import render_collection, render_page
from fedirse.base import limits
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission
from fedirse.base.types import ANYONE, JsonObject, Reader
from fedirse.site import Site
from fedirse.social.accounts.store import count_accounts
from fedirse.social.accounts.visitors import document_reader_of, open_page, page, reader_of, site_of, visitor_of
from fedirse.social.catching_up.views import view_arriving
from fedirse.social.follows.store import count_followers, count_following
from fedirse.social.network.store import current_network
from fedirse.social.posts.composing.views import Wish, new_composer
from fedirse.social.posts.sharing.views import card_of_site
from fedirse.social.timelines import store
from fedirse.social.timelines.store import Entry, Window
from fedirse.social.timelines.views import Part, Place, place_of, read_page, read_part
from fedirse.storage.transaction import Transaction
from fedirse.web.blocks import HOME_BLOCKS, HomeBlock, read_home_blocks
from fedirse.web.negotiation import activity_response, json_response
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

ReadTimeline = Callable[[Transaction, Reader, Window], list[Entry]]
"""Reads a stretch of a timeline of one reader."""


async def get_home(request: Request) -> Response:
    """For who is signed in what those they follow say; for everybody else the site's own page."""
    visitor = await visitor_of(request)
    site, reader = site_of(request), await reader_of(request)
    place = place_of(request)
    if visitor is None:
        context = await site.read(_read_front, site, reader, place)
        private = reader is not ANYONE
        return render(request, "timelines/front.html", {**context, "share": None if private else card_of_site(site)}, private=private)
    context = await site.read(_read_home, site, visitor, place, request.scope.get(HOME_BLOCKS, ()))
    return render(request, "timelines/home.html", context)


async def get_followed(request: Request, visitor: Visitor) -> Response:
    """Home without what is for the network."""
    return await _show_list(request, visitor, "followed", store.followed_timeline)


async def get_network(request: Request, visitor: Visitor) -> Response:
    """What is for the network and for segments of it."""
    return await _show_list(request, visitor, "network", store.network_timeline)


async def get_news(request: Request, visitor: Visitor) -> Response:
    """How many posts stand at home above the one with the id `after`, as far as a page goes; asked by the page itself."""
    after = cursor(request, "after")
    if not after:
        raise NotFound("above which post")
    found = await site_of(request).read(store.home_timeline, visitor.reader, Window(limits.TIMELINE_ITEMS, after=after))
    return json_response({"count": len(found)}, media_type="application/json", private=True)


async def get_local(request: Request) -> Response:
    """What the people of this site say, and the organisations it follows."""
    site, reader = site_of(request), await reader_of(request)
    context = await site.read(_read_site_page, site, reader, place_of(request))
    private = reader is not ANYONE
    return render(request, "timelines/local.html", {**context, "share": None if private else card_of_site(site)}, private=private)


async def get_tag(request: Request) -> Response:
    """Posts with a hashtag."""
    site, reader = site_of(request), await reader_of(request)
    tag = tag_of(request)
    part = await site.read(_read_tag, site, reader, tag, place_of(request))
    private = reader is not ANYONE
    return render(request, "timelines/tag.html", {"tag": tag, "part": part, "is_public": not private}, private=private)


async def get_inbox(request: Request) -> Response:
    """What a person reads at home, for their own programs (AP 5.2); for everybody else there is nothing here."""
    site, reader = site_of(request), await document_reader_of(request)
    handle = request.path_params["handle"].lower()
    if not reader.local or reader.uri != site.uris.person(handle):
        raise NotFound("the inbox of somebody else")
    document = await site.read(_read_inbox, reader, f"{reader.uri}/inbox", cursor(request, "before"))
    return activity_response(document, private=True)


async def _show_list(request: Request, visitor: Visitor, which: str, read: ReadTimeline) -> Response:
    site = site_of(request)
    part = await site.read(_read_list, site, visitor.reader, read, place_of(request))
    return render(request, "timelines/list.html", {"part": part, "which": which})


def tag_of(request: Request) -> str:
    """The hashtag that the address names, lower-case. Raises NotFound for what cannot be one."""
    tag: str = request.path_params["tag"].lower()
    if len(tag) > limits.NAME_LENGTH or not tag.isprintable():
        raise NotFound("no such hashtag")
    return tag


def _read_front(tx: Transaction, site: Site, reader: Reader, place: Place) -> dict[str, object]:
    return {
        "part": _read_local(tx, site, reader, place),
        "people": count_accounts(tx),
        "followers": count_followers(tx, site.actor_id),
    }


def _read_home(tx: Transaction, site: Site, visitor: Visitor, place: Place, blocks: Sequence[HomeBlock]) -> dict[str, object]:
    def read(window: Window) -> list[Entry]:
        return store.home_timeline(tx, visitor.reader, window)

    part = read_part(tx, site, visitor.reader, read, place)
    writes = part.is_first and visitor.may(Permission.WRITE)
    draft_id = new_id(site.clock.now())
    composer = new_composer(tx, site, visitor.actor, draft_id, visitor.language, Wish()) if writes else None
    networked = current_network(tx) is not None
    arriving = view_arriving(tx, site.clock.now()) if part.is_first else []
    following = count_following(tx, visitor.actor.id)
    above = read_home_blocks(tx, blocks, site, visitor) if part.is_first else []
    context = {"part": part, "arriving": arriving, "composer": composer, "following": following}
    return {**context, "above": above, "networked": networked}


def _read_list(tx: Transaction, site: Site, reader: Reader, timeline: ReadTimeline, place: Place) -> Part:
    """A part of home. Raises NotFound where the site is in no network: all of home is of one kind then."""
    if current_network(tx) is None:
        raise NotFound("in no network")
    return read_part(tx, site, reader, partial(timeline, tx, reader), place)


def _read_site_page(tx: Transaction, site: Site, reader: Reader, place: Place) -> dict[str, object]:
    return {"part": _read_local(tx, site, reader, place), "networked": current_network(tx) is not None}


def _read_local(tx: Transaction, site: Site, reader: Reader, place: Place) -> Part:
    def read(window: Window) -> list[Entry]:
        return store.local_timeline(tx, reader, site.actor_id, window)

    return read_part(tx, site, reader, read, place)


def _read_tag(tx: Transaction, site: Site, reader: Reader, tag: str, place: Place) -> Part:
    def read(window: Window) -> list[Entry]:
        return store.tag_timeline(tx, reader, tag, window)

    return read_part(tx, site, reader, read, place)


def _read_inbox(tx: Transaction, reader: Reader, uri: str, before: str | None) -> JsonObject:
    if before is None:
        return render_collection(uri, first=f"{uri}?before=")

    def read(window: Window) -> list[Entry]:
        return store.home_timeline(tx, reader, window)

    entries, older, _ = read_page(read, Place(before or None), limits.PAGE_ITEMS)
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
    page("/followed", get_followed),
    page("/network", get_network),
    page("/newer-posts", get_news),
    open_page("/local", get_local),
    open_page("/tags/{tag}", get_tag),
    open_page("/people/{handle}/inbox", get_inbox),
]
