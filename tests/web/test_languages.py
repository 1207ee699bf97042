"""French and English are complete, and a page speaks the visitor's."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from fedirse.web import languages
from fedirse.web.languages import PACKAGE, catalogues, choose_language, long_date, number, percent, short_date, translations
from tests.visitors import Shop
from tests.web.spoken import Message, spoken, untranslatable

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def catalogue(language: str) -> dict[Message, tuple[str, ...]]:
    """Every message of a language with its translations."""
    found: dict[Message, tuple[str, ...]] = {}
    for path in catalogues(language):
        found |= messages_of(path)
    return found


def messages_of(path: Path) -> dict[Message, tuple[str, ...]]:
    """The messages of one file."""
    with path.open("rb") as file:
        read = read_po(file, abort_invalid=True)
    return {message.id if isinstance(message.id, str) else tuple(message.id): texts_of(message.string) for message in read if message.id}


def texts_of(string: object) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string) if isinstance(string, list | tuple) else ()


def said() -> set[Message]:
    return {message for _, message in spoken()}


OTHERS = [language for language in languages.LANGUAGES if language != languages.SOURCE_LANGUAGE]


def test_the_templates_say_something() -> None:
    assert len(said()) > 80


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_lacks_its_translation(language: str) -> None:
    known = catalogue(language)
    missing = [f"{path.relative_to(PACKAGE)}: {message}" for path, message in spoken() if not all(known.get(message, ("",)))]
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_translated_that_is_no_longer_said(language: str) -> None:
    assert sorted(map(str, catalogue(language).keys() - said())) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_place_holders_of_its_message(language: str) -> None:
    for message, translated in catalogue(language).items():
        wanted = set(re.findall(r"%\((\w+)\)", message if isinstance(message, str) else " ".join(message)))
        assert all(set(re.findall(r"%\((\w+)\)", text)) == wanted for text in translated), message


def test_french_punctuation_keeps_to_its_word() -> None:
    for translated in catalogue("fr").values():
        for text in translated:
            assert not re.search(r"[^\u00a0\u202f][;:!?»](?!/)|«(?!\u00a0)|'", text), text


def test_no_template_shows_words_outside_of_a_message() -> None:
    spoken_or_code = re.compile(
        r"\{% block columns %\}.*?\{% endblock %\}|\{% macro _described.*?endmacro -?%\}|\{#.*?#\}|\{%-?\s*trans.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>",
        re.DOTALL,
    )
    for template in sorted(PACKAGE.glob("**/templates/**/*.html")):
        bare = spoken_or_code.sub(" ", template.read_text(encoding="utf-8"))
        assert not re.findall(r"[A-Za-zÀ-ÿ]{2,}", bare), template.name


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ([], "fr"),
        (["*"], "fr"),
        (["de"], "fr"),
        (["en"], "en"),
        (["en-GB,en;q=0.9"], "en"),
        (["de,en;q=0.8,fr;q=0.5"], "en"),
        (["en;q=0.1", "fr-CA;q=0.9"], "fr"),
        (["fr;q=0, en;q=0.1"], "en"),
        (["en;q=0"], "fr"),
        (["en;q=9"], "fr"),
        (["x" * 5000], "fr"),
        ([",,;;=,en"], "en"),
    ],
)
def test_the_page_speaks_what_the_visitor_prefers(accept: list[str], chosen: str) -> None:
    assert choose_language(accept, "fr") == chosen


def test_english_needs_no_catalogue() -> None:
    assert translations("en").gettext("Official") == "Official"


@pytest.mark.parametrize(
    ("age", "french", "english"),
    [
        (timedelta(seconds=20), "à l’instant", "just now"),
        (timedelta(hours=3), "il y a 3 heures", "3 hours ago"),
        (timedelta(days=30), "23 octobre 2026", "23 October 2026"),
        (timedelta(days=-2), "24 novembre 2026", "24 November 2026"),
    ],
)
def test_dates_are_written_for_people(age: timedelta, french: str, english: str) -> None:
    assert short_date(NOW - age, NOW, "fr") == french
    assert short_date(NOW - age, NOW, "en") == english


def test_a_full_date_says_which_clock_it_is_of() -> None:
    assert long_date(NOW, "fr") == "22 novembre 2026 à 09:30 UTC"
    assert long_date(NOW, "en") == "22 November 2026 at 09:30 UTC"


def test_numbers_are_written_as_the_language_does() -> None:
    assert number(12345, "fr") == "12\u202f345"
    assert number(12345, "en") == "12,345"
    assert percent(0.31, "fr") == "31\u00a0%"
    assert percent(0.31, "en") == "31%"


async def test_a_page_is_in_the_language_it_says(shop: Shop) -> None:
    french = await shop.get("/")
    english = await shop.get("/", headers={"accept-language": "en-US,en;q=0.5"})
    assert french.headers["content-language"] == "fr"
    assert '<html lang="fr">' in french.text
    assert "Suivre ce site" in french.text
    assert english.headers["content-language"] == "en"
    assert "Follow this site" in english.text
    assert "Accept-Language" in english.headers["vary"]


def test_every_catalogue_belongs_to_a_language() -> None:
    assert {path.stem for path in PACKAGE.glob("**/messages/*")} == set(OTHERS)


@pytest.mark.parametrize("language", OTHERS)
def test_a_message_is_translated_the_same_wherever_it_stands(language: str) -> None:
    known: dict[Message, tuple[str, ...]] = {}
    for path in catalogues(language):
        for message, translated in messages_of(path).items():
            assert known.setdefault(message, translated) == translated, f"{path}: {message}"


def test_no_sentence_is_put_together_before_it_can_be_translated() -> None:
    assert list(untranslatable()) == []
