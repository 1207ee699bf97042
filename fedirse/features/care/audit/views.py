"""The audit log as people read it, and as lines of a table for programs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson
from markupsafe import Markup, escape

from fedirse.base.spreadsheets import render_table
from fedirse.features.care.audit.model import Coded, Counted, Flag, Linked, Sentence
from fedirse.features.care.audit.rules import Line, count_of, tell
from fedirse.storage.audit import OPERATOR, AuditEntry
from fedirse.web.languages import number, translations
from fedirse.web.rendering import name


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One detail of an entry.

    Attributes:
        words: a whole sentence, or the label of a value.
        value: what stands after the label; empty for a sentence.
        path: the page that the words lead to; empty for none.
    """

    words: str
    value: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry.

    Attributes:
        number: its place in the chain.
        at: when.
        who: the handle of whoever did it; empty for a command on the server.
        sentence: what they did.
        lines: the details.
    """

    number: int
    at: datetime
    who: str
    sentence: Markup
    lines: tuple[ShownLine, ...]


def show_entry(entry: AuditEntry, language: str) -> ShownEntry:
    """An entry in somebody's language; one that was tampered with is shown as far as it can be read."""
    recorded: object = entry.details
    details = recorded if isinstance(recorded, Mapping) else {"details": str(recorded)}
    told = tell(entry.deed, entry.subject, details)
    who = "" if entry.account_id == OPERATOR else entry.who
    lines = tuple(_show_line(line, language) for line in told.lines)
    return ShownEntry(entry.number, entry.at, who, _say(told.sentence, told.words, language), lines)


def _say(sentence: Sentence, words: Mapping[str, Any], language: str) -> Markup:
    """A sentence with its words in their places, those of other people set apart."""
    known = {key: name(str(value)) for key, value in words.items()}
    if isinstance(sentence, Counted):
        count = count_of(sentence, words) or 0
        text = translations(language).ngettext(sentence.one, sentence.many, count)
        return escape(text) % {**known, "n": number(count, language)}
    return escape(translations(language).gettext(sentence)) % known


def _show_line(line: Line, language: str) -> ShownLine:
    say = translations(language).gettext
    match line.detail:
        case Counted() as counted:
            return ShownLine(_say(counted, {counted.by: line.value}, language))
        case Flag(sentence):
            return ShownLine(say(sentence))
        case Coded(label, words):
            codes = line.value if isinstance(line.value, list) else [line.value]
            return ShownLine(say(label), ", ".join(say(words[code]) if code in words else str(code) for code in codes))
        case Linked(label, path):
            return ShownLine(say(label), path=f"{path}{quote(str(line.value), safe='')}")
        case labelled:
            return ShownLine(say(labelled.label), str(line.value))


def row_of(entry: AuditEntry) -> Mapping[str, object]:
    """One entry as the columns of a table, with its codes: programs read it."""
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "deed": entry.deed,
        "subject": entry.subject,
        "details": orjson.dumps(entry.details).decode(),
        "digest": entry.digest,
    }


def render_csv(entries: Iterable[AuditEntry]) -> str:
    """Entries as CSV."""
    return render_table(["number", "at", "who", "deed", "subject", "details", "digest"], (row_of(entry).values() for entry in entries))
