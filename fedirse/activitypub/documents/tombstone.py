"""What is left of a deleted document."""

from dataclasses import dataclass
from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.contexts.outgoing import OBJECT_CONTEXT
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A deleted document. It says no more than that: not what it was, and of course not what it said.

    Attributes:
        id: URI of what was deleted.
        deleted: when.
    """

    id: str
    deleted: datetime | None = None


def parse_tombstone(document: JsonObject) -> Tombstone:
    """Read a Tombstone in normal form.

    Raises:
        MalformedDocument: "not-a-tombstone", "no-id" or "bad-id".
    """
    if "Tombstone" not in values.many(document.get("type")):
        raise MalformedDocument("the document is not a Tombstone", reason="not-a-tombstone")
    return Tombstone(values.required_id(document), values.parse_datetime(document.get("deleted")))


def render_tombstone(tombstone: Tombstone) -> JsonObject:
    """The inverse of `parse_tombstone`: a whole document, with its context."""
    deleted = values.render_datetime(tombstone.deleted) if tombstone.deleted else None
    return values.present({"@context": list(OBJECT_CONTEXT), "id": tombstone.id, "type": "Tombstone", "deleted": deleted})
