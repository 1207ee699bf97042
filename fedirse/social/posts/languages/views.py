"""The languages of a post as a page offers them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

_REMEMBERED: Final = 512


@dataclass(frozen=True, slots=True)
class OfferedLanguage:
    """A language that a post can be read in.

    Attributes:
        tag: language tag.
        name: what those call it who speak it; the tag where nobody knows.
        is_shown: whether it is the one on the page.
    """

    tag: str
    name: str
    is_shown: bool


def offer_languages(own: str, others: Iterable[str], shown: str) -> tuple[OfferedLanguage, ...]:
    """The languages that a post comes in, its `own` first; nothing where it comes in one. `shown` is the one on the page."""
    offered = tuple(OfferedLanguage(tag, name_of(tag), tag == shown) for tag in (own, *others) if tag)
    return offered if len(offered) > 1 else ()


@lru_cache(maxsize=_REMEMBERED)
def name_of(tag: str) -> str:
    """What a language is called by those who speak it, with a capital; the tag itself where it is not known."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return name[0].upper() + name[1:] if name else tag
