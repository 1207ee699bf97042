"""The page of one's own bookmarks; nobody else's can be asked for."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.accounts.visitors import page, site_of
from fedirse.social.posts.reactions.store import list_bookmarks
from fedirse.social.posts.store import list_readable_posts
from fedirse.social.posts.views import Card, cards_of
from fedirse.storage.transaction import Transaction
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of bookmarks.

    Attributes:
        cards: the posts, the latest bookmark first.
        older: where the next page begins, None on the last.
        is_first: whether it begins with the latest bookmark.
    """

    cards: list[Card]
    older: str | None
    is_first: bool


async def get_bookmarks(request: Request, visitor: Visitor) -> Response:
    """What the visitor marked and may still read."""
    site, before = site_of(request), cursor(request, "before")
    shelf = await site.read(_read_shelf, site, visitor.reader, before or None)
    return render(request, "bookmarks/bookmarks.html", {"shelf": shelf})


def _read_shelf(tx: Transaction, site: Site, reader: Reader, before: str | None) -> Shelf:
    found = list_bookmarks(tx, reader, before=before, limit=limits.PAGE_ITEMS + 1)
    shown = found[: limits.PAGE_ITEMS]
    marked = list_readable_posts(tx, [bookmark.post_id for bookmark in shown], reader)
    cards = cards_of(tx, site, reader, [marked[bookmark.post_id] for bookmark in shown])
    return Shelf(cards, shown[-1].id if len(found) > len(shown) else None, before is None)


ROUTES: list[BaseRoute] = [page("/bookmarks", get_bookmarks)]
