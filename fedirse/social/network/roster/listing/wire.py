"""Pages of statements ↔ documents (docs/feps/membership.md). Pure; whether a statement holds is asked of each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fedirse.activitypub import uris
from fedirse.activitypub.vocabulary import AS2
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

PAGE: Final = 200
ROSTER_PATH: Final = "/network/roster"
MEMBERS_PATH: Final = "/network/members"


@dataclass(frozen=True, slots=True)
class Page:
    """Some statements, and where the later ones are."""

    documents: tuple[JsonObject, ...]
    next: str | None


def roster_at(actor: str) -> str:
    """Where a member answers for the roster, by the URI of its site's actor."""
    return f"{uris.origin_of(actor)}{ROSTER_PATH}"


def members_at(actor: str, after: int) -> str:
    """Where a member answers for the statements later than a serial."""
    return f"{uris.origin_of(actor)}{MEMBERS_PATH}?after={after}"


def render_statements(collection: str, documents: Sequence[JsonObject], after: int) -> JsonObject:
    """A page of statements as they were signed: each keeps its own context, over which its proof is made."""
    page: JsonObject = {
        "@context": [AS2],
        "id": f"{collection}?after={after}",
        "type": "OrderedCollectionPage",
        "partOf": collection,
        "orderedItems": list(documents),
    }
    return page | ({"next": f"{collection}?after={documents[-1]['serial']}"} if len(documents) == PAGE else {})


def parse_statements(document: JsonObject, asked: str) -> Page:
    """The inverse.

    Args:
        document: what was answered.
        asked: the address that was asked; a next page elsewhere is none.

    Raises:
        MalformedDocument: "bad-statement".
    """
    items, following = document.get("orderedItems"), document.get("next")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise MalformedDocument("not a page of statements", reason="bad-statement")
    here = isinstance(following, str) and following != asked and following.startswith(f"{uris.origin_of(asked)}{MEMBERS_PATH}?")
    return Page(tuple(items), following if here and items else None)
