"""The first parse of foreign bytes, and the only one: JSON in UTF-8 that everybody reads the same way.

A document that passes cannot make a later layer fail by its depth, its numbers or its characters. What it means is not looked at.
"""

import json
import re
from typing import Any, Final

import orjson

from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

_HIGHEST: Final = limits.JSON_HIGHEST_INTEGER

# Read from left to right, so that the second half of an escaped backslash never starts an escape.
_ESCAPES = re.compile(rb"\\(u0000|.)")

# What orjson says, and what we call it; the first match counts.
_REASONS = (
    ("not valid UTF-8", "not-utf8"),
    ("byte order mark", "not-utf8"),
    ("depth limit", "too-deep"),
    ("surrogate", "lone-surrogate"),
    ("infinity", "number-out-of-range"),
)


def parse(body: bytes) -> JsonObject:
    """The JSON object that `body` holds.

    Takes RFC 8259 in UTF-8 without a byte order mark and, of what that leaves to the reader (RFC 7493): an object at the top,
    nesting within `limits.JSON_DEPTH` (the object at the top is 1 deep), no duplicate keys, integers within ±(2^63 - 1), finite
    numbers, no U+0000 and no lone surrogate, `limits.JSON_KEYS_PER_OBJECT` keys, `limits.JSON_LIST_ITEMS` items. The size of the
    body is the caller's to check.

    Raises:
        MalformedDocument: "not-utf8", "not-json", "not-an-object", "too-deep", "duplicate-key", "number-out-of-range",
            "nul-character", "lone-surrogate", "too-many-keys" or "too-many-items".
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _refusal(error) from error
    if type(document) is not dict:
        raise MalformedDocument("the document is not a JSON object", reason="not-an-object")
    escapes = _ESCAPES.findall(body)
    if b"u0000" in escapes:
        raise MalformedDocument("a string holds U+0000", reason="nul-character")
    # Every string is written between two quotes, and the parser keeps each but the earlier ones of a repeated key.
    if body.count(b'"') - escapes.count(b'"') != 2 * _check(document, body):
        raise MalformedDocument("a key is written twice", reason="duplicate-key")
    return document


def render(document: JsonObject) -> bytes:
    """The document as compact JSON in UTF-8, keys in their order; the bytes that are signed and sent."""
    return orjson.dumps(document)


def _check(document: JsonObject, body: bytes) -> int:
    """How many strings there are in the document, keys included; raises for what is too deep, too many or too large."""
    strings = 0
    large = False
    level: list[Any] = [document]
    depth = 0
    while level:
        depth += 1
        if depth > limits.JSON_DEPTH:
            raise MalformedDocument("the document is nested too deeply", reason="too-deep")
        deeper: list[Any] = []
        for container in level:
            if type(container) is dict:
                _check_length(container, limits.JSON_KEYS_PER_OBJECT, "too-many-keys")
                strings += len(container)
                members = container.values()
            else:
                _check_length(container, limits.JSON_LIST_ITEMS, "too-many-items")
                members = container
            for member in members:
                kind = type(member)
                if kind is str:
                    strings += 1
                elif kind is dict or kind is list:
                    deeper.append(member)
                elif (kind is int or kind is float) and not -_HIGHEST <= member <= _HIGHEST:
                    large = True
        level = deeper
    if large:
        # orjson makes a float of a whole number beyond 64 bits; here, after the depth, the text is asked which one it was.
        json.loads(body, parse_int=_whole_number)
    return strings


def _check_length(container: Any, highest: int, reason: str) -> None:
    if len(container) > highest:
        raise MalformedDocument(f"more than {highest} members in one object or list", reason=reason)


def _whole_number(digits: str) -> int:
    number = int(digits)
    if not -_HIGHEST <= number <= _HIGHEST:
        raise MalformedDocument("a whole number does not fit into 64 bits", reason="number-out-of-range")
    return number


def _refusal(error: orjson.JSONDecodeError) -> MalformedDocument:
    for words, reason in _REASONS:
        if words in error.msg:
            return MalformedDocument(f"{error.msg} at character {error.pos}", reason=reason)
    return MalformedDocument(f"not JSON at character {error.pos}", reason="not-json")
