"""One page of any timeline, as templates show it: its cards, and where the pages before and after it begin."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from fedirse.base import limits
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.posts.views import Card, make_cards
from fedirse.social.timelines.store import Entry, Window, without_repetitions
from fedirse.storage.transaction import Transaction
from fedirse.web.paging import cursor

ReadEntries = Callable[[Window], list[Entry]]
"""Reads a stretch of a timeline."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a timeline a page begins: below the id `before`, or above the id `after`; at the newest entry for neither."""

    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a timeline.

    Attributes:
        cards: its posts.
        older: the id behind which the next page begins; None at the end.
        newer: the id above which the previous page ends; None on the newest page.
        is_first: whether it is the newest page.
        newest: the id of its first entry; None where there is nothing.
    """

    cards: list[Card]
    older: str | None
    newer: str | None
    is_first: bool
    newest: str | None = None


def place_of(request: Request) -> Place:
    """Where the page begins that a request asks for. Raises NotFound for what is no id of ours."""
    return Place(cursor(request, "before") or None, cursor(request, "after") or None)


def read_part(tx: Transaction, site: Site, reader: Reader, read: ReadEntries, place: Place) -> Part:
    """The page of a timeline that begins at `place`, each post on it once."""
    entries, older, newer = read_page(read, place, limits.TIMELINE_ITEMS)
    cards = make_cards(tx, site, reader, without_repetitions(entries))
    is_first = newer is None and not place.before
    return Part(cards, older, newer, is_first, entries[0].key if entries else None)


def read_page(read: ReadEntries, place: Place, size: int) -> tuple[list[Entry], str | None, str | None]:
    """The at most `size` entries of one page, and where the older and the newer one begin.

    A page that would reach above the newest entry is the newest page, as long as any other.
    """
    if place.after is not None:
        found = read(Window(size + 1, after=place.after))
        if len(found) > size:
            shown = found[-size:]
            return shown, shown[-1].key, shown[0].key
        place = Place()
    found = read(Window(size + 1, before=place.before))
    shown = found[:size]
    if not shown:
        return [], None, None
    last = shown[-1].key
    # Entries are fewer than rows where a boost leads to nothing, so behind a short page is looked again.
    has_more = len(found) > len(shown) or bool(read(Window(before=last)))
    return shown, last if has_more else None, shown[0].key if place.before else None
