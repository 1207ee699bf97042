"""The languages of the pages: which one a visitor reads, its messages, and how it writes dates and numbers.

The words in the templates are English and stand for themselves; `messages/<language>.po` holds every other language.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LANGUAGES: Final = ("fr", "en")
SOURCE_LANGUAGE: Final = "en"
PACKAGE: Final = Path(__file__).parent.parent
MESSAGES: Final = PACKAGE / "web" / "messages"

_MEMBER = re.compile(r"[ \t]*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*[ \t]*(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?[ \t]*")
_MOMENT: Final = timedelta(minutes=1)
_RECENT: Final = timedelta(days=6)

_REMEMBERED: Final = 4096
"""So many dates and so many counts are kept as they were written: pages show the same ones again and again."""


def choose_language(accept: Sequence[str], default: str) -> str:
    """The language of the pages for a visitor (RFC 9110, section 12.5.4): the first of ours they prefer, else the site's.

    Args:
        accept: values of the Accept-Language headers.
        default: language of the site.
    """
    best, best_weight = default, 0.0
    for member in ",".join(accept).split(","):
        match = _MEMBER.fullmatch(member)
        if match is not None and match[1].lower() in LANGUAGES and float(match[2] or 1) > best_weight:
            best, best_weight = match[1].lower(), float(match[2] or 1)
    return best


@cache
def translations(language: str) -> NullTranslations:
    """The messages of a language; read once, when the first page in it is shown."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    catalogue = Catalog(locale=language)
    for path in catalogues(language):
        with path.open("rb") as source:
            for message in read_po(source, locale=language, abort_invalid=True):
                if message.id:
                    catalogue[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogues(language: str) -> list[Path]:
    """The files that hold the messages of a language: the shared one first, then one for each slice that has pages."""
    shared = MESSAGES / f"{language}.po"
    return [shared, *sorted(path for path in PACKAGE.glob(f"**/messages/{language}.po") if path != shared)]


def short_date(instant: datetime, now: datetime, language: str, zone: tzinfo = UTC) -> str:
    """How long ago for the last days ("il y a 3 heures"), then the date in that time zone."""
    age = now - instant
    if timedelta(0) <= age < _MOMENT:
        return translations(language).gettext("just now")
    if timedelta(0) <= age < _RECENT:
        return _ago(age // _MOMENT, language)
    return format_date(instant.astimezone(zone), "long", locale=_locale(language))


@lru_cache(maxsize=_REMEMBERED)
def _ago(minutes: int, language: str) -> str:
    return format_timedelta(-minutes * _MOMENT, add_direction=True, locale=_locale(language))


@lru_cache(maxsize=_REMEMBERED)
def long_date(instant: datetime, language: str, zone: tzinfo = UTC) -> str:
    """Date and time in a time zone; UTC is named, because nobody's clock shows it."""
    pattern = {"fr": "d MMMM y 'à' HH:mm"}.get(language, "d MMMM y 'at' HH:mm")
    text: str = format_datetime(instant.astimezone(zone), pattern, locale=_locale(language))
    return f"{text} UTC" if zone.tzname(instant) == "UTC" else text


@lru_cache(maxsize=_REMEMBERED)
def number(count: int, language: str) -> str:
    """A count with the language's separators."""
    return format_decimal(count, locale=_locale(language))


def percent(share: float, language: str) -> str:
    """A share of one, in whole percents."""
    return format_percent(share, locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    # British: day before month, as everywhere in Europe.
    return Locale.parse("en_GB" if language == SOURCE_LANGUAGE else language)
