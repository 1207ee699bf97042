"""Words are compared as people mean them: without accents, capitals, elisions and endings, in French and in English."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.social.search.words.rules import GAP, SAY_NOTHING, Stemming, fold, guess_ending, split, stems


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Été", "ete"),
        ("CŒUR", "coeur"),
        ("Lætitia", "laetitia"),
        ("Noël", "noel"),
        ("ﬁn", "fin"),
        ("Straße", "strasse"),
        ("e\u0301te", "ete"),
    ],
)
def test_accents_capitals_and_ligatures_make_no_difference(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text",
    ["l’été", "l'été", "d’été", "qu’été", "c’été", "j’été", "n’été", "s’été", "t’été", "m’été", "Jusqu’été", "lorsqu'été", "lʼété"],
)
def test_elided_articles_and_pronouns_are_cut_off(text: str) -> None:
    assert split(text) == ["été"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("aujourd’hui", ["aujourd", "hui"]),
        ("O'Neil", ["o", "neil"]),
        ("après-midi", ["après", "midi"]),
        ("10h30, #jardin !", ["10h30", "jardin"]),
    ],
)
def test_other_marks_separate_words(text: str, words: list[str]) -> None:
    assert split(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [("chevaux", "cheval"), ("nationale", "nationaux"), ("mangée", "mangee"), ("livraisons", "livraison"), ("équipes", "equipe"),
     ("sociétés", "societe"), ("élèves", "eleve"), ("employée", "employes"), ("œuvres", "oeuvre")],
)  # fmt: skip
def test_french_endings_and_missing_accents_make_no_difference(one: str, other: str) -> None:
    stemming = Stemming()
    assert stemming.stem(one, "french") == stemming.stem(other, "french")


@pytest.mark.parametrize(("one", "other"), [("running", "run"), ("deliveries", "delivery"), ("shops", "shop"), ("opened", "opening")])
def test_english_endings_make_no_difference(one: str, other: str) -> None:
    stemming = Stemming()
    assert stemming.stem(one, "english") == stemming.stem(other, "english")


def test_different_words_stay_different() -> None:
    stemming = Stemming()
    assert len({stemming.stem(word, "french") for word in ("vente", "venir", "peinture", "peintre", "jardin")}) == 5


@pytest.mark.parametrize(
    ("language", "text", "ending"),
    [("fr", "the", "french"), ("fr-CA", "", "french"), ("en-GB", "le", "english"), ("de", "der Laden", None),
     ("", "the shop is open for the team", "english"), ("", "le magasin est ouvert", "french"), ("", "jardin", "french")],
)  # fmt: skip
def test_the_language_of_a_text_is_its_tag_or_else_that_of_its_small_words(language: str, text: str, ending: str | None) -> None:
    assert guess_ending(language, text.split()) == ending


@given(st.text(max_size=80))
@settings(max_examples=50)
def test_whatever_is_asked_for_as_it_was_written_is_in_the_index(text: str) -> None:
    stemming = Stemming()
    for ending in ("french", "english", None):
        for word, stem in zip(split(text), stems(stemming, split(text), ending), strict=False):
            assert stem in stemming.forms(word)


@given(st.text(max_size=80))
@settings(max_examples=50)
def test_no_word_looks_like_the_gap_between_fields_or_like_two(text: str) -> None:
    for word in split(text):
        for form in Stemming().forms(word):
            assert GAP not in form
            assert not form.split()[1:]


def test_small_words_of_both_languages_say_nothing() -> None:
    assert {"le", "the", "des", "of"} <= SAY_NOTHING
    assert not {"vente", "shop"} & SAY_NOTHING
