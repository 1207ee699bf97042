"""From an entry of the audit log to what is said of it: a sentence, then the details that say something more. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fedirse.features.care.audit.model import DEEDS, DETAILS, SUBJECT_AS, UNKNOWN, Chosen, Counted, Detail, Labelled, Sentence

_PLACE: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Line:
    """One detail: how it is said, and its value as it was recorded."""

    detail: Detail
    value: Any


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said of an entry.

    Attributes:
        sentence: how it goes on after the name of whoever did it.
        words: what stands in its places.
        lines: the details, none of them empty.
    """

    sentence: Sentence
    words: Mapping[str, Any]
    lines: tuple[Line, ...]


def tell(deed: str, subject: str, details: Mapping[str, Any]) -> Telling:
    """What is said of an entry. One of another version of fedirse, or one that somebody changed, is named by its code."""
    words = {**details, "subject": subject, "person": f"@{subject}"}
    sentence, said = _choose(deed, words)
    if sentence == UNKNOWN:
        words["deed"] = deed
    # A subject that the sentence does not name stands below it: as what it is, or, where nobody knows, as it was recorded.
    known = dict(details)
    if deed in SUBJECT_AS:
        known[SUBJECT_AS[deed]] = subject
    elif sentence == UNKNOWN:
        known["subject"] = subject
    if known.get("before") == known.get("roles"):
        known.pop("before", None)
    lines = (Line(DETAILS.get(name, Labelled(name)), value) for name, value in known.items() if name not in said and value)
    return Telling(sentence, words, tuple(lines))


def count_of(counted: Counted, words: Mapping[str, Any]) -> int | None:
    """The number that a sentence is about; None where the entry has none."""
    found = str(words.get(counted.by, ""))
    return int(found) if found.isascii() and found.isdigit() else None


def _choose(deed: str, words: Mapping[str, Any]) -> tuple[Sentence, set[str]]:
    """The sentence, and the fields that it says."""
    found = DEEDS.get(deed, UNKNOWN)
    said: set[str] = set()
    if isinstance(found, Chosen):
        code = str(words.get(found.by))
        said, found = ({found.by}, found.among[code]) if code in found.among else (said, found.otherwise)
    if isinstance(found, Counted):
        return (found, said | {found.by}) if count_of(found, words) is not None else (UNKNOWN, set())
    said |= set(_PLACE.findall(found))
    return (found, said) if said <= words.keys() else (UNKNOWN, set())
