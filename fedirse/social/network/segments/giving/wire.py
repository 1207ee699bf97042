"""Pages of definitions ↔ documents (docs/feps/membership.md). Pure; whether a definition holds is asked of each by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import orjson

from fedirse.activitypub import uris
from fedirse.activitypub.contexts.outgoing import MEMBERSHIP_CONTEXT
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.social.network.roster.wire import read_serial

SEGMENTS_PATH: Final = "/network/segments"


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the definitions that a head office gives to whoever asks.

    Attributes:
        documents: the definitions as they were signed.
        serial: the highest number that the head office had given when it answered.
        next: where the later ones are; None after the last.
    """

    documents: tuple[JsonObject, ...]
    serial: int
    next: str | None


def segments_at(head_office: str) -> str:
    """Where a head office answers for definitions, by the URI of its actor."""
    return f"{uris.origin_of(head_office)}{SEGMENTS_PATH}"


def render_listing(collection: str, documents: Iterable[JsonObject], serial: int, after: int) -> JsonObject:
    """A page of definitions, as many as a reader takes at once.

    Args:
        collection: its address.
        documents: the definitions later than `after`, oldest first.
        serial: the highest number given.
        after: from where on was asked.
    """
    items: list[JsonObject] = []
    room = limits.SEGMENT_PAGE_BYTES
    following = {}
    for document in documents:
        room -= len(orjson.dumps(document))
        if items and room < 0:
            following = {"next": f"{collection}?after={items[-1]['serial']}"}
            break
        items.append(document)
    return {
        "@context": MEMBERSHIP_CONTEXT,
        "id": f"{collection}?after={after}",
        "type": "OrderedCollectionPage",
        "partOf": collection,
        "serial": serial,
        "orderedItems": items,
        **following,
    }


def parse_listing(document: JsonObject, asked: str) -> Listing:
    """The inverse; `asked` is the address that was asked, and a next page elsewhere is none.

    Raises:
        MalformedDocument: "bad-statement".
    """
    items, following = document.get("orderedItems"), document.get("next")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise MalformedDocument("not a page of segments", reason="bad-statement")
    here = isinstance(following, str) and following != asked and following.startswith(f"{uris.origin_of(asked)}{SEGMENTS_PATH}?")
    return Listing(tuple(items), read_serial(document), following if here and items else None)
