"""Posts to read: each as a document and as a page in its thread, its answers as a collection, and NodeInfo, which counts them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse import __version__
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.collections import render_collection, render_page
from fedirse.activitypub.documents.object import PostObject, render_object
from fedirse.activitypub.documents.tombstone import Tombstone, render_tombstone
from fedirse.activitypub.nodeinfo import NodeInfo, Version, media_type, render_discovery, render_nodeinfo
from fedirse.base import limits
from fedirse.base.errors import Gone, NotFound, StorageError
from fedirse.base.roles import Permission
from fedirse.base.types import ANYONE, JsonObject, Reader
from fedirse.site import Site
from fedirse.social.accounts.pages import open_to_all
from fedirse.social.accounts.store import count_accounts
from fedirse.social.accounts.visitors import document_reader_of, open_page, reader_of, site_of, visitor_of
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.posts import store
from fedirse.social.posts.composing.circles.views import circles_to_edit
from fedirse.social.posts.composing.model import Circle
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.publishing.actions import render_own_post
from fedirse.social.posts.sharing.views import card_of_post
from fedirse.social.posts.threads import store as threads
from fedirse.social.posts.threads.rules import arrange
from fedirse.social.posts.views import Card, cards_of
from fedirse.social.posts.wire import render_post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.blocks import POST_BLOCKS, Shown, read_post_blocks
from fedirse.web.html import to_text
from fedirse.web.negotiation import activity_response, json_response, wants_activity
from fedirse.web.paging import cursor
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """What the page of a post shows.

    Attributes:
        focus: the post itself.
        above: what it answers, from the first post of the thread down.
        below: what answers it, with the depth of each answer.
        cut: whether the thread has more posts than are shown.
        circle: the sites that the post is for; told to who answers for it, of what is for the network or for a segment.
    """

    focus: Card
    above: list[Card]
    below: list[tuple[Card, int]]
    cut: bool
    circle: Circle | None = None


async def get_post(request: Request) -> Response:
    """A post, as a document or as a page."""
    site, reader = site_of(request), await reader_of(request)
    post_id = request.path_params["post_id"]
    if wants_activity(request):
        document, status = await site.read(_document, site, post_id, reader)
        return activity_response(document, private=reader is not ANYONE, request=request, status=status)
    return await show_thread(request, reader, post_id)


async def show_thread(
    request: Request, reader: Reader, post_id: str, context: Mapping[str, object] | None = None, *, status: int = 200
) -> Response:
    """The page of a post in its thread.

    Args:
        request: the request.
        reader: who reads it.
        post_id: the post.
        context: what the page shows besides.
        status: of the answer.

    Raises:
        NotFound, Gone: no post of that id that the reader may read, or a deleted one.
    """
    site, private = site_of(request), reader is not ANYONE
    visitor = await visitor_of(request)
    page = await site.read(_read_thread, site, post_id, reader, visitor)
    page = replace(page, focus=replace(page.focus, wanted=request.query_params.get("lang", "")))
    share = None if private else card_of_post(site, page.focus, page_language(request))
    beside = await _show_beside(request, visitor, post_id) if visitor is not None else []
    shown = {"page": page, "share": share, "beside": beside, **(context or {})}
    return render(request, "posts/post.html", shown, private=private, status=status)


async def _show_beside(request: Request, visitor: Visitor, post_id: str) -> list[Shown]:
    """What other slices show beside a post, each told once that it was shown."""
    site = site_of(request)
    found = await site.read(read_post_blocks, request.scope.get(POST_BLOCKS, ()), site, visitor, post_id)
    for block in found:
        if block.seen is not None:
            # Reading goes on while nothing can be written.
            with suppress(StorageError):
                await site.write(block.seen, site, visitor.reader, post_id, site.clock.now())
    return found


async def get_replies(request: Request) -> Response:
    """The answers to a post of ours that the reader may read, oldest first: the collection, or a page of it behind `?after=`."""
    site, reader = site_of(request), await document_reader_of(request)
    document = await site.read(_read_replies, site, request.path_params["post_id"], reader, cursor(request, "after"))
    return activity_response(document, private=reader is not ANYONE, request=request)


def _get_post(tx: Transaction, post_id: str, reader: Reader) -> Post:
    """The post if the reader may read it; a boost is no post to read. Raises NotFound."""
    post = store.get_readable_post(tx, post_id, reader)
    if post.kind is PostKind.BOOST:
        raise NotFound("a boost")
    return post


def _document(tx: Transaction, site: Site, post_id: str, reader: Reader) -> tuple[JsonObject, int]:
    """The document and its status. What another server wrote has its document there (ORG-009)."""
    post = _get_post(tx, post_id, reader)
    if not post.local:
        raise NotFound("a post of another server")
    if post.deleted_at is not None:
        return render_tombstone(Tombstone(post.uri, post.deleted_at)), 410
    return render_object(_object(tx, site, post, reader)), 200


def _object(tx: Transaction, site: Site, post: Post, reader: Reader) -> PostObject:
    author = get_actor(tx, post.actor_id)
    if not post.audience.stays:
        return render_own_post(tx, site, author, post)
    # It has no addressing, because it never leaves; our own people may still read it with a program.
    if not reader.local:
        raise NotFound("a post of this site only")
    return render_post(post, author=author, addressing=Addressing(), uris=site.uris, plain=to_text)


def _read_thread(tx: Transaction, site: Site, post_id: str, reader: Reader, visitor: Visitor | None) -> ThreadPage:
    focus = _get_post(tx, post_id, reader)
    if focus.deleted_at is not None:
        raise Gone("post deleted")
    found = threads.list_thread(tx, focus.thread_id or focus.id, reader, limits.THREAD_POSTS + 1)
    cut = len(found) > limits.THREAD_POSTS
    # In a long thread the answers to this very post matter most.
    answers = threads.list_replies(tx, focus.id, reader, limit=limits.PAGE_ITEMS) if cut else []
    thread = arrange(focus, [*found[: limits.THREAD_POSTS], *answers])
    below = [answer.post for answer in thread.below]
    cards = {card.post.id: card for card in cards_of(tx, site, reader, [*thread.above, focus, *below])}
    answers_for = visitor is not None and focus.local and (visitor.actor.id == focus.actor_id or visitor.may(Permission.MODERATE))
    return ThreadPage(
        cards[focus.id],
        [cards[post.id] for post in thread.above],
        [(cards[answer.post.id], answer.depth) for answer in thread.below],
        cut,
        _circle(tx, site, focus) if answers_for else None,
    )


def _circle(tx: Transaction, site: Site, post: Post) -> Circle | None:
    """The sites that a post is for, as the composer counts them; None where they are not known or fewer than what it is addressed to."""
    if post.audience.kind not in {AudienceKind.NETWORK, AudienceKind.SEGMENT} or post.audience.within:
        return None
    circles = circles_to_edit(tx, site, post, site.clock.now())
    found = next((one for one in (circles.network, *circles.segments) if one is not None and one.address == post.audience.of), None)
    return found if found is not None and found.sites else None


def _read_replies(tx: Transaction, site: Site, post_id: str, reader: Reader, after: str | None) -> JsonObject:
    post = _get_post(tx, post_id, reader)
    if not post.local:
        raise NotFound("a post of another server")
    if post.deleted_at is not None:
        raise Gone("post deleted")
    uri = f"{site.uris.post(post.id)}/replies"
    total = threads.count_readable_replies(tx, [post.id], reader).get(post.id, 0)
    if after is None:
        return render_collection(uri, total=total, first=f"{uri}?after=")
    found = threads.list_replies(tx, post.id, reader, after=after, limit=limits.COLLECTION_ITEMS + 1)
    shown = found[: limits.COLLECTION_ITEMS]
    following = f"{uri}?after={shown[-1].id}" if len(found) > len(shown) else None
    return render_page(f"{uri}?after={after}", part_of=uri, items=[answer.uri for answer in shown], total=total, next_page=following)


@open_to_all
async def get_nodeinfo_discovery(request: Request) -> Response:
    """Where NodeInfo is answered."""
    document = render_discovery(site_of(request).uris.origin)
    return json_response(document, media_type="application/json", private=False, request=request)


@open_to_all
async def get_nodeinfo(request: Request) -> Response:
    """NodeInfo: what is public, counted."""
    site = site_of(request)
    version: Version = "2.0" if request.path_params["version"] == "2.0" else "2.1"
    if request.path_params["version"] != version:
        raise NotFound("no such version of NodeInfo")
    document = render_nodeinfo(await site.read(_count, site), version)
    return json_response(document, media_type=media_type(version), private=False, request=request)


def _count(tx: Transaction, site: Site) -> NodeInfo:
    return NodeInfo(
        software_name="fedirse",
        software_version=__version__,
        users_total=count_accounts(tx),
        local_posts=store.count_local_posts(tx),
        metadata={"nodeName": site.settings.name, "nodeDescription": site.settings.description},
    )


ROUTES: list[BaseRoute] = [
    open_page("/posts/{post_id}", get_post),
    open_page("/posts/{post_id}/replies", get_replies),
    open_page("/.well-known/nodeinfo", get_nodeinfo_discovery),
    open_page("/nodeinfo/{version}", get_nodeinfo),
]
