"""When two documents in normal form say the same: what the readers of `values` cannot tell apart."""

import json
from typing import Any


def meaning(document: Any) -> str:
    """The document as a text that is equal for all that say the same.

    A value and a list of that one value are one; null, an empty list and an absent member are nothing. The order of members does not
    count, that of lists does; 1, 1.0 and true are three things.
    """
    return json.dumps(_simplest(document), sort_keys=True)


def _simplest(value: Any) -> Any:
    if isinstance(value, list):
        items = [item for item in map(_simplest, value) if item is not None]
        return items if len(items) > 1 else next(iter(items), None)
    if isinstance(value, dict):
        found = ((name, _simplest(member)) for name, member in value.items())
        return {name: member for name, member in found if member is not None}
    return value
