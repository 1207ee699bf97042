"""What one document says about another: its id only, or a copy of it."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, TypeAlias

from fedirse.activitypub import values
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document by its id alone."""

    id: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """A copy of another document. Only `origin` says whether the copy may be believed.

    Attributes:
        document: the copy, in normal form.
        id: its absolute URI; None for an anonymous one, which exists nowhere but here.
        type: its type; None when it names none.
    """

    document: JsonObject
    id: str | None
    type: str | None


Target: TypeAlias = Reference | Embedded


def parse_target(value: Any, known_types: Container[str] = ()) -> Target | None:
    """Read one value of a property such as `object`.

    Returns:
        None for nothing, and for values that are neither a URI nor an object.

    Raises:
        MalformedDocument: "bad-id" when it names an id that is not an absolute URI.
    """
    if isinstance(value, str):
        return Reference(_checked(value)) if value else None
    if not isinstance(value, dict):
        return None
    own_id = values.own_id(value)
    href = value.get("href")
    if own_id is None and isinstance(href, str):
        return Reference(_checked(href))
    # Some programs write a reference as an object with nothing but its id.
    if own_id is not None and len(value) == 1:
        return Reference(own_id)
    return Embedded(value, own_id, values.type_name(value.get("type"), known_types))


def find_target(value: Any) -> Target | None:
    """Like `parse_target`, for what can be done without: of several the first, and None for a bad id as well."""
    if value is None:
        return None
    try:
        return parse_target(values.first(value))
    except MalformedDocument:
        return None


def _checked(value: str) -> str:
    if not values.is_uri(value):
        raise MalformedDocument("what is pointed to is not an absolute URI", reason="bad-id")
    return value
