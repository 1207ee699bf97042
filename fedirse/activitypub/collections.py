"""Collections and their pages (AP 5): written newest first, read in every shape that programs send.

Fetching the next page, noticing that a page was seen before and stopping somewhere are the fetcher's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fedirse.activitypub import values
from fedirse.activitypub.contexts.outgoing import COLLECTION_CONTEXT
from fedirse.activitypub.documents.framing import joined_context, without_context
from fedirse.activitypub.documents.reference import Target, find_target
from fedirse.activitypub.vocabulary import COLLECTION_TYPES
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

# What tells an embedded page from an object that only names it.
_PAGE_MEMBERS = frozenset({"items", "orderedItems", "next"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection, or one page of it.

    Attributes:
        id: its URI; None for an embedded one without.
        type: Collection, OrderedCollection, or either with Page.
        items: what is listed here and, when the first page came with it, there; those that cannot be read are left out.
        total: how many it says it has; None when it does not say.
        first: where the first page is, when it did not come with it.
        next: where the page after the listed items is.
        prev: where the page before is.
        part_of: the collection that a page belongs to.
        owner: whom it is attributed to.
    """

    id: str | None
    type: str
    items: tuple[Target, ...] = ()
    total: int | None = None
    first: str | None = None
    next: str | None = None
    prev: str | None = None
    part_of: str | None = None
    owner: str | None = None


def parse_collection(document: JsonObject) -> Collection:
    """Read a collection or a page in normal form: items inline, ids only, one item without a list, first page embedded or linked.

    Raises:
        MalformedDocument: "not-a-collection", or "bad-id".
    """
    collection_type = values.type_name(document.get("type"), COLLECTION_TYPES)
    if collection_type not in COLLECTION_TYPES:
        raise MalformedDocument("the document is not a collection", reason="not-a-collection")
    page = _embedded_page(document)
    parts = [document] if page is None else [document, page]
    return Collection(
        id=values.own_id(document),
        type=collection_type,
        items=tuple(item for part in parts for item in _parse_items(part)),
        total=values.count(document.get("totalItems")),
        first=values.uri(document.get("first")) if page is None else None,
        next=values.uri(parts[-1].get("next")),
        prev=values.uri(document.get("prev")),
        part_of=values.uri(document.get("partOf")),
        owner=values.uri(document.get("attributedTo")),
    )


def render_collection(
    collection_id: str,
    *,
    total: int | None = None,
    items: Sequence[str | JsonObject] | None = None,
    first: str | None = None,
    last: str | None = None,
    owner: str | None = None,
) -> JsonObject:
    """An OrderedCollection: with `items` a whole one, with `first` one that is read page by page.

    `total` is left out where even the number tells too much.
    """
    return {
        "@context": joined_context(COLLECTION_CONTEXT, items or ()),
        "id": collection_id,
        "type": "OrderedCollection",
        **values.present({"attributedTo": owner, "totalItems": total, "first": first, "last": last}),
        **_render_items(items),
    }


def render_page(
    page_id: str,
    *,
    part_of: str,
    items: Sequence[str | JsonObject],
    total: int | None = None,
    next_page: str | None = None,
    prev_page: str | None = None,
) -> JsonObject:
    """An OrderedCollectionPage. `items` are ids, or documents as rendered here: their contexts are taken off."""
    return {
        "@context": joined_context(COLLECTION_CONTEXT, items),
        "id": page_id,
        "type": "OrderedCollectionPage",
        "partOf": part_of,
        **values.present({"totalItems": total, "next": next_page, "prev": prev_page}),
        **_render_items(items),
    }


def _embedded_page(document: JsonObject) -> JsonObject | None:
    """The first page where it came with the collection; a page that calls itself its first one has nothing more to tell."""
    page = values.first(document.get("first"))
    if not isinstance(page, dict) or _PAGE_MEMBERS.isdisjoint(page):
        return None
    return page if page.get("id") is None or page.get("id") != document.get("id") else None


def _parse_items(document: JsonObject) -> tuple[Target, ...]:
    listed = [*values.many(document.get("orderedItems")), *values.many(document.get("items"))]
    # One member that is out of order does not cost the others.
    return tuple(item for value in listed if (item := find_target(value)) is not None)


def _render_items(items: Sequence[str | JsonObject] | None) -> JsonObject:
    # An empty page says so with an empty list.
    return {} if items is None else {"orderedItems": [without_context(item) for item in items]}
