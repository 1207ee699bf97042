"""The page of the search, the lookup of what is elsewhere, and what the composer completes names and hashtags with."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import FedirseError, NotFound, StorageError
from fedirse.base.roles import Permission
from fedirse.base.types import ANYONE, Reader
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, open_page, page, reader_of, site_of, visitor_of
from fedirse.social.posts.views import Card, cards_of
from fedirse.social.search.jobs import freshen
from fedirse.social.search.lookup.actions import find_known, look_up, page_of
from fedirse.social.search.lookup.rules import names_one
from fedirse.social.search.model import TagFound
from fedirse.social.search.people.store import complete_names, search_people
from fedirse.social.search.rules import parse_query
from fedirse.social.search.store import search_posts
from fedirse.social.search.tags.store import complete_tags, search_tags
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.negotiation import json_response
from fedirse.web.rendering import profile_path, render
from fedirse.web.visitor import Visitor

Tab = Literal["posts", "people", "tags"]

_KEY: Final = re.compile(r"[0-9][0-7][0-9A-HJKMNP-TV-Z]{25}")
_OWN_PAGES: Final = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Results:
    """What one tab of the page shows.

    Attributes:
        cards: posts that fit.
        people: people that fit.
        tags: hashtags that fit.
        older: where the next page of posts begins; None at the end.
        cut: whether more posts fit than were compared.
        is_first: whether these are the best ones.
    """

    cards: list[Card]
    people: list[StoredActor]
    tags: list[TagFound]
    older: str | None = None
    cut: bool = False
    is_first: bool = True


async def get_search(request: Request) -> Response:
    """What fits a question, in one of three tabs; a handle or an address leads to whom or what it names.

    Another server is asked only for somebody who asked on a page of ours: a link elsewhere cannot make a visitor's site fetch.
    """
    site, reader, visitor = site_of(request), await reader_of(request), await visitor_of(request)
    typed = _typed(request.query_params.get("q", ""))
    if not reader.local and not site.settings.anonymous_search:
        return render(request, "search/closed.html", {"typed": typed}, private=reader is not ANYONE)
    if visitor is None or not names_one(typed) or not visitor.may(Permission.REACT):
        return await _show(request, reader, typed)
    try:
        asks = request.headers.get("sec-fetch-site") in _OWN_PAGES
        found = await (look_up if asks else find_known)(site, reader, typed)
    except StorageError:
        raise
    except FedirseError as error:
        return await _show(request, reader, typed, error=error)
    return RedirectResponse(page_of(found), 303) if found is not None else await _show(request, reader, typed, elsewhere=True)


async def post_search(request: Request, visitor: Visitor, form: Form) -> Response:
    """Ask the server of a handle or an address about it."""
    typed = _typed(form.text("q"))
    try:
        found = await look_up(site_of(request), visitor.reader, typed)
    except StorageError:
        raise
    except FedirseError as error:
        return await _show(request, visitor.reader, typed, error=error)
    return RedirectResponse(page_of(found), 303)


async def _show(request: Request, reader: Reader, typed: str, *, error: FedirseError | None = None, elsewhere: bool = False) -> Response:
    """The page with what is known here.

    Args:
        request: the request.
        reader: who asks.
        typed: what was typed.
        error: what became of a lookup.
        elsewhere: whether another server could be asked.
    """
    site = site_of(request)
    tab = _tab(request, typed)
    before = request.query_params.get("before") or None
    if before is not None and not _KEY.fullmatch(before):
        raise NotFound("before is no place in a list")
    results = None
    if typed:
        await freshen(site)
        results = await site.read(_search, site, reader, typed, tab, before)
    context = {"typed": typed, "tab": tab, "results": results, "error": error, "elsewhere": elsewhere}
    return render(request, "search/search.html", context, private=reader is not ANYONE)


def _search(tx: Transaction, site: Site, reader: Reader, typed: str, tab: Tab, before: str | None) -> Results:
    if tab == "people":
        return Results([], search_people(tx, reader, typed), [])
    if tab == "tags":
        return Results([], [], search_tags(tx, reader, typed))
    found = search_posts(tx, reader, parse_query(typed), before=before)
    return Results(cards_of(tx, site, reader, found.posts), [], [], found.older, found.cut, is_first=before is None)


def _tab(request: Request, typed: str) -> Tab:
    """The tab that was chosen, else the one that what was typed is for."""
    match request.query_params.get("in"):
        case "posts":
            return "posts"
        case "people":
            return "people"
        case "tags":
            return "tags"
    single = not typed.split()[1:]
    return "people" if single and "@" in typed and not typed.startswith(("from:", "de:", "http")) else "posts"


def _typed(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[: limits.SEARCH_QUERY_CHARACTERS]


async def get_names(request: Request, visitor: Visitor) -> Response:
    """Whom the beginning of a name or address may mean, for a composer: what to write, and the name to show."""
    site = site_of(request)
    await freshen(site)
    found = await site.read(complete_names, visitor.reader, _typed(request.query_params.get("q", "")))
    names = [{"mention": _mention(actor), "name": actor.display_name, "path": profile_path(actor)} for actor in found]
    return json_response({"names": names}, media_type="application/json", private=True)


async def get_tags(request: Request, visitor: Visitor) -> Response:
    """Which hashtags begin like that, for a composer, with how many posts the visitor may read under each (up to a bound)."""
    site = site_of(request)
    await freshen(site)
    found = await site.read(complete_tags, visitor.reader, _typed(request.query_params.get("q", "")))
    tags = [{"tag": tag.tag, "posts": tag.posts} for tag in found]
    return json_response({"tags": tags}, media_type="application/json", private=True)


def _mention(actor: StoredActor) -> str:
    return f"@{actor.handle}" if actor.local else actor.address


ROUTES: list[BaseRoute] = [
    open_page("/search", get_search),
    deed("/search", post_search, Permission.REACT),
    page("/completion/names", get_names),
    page("/completion/tags", get_tags),
]
