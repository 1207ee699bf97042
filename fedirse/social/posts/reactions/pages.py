"""The buttons under a post: each is a form, and answers a script that asks for JSON with what is so now."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.actors import StoredActor
from fedirse.base.errors import Gone, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.visitors import Gated, deed, safe_path, site_of
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.reactions.actions import bookmark_post, boost_post, like_post, unbookmark_post, unboost_post, unlike_post
from fedirse.social.posts.reactions.model import NOTHING, Mine
from fedirse.social.posts.reactions.store import list_mine
from fedirse.social.posts.store import get_readable_post
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.languages import number, translations
from fedirse.web.negotiation import VARY
from fedirse.web.notices import go_on
from fedirse.web.rendering import page_language
from fedirse.web.visitor import Visitor

Deed = Callable[[Transaction, Site, StoredActor, str, datetime], object]

LIKED: Final = N_("You like this post.")
UNLIKED: Final = N_("You no longer like this post.")
BOOSTED: Final = N_("You boosted this post: those who follow you see it.")
UNBOOSTED: Final = N_("Your boost is taken back.")
BOOKMARKED: Final = N_("Kept in your bookmarks, which nobody else sees.")
UNBOOKMARKED: Final = N_("Removed from your bookmarks.")


def _bookmark(tx: Transaction, _site: Site, actor: StoredActor, post_id: str, now: datetime) -> None:
    bookmark_post(tx, actor, post_id, now)


def _unbookmark(tx: Transaction, _site: Site, actor: StoredActor, post_id: str, _now: datetime) -> None:
    unbookmark_post(tx, actor, post_id)


def _react(tx: Transaction, site: Site, actor: StoredActor, post_id: str, do: Deed, now: datetime) -> tuple[Post, Mine]:
    """Do it to a post that the actor may read and that is still there; what is so afterwards."""
    post = get_readable_post(tx, post_id, reader_for(actor))
    if post.kind is PostKind.BOOST:
        raise NotFound("a boost")
    if post.deleted_at is not None:
        raise Gone("post deleted")
    do(tx, site, actor, post.id, now)
    return get_readable_post(tx, post.id, reader_for(actor)), list_mine(tx, actor.id, [post.id]).get(post.id, NOTHING)


def _reaction(name: str, do: Deed, done: str, needs: Permission) -> Gated:
    """The route of one button."""

    async def react(request: Request, visitor: Visitor, form: Form) -> Response:
        site, post_id = site_of(request), request.path_params["post_id"]
        post, mine = await site.write(_react, site, visitor.actor, post_id, do, site.clock.now())
        if "application/json" in request.headers.get("accept", ""):
            return _state(request, post, mine, done)
        return go_on(request, way_back(request, form, post.id), done)

    react.__name__ = f"post_{name}"
    return deed(f"/posts/{{post_id}}/{name}", react, needs=needs)


def way_back(request: Request, form: Form, post_id: str) -> str:
    """The page of this site that a button was on, at its post; the same part of a list where the browser tells."""
    page = safe_path(form.text("return_to"), f"/posts/{post_id}").partition("#")[0]
    seen = request.headers.get("referer", "").removeprefix(site_of(request).uris.origin)
    return (safe_path(seen, page) if seen.partition("?")[0] == page else page) + f"#post-{post_id}"


def _state(request: Request, post: Post, mine: Mine, done: str) -> Response:
    language = page_language(request)
    state = {
        "liked": mine.liked,
        "boosted": mine.boosted,
        "bookmarked": mine.bookmarked,
        "likes": number(post.likes, language) if post.likes else "",
        "boosts": number(post.boosts, language) if post.boosts else "",
        "says": translations(language).gettext(done),
    }
    return JSONResponse(state, headers={"cache-control": "private, no-store", "vary": VARY})


ROUTES: list[BaseRoute] = [
    _reaction("like", like_post, LIKED, Permission.REACT),
    _reaction("unlike", unlike_post, UNLIKED, Permission.REACT),
    _reaction("boost", boost_post, BOOSTED, Permission.WRITE),
    _reaction("unboost", unboost_post, UNBOOSTED, Permission.WRITE),
    _reaction("bookmark", _bookmark, BOOKMARKED, Permission.REACT),
    _reaction("unbookmark", _unbookmark, UNBOOKMARKED, Permission.REACT),
]
