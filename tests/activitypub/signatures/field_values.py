"""Structured fields as values that compare by type too."""

from typing import Any

from fedirse.activitypub.signatures.structured_fields import InnerList, Item


def types_of(value: Any) -> Any:
    """The value with its types beside it, because True equals 1 and a token equals the string of its characters."""
    if isinstance(value, dict):
        return {key: types_of(inner) for key, inner in value.items()}
    if isinstance(value, Item):
        return types_of(value.value), types_of(value.parameters)
    if isinstance(value, InnerList):
        return [types_of(item) for item in value.items], types_of(value.parameters)
    return type(value), value
