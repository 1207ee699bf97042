"""Where feeds are answered: `/feed` of the site, `/@name/feed`, `/tags/x/feed`; each as Atom, and with `.rss` behind it as RSS."""

from collections.abc import Awaitable, Callable
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.social.accounts.visitors import Endpoint, open_page, site_of
from fedirse.social.timelines.feeds.model import Feed
from fedirse.social.timelines.feeds.views import feed_of_actor, feed_of_site, feed_of_tag
from fedirse.social.timelines.feeds.wire import ATOM_TYPE, RSS_TYPE, render_atom, render_rss
from fedirse.social.timelines.pages import tag_of
from fedirse.web.negotiation import PUBLIC

ReadFeed = Callable[[Request], Awaitable[Feed]]


async def _read_site(request: Request) -> Feed:
    site = site_of(request)
    return await site.read(feed_of_site, site)


async def _read_actor(request: Request) -> Feed:
    site = site_of(request)
    return await site.read(feed_of_actor, site, request.path_params["handle"])


async def _read_tag(request: Request) -> Feed:
    site, tag = site_of(request), tag_of(request)
    return await site.read(feed_of_tag, site, tag, f"/tags/{quote(tag, safe='')}")


def _as_atom(read: ReadFeed) -> Endpoint:
    async def get_atom(request: Request) -> Response:
        feed = await read(request)
        return _answer(request, feed, render_atom(feed), ATOM_TYPE)

    return get_atom


def _as_rss(read: ReadFeed) -> Endpoint:
    async def get_rss(request: Request) -> Response:
        feed = await read(request)
        return _answer(request, feed, render_rss(feed), RSS_TYPE)

    return get_rss


def _answer(request: Request, feed: Feed, body: bytes, media_type: str) -> Response:
    """The feed, or that nothing has changed. The same for whoever asks, so that anybody may keep it."""
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"content-type": f"{media_type}; charset=utf-8", "cache-control": PUBLIC, "etag": tag}
    if feed.items:
        headers["last-modified"] = format_datetime(feed.updated.replace(microsecond=0), usegmt=True)
    if _has_already(request, feed, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers)


def _has_already(request: Request, feed: Feed, tag: str) -> bool:
    """RFC 9110, section 13.2.2: the tag decides where there is one, because a deletion changes no date."""
    asked = request.headers.get("if-none-match")
    if asked is not None:
        return tag in {candidate.strip().removeprefix("W/") for candidate in asked.split(",")}
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return bool(feed.items) and since.tzinfo is not None and feed.updated.replace(microsecond=0) <= since


ROUTES: list[BaseRoute] = [
    open_page("/feed", _as_atom(_read_site)),
    open_page("/feed.rss", _as_rss(_read_site)),
    open_page("/@{handle}/feed", _as_atom(_read_actor)),
    open_page("/@{handle}/feed.rss", _as_rss(_read_actor)),
    open_page("/tags/{tag}/feed", _as_atom(_read_tag)),
    open_page("/tags/{tag}/feed.rss", _as_rss(_read_tag)),
]
