"""Short texts of others as they may be shown: names, titles, options. What cannot be seen or turns text around is taken out. Pure."""

import re
import unicodedata
from typing import Final

# Latin letters, digits and punctuation as most names have them: nothing in there is ever taken out.
_HARMLESS: Final = re.compile(r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac]*")
_JOINERS: Final = frozenset("\u200c\u200d")
_VARIATIONS: Final = frozenset("\ufe0e\ufe0f")
_FIXED_SPACES: Final = frozenset("\u00a0\u202f")
_SPACES: Final = re.compile(r" {2,}")

# Cf: formatting, among it every bidirectional control and tag character. Cc, Cs, Co: controls, halves of characters, private ones.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
# Letters and signs that are drawn as nothing; characters that never are any; and what Unicode keeps for more invisible ones.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0d\uffa0\ufff0-\ufff8\ufffe\uffff\U000e0000-\U0010ffff]"
)
_MOST_MARKS: Final = 4
"""Marks on one letter; no language needs more, and a hundred of them cover the lines above and below."""


def plain(text: str) -> str:
    """`text` on one line, without controls, bidirectional overrides and invisible characters (CNT-019).

    Joiners stay where they shape what stands around them: between emoji, and between letters of scripts without case.
    """
    if _HARMLESS.fullmatch(text):
        return _SPACES.sub(" ", text).strip()
    kept: list[str] = []
    marks = 0
    for index, character in enumerate(text):
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if character.isspace():
            kept.append(character if character in _FIXED_SPACES else " ")
        elif marks <= _MOST_MARKS and _is_seen(text, index):
            kept.append(character)
    return _SPACES.sub(" ", "".join(kept)).strip()


def initials(name: str) -> str:
    """One or two capitals that stand for a name where there is no picture; `?` for a name without letters."""
    words = [word for word in plain(name).replace("-", " ").split() if word[0].isalnum()]
    chosen = words if len(words) == 1 else words[:1] + words[-1:]
    return "".join(word[0] for word in chosen).upper() or "?"


def _is_seen(text: str, index: int) -> bool:
    character = text[index]
    if character in _JOINERS:
        return 0 < index < len(text) - 1 and _is_joined(text[index - 1]) and _is_joined(text[index + 1])
    if character in _VARIATIONS:
        return index > 0 and not text[index - 1].isspace()
    return not _BLANK.match(character) and unicodedata.category(character) not in _UNSEEN


def _is_joined(neighbour: str) -> bool:
    """Whether a joiner beside this character does something: emoji (with variation and skin), letters without case, their vowel signs."""
    return not neighbour.isascii() and unicodedata.category(neighbour) in {"So", "Sk", "Lo", "Mn", "Mc"}
