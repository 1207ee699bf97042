"""What somebody reads on a page, and which of its words do not belong on a French one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from html.parser import HTMLParser
from zoneinfo import available_timezones

from babel.messages.pofile import read_po

from fedirse import assembly
from fedirse.features.care.audit.model import DEEDS
from fedirse.features.care.queue.rules import REASONS
from fedirse.web.languages import catalogues

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style", "template", "svg"}
TYPED = {"textarea", "bdi"}
"""Elements that hold names and what somebody writes."""

TECHNICAL = "queue-said"
"""Class of what a server or a program has said, folded away under "Technical detail"."""

READ_OUT = ("alt", "aria-label", "data-label", "placeholder", "title")

BOTH = {"plan", "stock", "table"}
"""Words that are English and French, and that no French page of ours says yet."""

_PLACE = re.compile(r"%\(\w+\)s")
_WORD = re.compile(r"[^\W\d_]{3,}")
_DOTTED = re.compile(r"(?<![\w@/.#:-])[a-z][a-z0-9]*(?:[._][a-z0-9]+)+(?![\w/@.:-])")
_CODE = re.compile(r"(?<![\w@/.#-])[A-Za-z]\w*(?:[-.]\w+)*")
_ENDS_OF_NAMES = (".example", ".csv", ".zip", ".pdf", ".jpg", ".png")
"""How names of hosts and files end, which have dots as codes have."""


@dataclass
class _Reader(HTMLParser):
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._left_out: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        technical = TECHNICAL in (dict(attrs).get("class") or "").split()
        left_out = self._is_left_out() or tag in UNSEEN | TYPED or technical
        if not left_out:
            self.texts += [value for name, value in attrs if name in READ_OUT and value]
        if tag not in VOID:
            self._left_out.append(left_out)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._left_out:
            self._left_out.pop()

    def handle_data(self, data: str) -> None:
        if not self._is_left_out() and (text := " ".join(data.split())):
            self.texts.append(text)

    def _is_left_out(self) -> bool:
        return bool(self._left_out) and self._left_out[-1]


def visible_texts(html: str) -> list[str]:
    """The texts of a page: one for each piece between two tags, and one for each label that is read out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.texts


def strange_words(html: str) -> Iterator[str]:
    """Codes and English words on a French page, each with the text it stands in; other people's words must be French for that."""
    for text in visible_texts(html):
        if text.replace(" / ", "/").replace(" ", "_") in _timezones():
            continue
        strange = {word for word in _WORD.findall(text) if word.lower() in english_only()}
        strange |= {word for word in _DOTTED.findall(text) if not word.endswith(_ENDS_OF_NAMES)}
        strange |= {word for word in _CODE.findall(text) if word in codes()}
        yield from (f"{word} in “{text[:90]}”" for word in sorted(strange))


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def english_only() -> frozenset[str]:
    """Words that stand in our English texts and in none of the French ones."""
    english, french = _vocabulary()
    return frozenset(english - french - BOTH)


@cache
def codes() -> frozenset[str]:
    """Values of every enumeration of fedirse, deeds, reasons and what Python makes of a truth, unless they are French words too."""
    assert assembly.SLICES  # with it everything that has pages is imported, and its enumerations are known
    values = {member.value for kind in _below(StrEnum) if kind.__module__.startswith("fedirse.") for member in kind}
    _, french = _vocabulary()
    known = values | set(REASONS) | set(DEEDS)
    return frozenset({code for code in known if len(code) > 2 and code.lower() not in french | BOTH} | {"True", "False", "None"})


def _below(kind: type[StrEnum]) -> Iterator[type[StrEnum]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


@cache
def _vocabulary() -> tuple[set[str], set[str]]:
    """The words of the English and of the French texts."""
    english: set[str] = set()
    french: set[str] = set()
    for path in catalogues("fr"):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                english |= _words_of(message.id)
                french |= _words_of(message.string)
    return english, french


def _words_of(texts: object) -> set[str]:
    listed = [texts] if isinstance(texts, str) else texts if isinstance(texts, list | tuple) else []
    return {word.lower() for text in listed for word in _WORD.findall(_PLACE.sub(" ", str(text)))}
