"""A handle out of a name. Pure."""

import unicodedata

from fedirse.base import limits

_KEPT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_WORD_ENDS = frozenset(" .-_'\u2019\u00a0\u202f")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def suggest_handle(name: str) -> str:
    """The handle that a name suggests: `ines.ben.amar` for Inès Ben Amar; empty when it has no letter that a handle can have."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = "".join(character if character in _KEPT else "." if character in _WORD_ENDS else "" for character in decomposed)
    return ".".join(part for part in plain.split(".") if part)[: limits.HANDLE_LENGTH].strip(".")
