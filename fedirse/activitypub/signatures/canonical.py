"""Canonical JSON (RFC 8785): the bytes of a document that proofs are made over and that name its content."""

from typing import Any, Final

import orjson
import rfc8785

from fedirse.base.errors import SignatureError
from fedirse.base.types import JsonObject

_HIGHEST: Final = 2**53 - 1
_ATOMS: Final = frozenset({str, bool, type(None)})


def canonical_json(value: JsonObject | list[Any]) -> bytes:
    """The one way in which everybody writes this value.

    Raises:
        SignatureError: "not-canonical": lone surrogates, NaN, infinities, integers beyond 2^53, or too deep.
    """
    try:
        if _is_plain(value):
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError):
        # A lone surrogate, or deeper than orjson goes: the slow way decides.
        pass
    try:
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        raise SignatureError("canonical JSON cannot represent this", reason="not-canonical") from error


def _is_plain(value: Any) -> bool:
    """Whether orjson writes this as RFC 8785 wants it, in a fifth of the time: it sorts keys beyond ASCII in another order, and writes
    fractions in another way.
    """
    kind = type(value)
    if kind in _ATOMS:
        return True
    if kind is dict:
        return all(type(name) is str and name.isascii() and _is_plain(member) for name, member in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    return kind is int and -_HIGHEST <= value <= _HIGHEST
