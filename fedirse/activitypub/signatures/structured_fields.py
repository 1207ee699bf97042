"""Structured fields (RFC 8941) as far as RFC 9421 and RFC 9530 use them: dictionaries in, inner lists out.

Strict: whatever the parsing algorithm of section 4.2 fails on is refused, and so is a key that occurs twice, where the algorithm
would let the last one win.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from fedirse.activitypub.signatures.encodings import decode_base64, encode_base64
from fedirse.base.errors import SignatureError

_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
_NUMBER = re.compile(r"-?(?:([0-9]{1,12}\.[0-9]{1,3})|[0-9]{1,15})")
_STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*")
_BYTES = re.compile(r":([A-Za-z0-9+/=]*):")
_BOOLEAN = re.compile(r"\?([01])")
_SPACES = re.compile(r" *")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_ESCAPED = re.compile(r"\\(.)")
_TO_ESCAPE = re.compile(r'(["\\])')


class Token(str):
    """A bare word, which is another thing than the string of the same characters."""

    __slots__ = ()


BareItem: TypeAlias = int | Decimal | str | bytes | bool
Parameters: TypeAlias = dict[str, BareItem]


@dataclass(frozen=True, slots=True)
class Item:
    """A value with its parameters, in order."""

    value: BareItem
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class InnerList:
    """Items in parentheses, with the parameters of the list."""

    items: tuple[Item, ...]
    parameters: Parameters


Dictionary: TypeAlias = dict[str, Item | InnerList]


def parse_dictionary(text: str) -> Dictionary:
    """Members of a dictionary field by key, in order (RFC 8941, section 4.2.2).

    Raises:
        SignatureError: "malformed-field", or "duplicate-parameter" for a key that occurs twice.
    """
    return _Reader(text.strip(" ")).dictionary()


def serialise_inner_list(members: InnerList) -> str:
    """Canonical text of an inner list (RFC 8941, section 4.1.1.1)."""
    items = " ".join([serialise_bare(item.value) + _serialise_parameters(item.parameters) for item in members.items])
    return f"({items}){_serialise_parameters(members.parameters)}"


def serialise_bare(value: BareItem) -> str:
    """Canonical text of a bare item (RFC 8941, section 4.1.3.1)."""
    if isinstance(value, bool):
        return "?1" if value else "?0"
    if isinstance(value, int | Token):
        return str(value)
    if isinstance(value, str):
        return '"' + _TO_ESCAPE.sub(r"\\\1", value) + '"'
    if isinstance(value, bytes):
        return f":{encode_base64(value)}:"
    whole, _, fraction = str(value).partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _serialise_parameters(parameters: Parameters) -> str:
    # A parameter that is true is written as its key alone.
    return "".join([f";{key}" if value is True else f";{key}={serialise_bare(value)}" for key, value in parameters.items()])


class _Reader:
    """One pass over a field, a position moving to the right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def dictionary(self) -> Dictionary:
        members: Dictionary = {}
        if not self._text:
            return members
        while True:
            key = self._take(_KEY)
            self._refuse_second(key, members)
            members[key] = self._member() if self._skip("=") else Item(value=True, parameters=self._parameters())
            if self._at == len(self._text):
                return members
            self._take(_COMMA)

    def _member(self) -> Item | InnerList:
        return self._inner_list() if self._skip("(") else self._item()

    def _inner_list(self) -> InnerList:
        items: list[Item] = []
        while True:
            separated = bool(self._take(_SPACES)) or not items
            if self._skip(")"):
                return InnerList(tuple(items), self._parameters())
            if not separated:
                raise self._malformed()
            items.append(self._item())

    def _item(self) -> Item:
        return Item(self._bare(), self._parameters())

    def _parameters(self) -> Parameters:
        parameters: Parameters = {}
        while self._skip(";"):
            self._take(_SPACES)
            key = self._take(_KEY)
            self._refuse_second(key, parameters)
            parameters[key] = self._bare() if self._skip("=") else True
        return parameters

    def _bare(self) -> BareItem:
        match self._text[self._at : self._at + 1]:
            case '"':
                return self._string()
            case ":":
                return decode_base64(self._take(_BYTES)[1:-1], reason="malformed-field")
            case "?":
                return self._take(_BOOLEAN) == "?1"
        return self._number_or_token()

    def _string(self) -> str:
        text = self._take(_STRING)[1:-1]
        return _ESCAPED.sub(r"\1", text) if "\\" in text else text

    def _number_or_token(self) -> BareItem:
        match = _NUMBER.match(self._text, self._at)
        if match is None:
            return Token(self._take(_TOKEN))
        self._at = match.end()
        return Decimal(match[0]) if match[1] else int(match[0])

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise self._malformed()
        self._at = match.end()
        return match[0]

    def _skip(self, character: str) -> bool:
        found = self._text.startswith(character, self._at)
        self._at += found
        return found

    def _malformed(self) -> SignatureError:
        return SignatureError(f"malformed structured field at character {self._at}", reason="malformed-field")

    @staticmethod
    def _refuse_second(key: str, known: Parameters | Dictionary) -> None:
        if key in known:
            raise SignatureError(f"{key[:60]!r} occurs twice in a structured field", reason="duplicate-parameter")
