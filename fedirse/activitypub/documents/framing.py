"""Puts rendered documents into one another: the outermost has the `@context`, and it is enough for all of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from fedirse.activitypub import values


def joined_context(own: Sequence[Any], parts: Iterable[Any]) -> list[Any]:
    """The context of the outer document, followed by the entries that the embedded ones need besides, each once."""
    context = list(own)
    for part in parts:
        if isinstance(part, dict):
            context += [entry for entry in values.many(part.get("@context")) if entry not in context]
    return context


def without_context(part: Any) -> Any:
    """The part as it stands inside another document. What is rendered here has no context deeper down."""
    if isinstance(part, dict):
        return {name: member for name, member in part.items() if name != "@context"}
    return part
