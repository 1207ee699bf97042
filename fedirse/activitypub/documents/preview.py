"""The short form of a long text, for programs that show only Notes (FEP-b2b8)."""

from dataclasses import dataclass
from typing import Any

from fedirse.activitypub import values
from fedirse.base import limits
from fedirse.base.types import JsonObject


@dataclass(frozen=True, slots=True)
class Preview:
    """What to show instead of the whole.

    Attributes:
        type: Note, or what else the publisher chose.
        content: HTML, not sanitised.
        name: plain text.
        summary: HTML, not sanitised.
    """

    type: str = "Note"
    content: str | None = None
    name: str | None = None
    summary: str | None = None


def parse_preview(value: Any) -> Preview | None:
    """An embedded preview; None for a link to one, and for one without words."""
    value = values.first(value)
    if not isinstance(value, dict):
        return None
    content = values.natural_text(value, "content")
    name = values.natural_text(value, "name", limits.NAME_LENGTH)
    summary = values.natural_text(value, "summary")
    if content is None and name is None and summary is None:
        return None
    return Preview(values.type_name(value.get("type"), ("Note",)) or "Note", content, name, summary)


def render_preview(preview: Preview | None) -> JsonObject | None:
    """The inverse of `parse_preview`."""
    if preview is None:
        return None
    return values.present({"type": preview.type, "content": preview.content, "name": preview.name, "summary": preview.summary})
