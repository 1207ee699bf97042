"""`contentMap` and `nameMap` in both directions; garbage costs itself alone."""

from typing import Any

import pytest

from fedirse.activitypub.documents.object import PostObject, parse_object, render_object
from fedirse.base import limits
from fedirse.social.posts.languages.model import LanguageVersion
from fedirse.social.posts.languages.wire import parse_language, parse_versions, render_contents, render_names
from fedirse.web.html import clean

HELLO = LanguageVersion("Notice", "<p>Hello</p>", "Hello")


def document(**members: Any) -> PostObject:
    values = {"id": "https://sib.example/posts/1", "type": "Article", "content": "<p>Bonjour</p>", "name": "Avis"}
    return parse_object({**values, **members})


def versions(**members: Any) -> dict[str, LanguageVersion]:
    read = document(**members)
    return parse_versions(read, parse_language(read), clean)


def test_what_is_written_is_read_as_it_was() -> None:
    said = {"en": LanguageVersion("Notice", "<p>Hello</p>"), "es-mx": LanguageVersion("Aviso", "<p>Hola</p>")}
    contents, names = render_contents("fr", "<p>Bonjour</p>", said), render_names("fr", "Avis", said)
    article = PostObject(
        id="https://sib.example/posts/1", type="Article", content="<p>Bonjour</p>", content_map=contents, name="Avis", name_map=names
    )
    read = parse_object(render_object(article))
    assert (read.content, read.name, parse_language(read)) == ("<p>Bonjour</p>", "Avis", "fr")
    assert parse_versions(read, "fr", clean) == said


def test_the_own_language_comes_first_and_one_language_is_written_as_ever() -> None:
    assert list(render_contents("fr", "<p>Bonjour</p>", {"en": HELLO})) == ["fr", "en"]
    assert list(render_names("fr", "Avis", {"en": HELLO})) == ["fr", "en"]
    assert render_contents("fr", "<p>Bonjour</p>", {}) == {"fr": "<p>Bonjour</p>"}
    assert render_names("fr", "Avis", {}) == {}
    assert render_contents("", "<p>Bonjour</p>", {}) == {}


def test_the_content_wins_where_the_map_says_something_else() -> None:
    read = document(contentMap={"fr": "<p>Au revoir</p>", "en": "<p>Hello</p>"})
    assert (read.content, parse_language(read)) == ("<p>Bonjour</p>", "fr")
    assert parse_versions(read, "fr", clean) == {"en": LanguageVersion("", "<p>Hello</p>")}


def test_the_language_is_the_one_that_says_the_same() -> None:
    assert parse_language(document(contentMap={"en": "<p>Hello</p>", "fr": "<p>Bonjour</p>"})) == "fr"
    assert parse_language(document(contentMap={"en": "<p>Hello</p>"}, nameMap={"en": "Notice", "fr": "Avis"})) == "fr"
    assert parse_language(document()) == ""
    assert parse_language(document(contentMap={"not a tag": "<p>Bonjour</p>"})) == ""


@pytest.mark.parametrize("junk", [None, 7, True, {}, [], {"@value": 7}, ""])
def test_an_entry_that_is_garbage_costs_itself_alone(junk: object) -> None:
    given = {"fr": "<p>Bonjour</p>", "de": junk, 'en"><script>': "<p>No</p>", "es": "<p>Hola</p>"}
    assert versions(contentMap=given, nameMap={"es": junk, "de": "Hinweis"}) == {"es": LanguageVersion("", "<p>Hola</p>")}


def test_every_version_is_cleaned_and_one_that_says_nothing_is_none() -> None:
    evil = '<p onclick="x()">Hello<script>alert(1)</script></p>'
    found = versions(contentMap={"fr": "<p>Bonjour</p>", "en": evil, "es": "<script>alert(1)</script>"})
    assert found == {"en": LanguageVersion("", "<p>Hello</p>")}


def test_titles_are_words_and_none_where_the_post_has_none() -> None:
    maps = {"contentMap": {"fr": "<p>Bonjour</p>", "en": "<p>Hello</p>"}, "nameMap": {"fr": "Avis", "en": "a" * (limits.NAME_LENGTH + 1)}}
    assert versions(**maps)["en"].title == "a" * limits.NAME_LENGTH
    assert versions(**{**maps, "nameMap": {"en": {"x": 1}}}, name=None)["en"].title == ""


def test_a_tag_counts_once_however_it_is_written() -> None:
    found = versions(contentMap={"fr": "<p>Bonjour</p>", "EN": "<p>Hello</p>", "en": "<p>Goodbye</p>", "FR": "<p>Non</p>"})
    assert found == {"en": LanguageVersion("", "<p>Hello</p>")}


@pytest.mark.parametrize("number", [limits.LANGUAGES_PER_POST, limits.LANGUAGES_PER_POST + 1])
def test_languages_end_at_their_limit(number: int) -> None:
    given = {"fr": "<p>Bonjour</p>", **{f"x-{index}": "<p>Hello</p>" for index in range(number)}}
    assert len(versions(contentMap=given)) == limits.LANGUAGES_PER_POST


def test_what_is_too_long_beside_the_others_is_left_out() -> None:
    half = "a" * (limits.CONTENT_BYTES // 2)
    found = versions(contentMap={"fr": "<p>Bonjour</p>", "en": half, "es": f"{half}a", "de": "b"})
    assert list(found) == ["en", "de"]
    marked = "<b>a" * limits.HTML_TAGS
    assert list(versions(contentMap={"fr": "<p>Bonjour</p>", "en": marked, "es": "<b>b</b>", "de": "b"})) == ["en", "de"]
