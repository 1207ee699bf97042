"""Which languages there are, which one somebody reads, and what may be published in them."""

from collections.abc import Sequence

import pytest

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.posts.languages.model import LanguageVersion, Translation
from fedirse.social.posts.languages.rules import check_together, check_translations, closest, normal_tag
from fedirse.social.posts.languages.store import pack_versions, unpack_versions

TAGS = ("en", "es", "de", "it", "pt", "nl")


def wrong(translations: Sequence[Translation], title: str = "Avis") -> tuple[str, str | None]:
    """Why they cannot go with a French post, and beside which field it is said."""
    with pytest.raises(InvalidInput) as caught:
        check_translations(translations, language="fr", title=title, longest_title=200)
    return caught.value.reason, caught.value.field


@pytest.mark.parametrize(
    "junk", ["", "f", "fr_FR", "-fr", "fr-", "fr--ca", 'en"><script>', "fr ca", "français", "x", "x-", "a" * 36, "fr-" + "a" * 9, "１2"]
)
def test_what_has_not_the_shape_of_a_language_tag_is_none(junk: str) -> None:
    assert normal_tag(junk) == ""


@pytest.mark.parametrize(
    ("given", "kept"), [("fr", "fr"), ("FR", "fr"), ("pt-BR", "pt-br"), ("zh-Hant-TW", "zh-hant-tw"), ("x-siege", "x-siege")]
)
def test_a_language_tag_is_kept_in_small_letters(given: str, kept: str) -> None:
    assert normal_tag(given) == kept


@pytest.mark.parametrize(
    ("wanted", "own", "others", "read"),
    [
        ("en", "fr", ["es", "en"], "en"),
        ("fr", "fr", ["en"], "fr"),
        ("de", "fr", ["en"], "fr"),
        ("en", "fr", ["en-gb"], "en-gb"),
        ("en-us", "fr", ["de", "en"], "en"),
        ("fr", "fr-CA", ["fr-be"], "fr-CA"),
        ("fr-be", "fr-CA", ["fr-be"], "fr-be"),
        ("EN", "fr", ["en"], "en"),
        ("fr", "", ["fr"], "fr"),
        ('"><script>', "fr", ["en"], "fr"),
    ],
)
def test_somebody_reads_their_language_or_that_of_the_post(wanted: str, own: str, others: list[str], read: str) -> None:
    assert closest(wanted, own, others) == read


def test_a_version_has_a_language_of_its_own() -> None:
    assert wrong([Translation("", "Notice", "Text")]) == ("no-language", "said_language-0")
    assert wrong([Translation("FR", "Avis", "Texte")]) == ("same-language", "said_language-0")
    assert wrong([Translation("en", "Notice", "Text"), Translation("EN", "Notice", "Text")]) == ("same-language", "said_language-1")


def test_a_version_has_a_title_where_the_text_has_one_and_none_where_it_has_none() -> None:
    assert wrong([Translation("en", " ", "Text")]) == ("no-title", "said_title-0")
    assert wrong([Translation("en", "Notice", "Text")], title="") == ("no-main-title", "said_title-0")
    assert wrong([Translation("en", "a" * 201, "Text")]) == ("title-too-long", "said_title-0")
    check_translations([Translation("en", "a" * 200, "Text")], language="fr", title="Avis", longest_title=200)
    check_translations([Translation("en", "", "Text")], language="fr", title="", longest_title=200)


def test_other_languages_end_at_their_limit() -> None:
    typed = [Translation(tag, "Title", "Text") for tag in TAGS]
    check_translations(typed[: limits.TRANSLATIONS_PER_POST], language="fr", title="Avis", longest_title=200)
    assert wrong(typed[: limits.TRANSLATIONS_PER_POST + 1]) == ("too-many-languages", f"said_language-{limits.TRANSLATIONS_PER_POST}")


@pytest.mark.parametrize(("text", "times"), [("a", limits.CONTENT_BYTES // 2), ("<b>", limits.HTML_TAGS // 2)])
def test_together_they_are_not_longer_than_others_keep(text: str, times: int) -> None:
    half = LanguageVersion("", text * times)
    check_together({"en": half, "es": half})
    with pytest.raises(InvalidInput) as caught:
        check_together({"en": half, "es": LanguageVersion("", text * (times + 1))})
    assert (caught.value.reason, caught.value.field) == ("languages-too-long", "said_text-1")


def test_rows_of_before_are_read_and_the_own_language_is_no_other_one() -> None:
    old = {"fr": "<p>Bonjour</p>", "en": "<p>Hello</p>"}
    assert unpack_versions(old, "fr") == {"en": LanguageVersion("", "<p>Hello</p>")}
    versions = {"en": LanguageVersion("Notice", "<p>Hello</p>", "Hello"), "es": LanguageVersion("", "<p>Hola</p>")}
    assert unpack_versions(pack_versions(versions), "fr") == versions
