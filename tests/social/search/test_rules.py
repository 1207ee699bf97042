"""What a typed question asks for, and how well a post fits it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base import limits
from fedirse.base.identifiers import time_of
from fedirse.base.types import ANYONE
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.search.model import Holding, Query
from fedirse.social.search.rules import asked_forms, make_entry, number_of, numbers_between, parse_query, relevance, render_match
from fedirse.social.search.words.rules import Stemming
from tests.social.audiences.people import NOW, person

POST = Post(
    "0" * 26, "https://ici.example/1", "marc", local=True, kind=PostKind.NOTE, audience=Audience(AudienceKind.PUBLIC), published_at=NOW
)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Ventes privées", Query(("ventes", "privées"))),
        ("les ventes de l’été", Query(("ventes", "été"))),
        ("le la", Query(("le", "la"))),
        ('"vente privée" jardin', Query(("jardin",), (("vente", "privée"),))),
        ("«vente privée»", Query((), (("vente", "privée"),))),
        ("“private sale”", Query((), (("private", "sale"),))),
        ("après-midi", Query((), (("après", "midi"),))),
        ("jardin -vente", Query(("jardin",), (), (("vente",),))),
        ('jardin -"vente privée"', Query(("jardin",), (), (("vente", "privée"),))),
        ("from:@Marc", Query(authors=(("Marc", ""),))),
        ("de:@marc@La.example", Query(authors=(("marc", "la.example"),))),
        ("from:marc", Query(authors=(("marc", ""),))),
        ("#Été", Query(tags=("ete",))),
        ("before:2026-01-31 jardin", Query(("jardin",), before=date(2026, 1, 31))),
        ("après:2026-01-31 jardin", Query(("jardin",), after=date(2026, 1, 31))),
        ("has:photo avec:sondage", Query(holdings=(Holding.PHOTO, Holding.POLL))),
        ("lang:FR langue:en", Query(languages=("fr", "en"))),
    ],
)
def test_a_question_is_read_as_it_is_meant(typed: str, query: Query) -> None:
    assert parse_query(typed) == query


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("from:", ("from",)),
        ('"jardin', ("jardin",)),
        ("before:hier", None),
        ("has:voiture", None),
        ("lang:klingon", None),
        ("from:@", ("from",)),
        ("- ?", ()),
        ("jardin NEAR OR NOT", ("jardin", "near")),
        ('" "', ()),
    ],
)
def test_what_is_no_operator_is_read_as_words(typed: str, words: tuple[str, ...] | None) -> None:
    assert parse_query(typed) == (Query(words) if words is not None else Query(phrases=(tuple(typed.split(":")),)))


@pytest.mark.parametrize("typed", ["", "   ", "-jardin", "before:2026-01-01", '""', "?!"])
def test_what_names_nothing_asks_nothing(typed: str) -> None:
    assert parse_query(typed).asks_nothing


def test_a_question_is_read_as_far_as_the_limits_allow() -> None:
    words = [f"w{number}" for number in range(limits.SEARCH_TERMS + 1)]
    assert parse_query(" ".join(words)).words == tuple(words[: limits.SEARCH_TERMS])
    assert parse_query("a" * (limits.SEARCH_QUERY_CHARACTERS - 1) + "bc") == parse_query("a" * (limits.SEARCH_QUERY_CHARACTERS - 1) + "bd")
    assert parse_query(" " * (limits.SEARCH_QUERY_CHARACTERS - 1) + "jardin").words == ("j",)


def test_a_post_is_indexed_as_far_as_the_limit_allows_and_its_author_always() -> None:
    long = " ".join(f"w{number}" for number in range(limits.SEARCH_WORDS_PER_POST + 1))
    entry = make_entry(POST, person("marc", "ici.example", local=True), [("", long)], [], Stemming())
    assert len(entry.words) == limits.SEARCH_WORDS_PER_POST
    assert entry.words[-1] == "marc"


@pytest.mark.parametrize(
    ("audience", "everybody", "several"),
    [
        (Audience(AudienceKind.PUBLIC), True, True),
        (Audience(AudienceKind.PUBLIC, listed=False), False, True),
        (Audience(AudienceKind.SITE), False, True),
        (Audience(AudienceKind.FOLLOWERS), False, True),
        (Audience(AudienceKind.DIRECT), False, False),
    ],
)
def test_the_audience_stands_in_the_index(audience: Audience, everybody: bool, several: bool) -> None:
    marks = make_entry(replace(POST, audience=audience), person("marc", "ici.example", local=True), [], ["ines"], Stemming()).marks
    assert ("for:everybody" in marks, "for:several" in marks, "to:ines" in marks, "by:marc" in marks) == (everybody, several, True, True)


def test_numbers_sort_like_ids() -> None:
    ids = ["01JD0000000000000000000001", "01JD0000010000000000000000", "01JE0000000000000000000000", "01ZZZZZZZZZZZZZZZZZZZZZZZZ"]
    numbers = [number_of(one, time_of(one)) for one in ids]
    assert sorted(numbers) == numbers
    assert all(0 <= number < 1 << 63 for number in numbers)


def test_a_day_lies_between_the_day_before_it_and_the_day_after() -> None:
    lowest, behind = numbers_between(date(2026, 3, 1), date(2026, 3, 3))
    noon = (int(NOW.timestamp() * 1000) + 12 * 3_600_000) << 15
    assert lowest <= noon < behind
    assert not lowest <= noon + (86_400_000 << 15) < behind
    assert numbers_between(date.max, date.min) == (1 << 62, 0)


@given(st.text(max_size=120))
@settings(max_examples=50)
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    query = parse_query(typed)
    assert render_match(query, [[] for _ in query.authors], ANYONE, Stemming()).count('"') % 2 == 0


# Relevance


def fit(typed: str, words: str, head: int = 0) -> int:
    return relevance(words.split(), head, asked_forms(parse_query(typed), Stemming()))


def test_a_title_counts_more_than_a_mention() -> None:
    assert fit("jardin", "jardin _ fleur", head=2) > fit("jardin", "_ jardin fleur", head=1)


def test_words_that_stand_together_count_more() -> None:
    assert fit("vente jardin", "_ vent jardin fleur arbre") > fit("vente jardin", "_ jardin fleur arbre vent")


def test_a_text_about_little_else_counts_more() -> None:
    assert fit("jardin", "jardin jardin arbre") > fit("jardin", "jardin " + "mot " * 300)


def test_posts_that_fit_about_equally_count_the_same() -> None:
    assert fit("jardin", "_ jardin fleur arbre") == fit("jardin", "_ fleur jardin arbre terr")


@given(
    st.lists(st.sampled_from(["jardin", "vent", "_", "mot"]), max_size=30),
    st.integers(0, 5),
    st.sampled_from(["jardin", "vente jardin", "x y z", "#tag"]),
)
@settings(max_examples=50)
def test_relevance_is_one_digit(words: list[str], head: int, typed: str) -> None:
    assert 0 <= relevance(words, head, asked_forms(parse_query(typed), Stemming())) <= 9
