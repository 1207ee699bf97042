"""oEmbed (https://oembed.com): what other programs may show of a public post of ours."""

from http import HTTPStatus
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound
from fedirse.base.types import ANYONE, JsonObject
from fedirse.site import Site
from fedirse.social.accounts.pages import open_to_all
from fedirse.social.accounts.visitors import open_page, site_of
from fedirse.social.posts.model import Post
from fedirse.social.posts.sharing.views import is_shareable, title_of_post
from fedirse.social.posts.store import get_readable_post
from fedirse.social.posts.views import Card, cards_of
from fedirse.storage.transaction import Transaction
from fedirse.web.names import plain
from fedirse.web.negotiation import json_response
from fedirse.web.rendering import excerpt, safe_html

WIDTH: Final = 600
NARROWEST: Final = 220


@open_to_all
async def get_oembed(request: Request) -> Response:
    """The public post that `url` names; 404 for anything else, whoever asks and whether it exists or not."""
    site = site_of(request)
    asked = request.query_params
    if asked.get("format", "json") != "json":
        return Response(status_code=HTTPStatus.NOT_IMPLEMENTED)
    card = await site.read(_read_card, site, asked.get("url", ""))
    document = _describe(site, card, _width(asked.get("maxwidth", "")))
    return json_response(document, media_type="application/json", private=False, request=request)


def _read_card(tx: Transaction, site: Site, url: str) -> Card:
    post_id = site.uris.post_id(url)
    if post_id is None:
        raise NotFound("no post of ours")
    # Whoever asks, and whatever they present, only what is for everybody is answered: the answer is shown to others.
    post: Post = get_readable_post(tx, post_id, ANYONE)
    if not is_shareable(post) or post.boost_of is not None:
        raise NotFound("not for everybody")
    return cards_of(tx, site, ANYONE, [post])[0]


def _describe(site: Site, card: Card, width: int) -> JsonObject:
    post, author = card.post, card.author
    return {
        "type": "rich",
        "version": "1.0",
        "title": title_of_post(post, author),
        "author_name": plain(author.display_name),
        "author_url": site.uris.profile(author.handle),
        "provider_name": plain(site.settings.name),
        "provider_url": f"{site.uris.origin}/",
        "cache_age": 3600,
        "html": _html(site, card),
        "width": width,
        # Unknown before it is drawn; readers of Mastodon's answers know this.
        "height": None,
    }


def _html(site: Site, card: Card) -> str:
    """The post as a quotation, cleaned like everything that is shown; of a long one its first sentences, of a veiled one the warning."""
    post, author = card.post, card.author
    if post.warning:
        words = Markup("<p>{}</p>").format(plain(post.warning))
    elif len(post.content) > _LONGEST:
        words = Markup("<p>{}</p>").format(plain(excerpt(post.content)))
    else:
        words = safe_html(post.content, card.trusted_hosts)
    title = Markup("<p><strong>{}</strong></p>").format(plain(post.title)) if post.title else Markup("")
    signed = Markup('<p>— {} (<a href="{}">{}</a>)</p>').format(plain(author.display_name), site.uris.post(post.id), author.address)
    return Markup('<blockquote cite="{}">{}{}{}</blockquote>').format(site.uris.post(post.id), title, words, signed)


_LONGEST: Final = 2000


def _width(asked: str) -> int:
    """As wide as may be: what was asked for, within reason."""
    return max(NARROWEST, min(int(asked), WIDTH)) if asked.isascii() and asked.isdigit() and len(asked) < len("1000000") else WIDTH


ROUTES: list[BaseRoute] = [open_page("/oembed", get_oembed)]
