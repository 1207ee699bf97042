"""What crosses between sites is read as it was meant, refused where it is garbage, and names nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub import jsonld
from fedirse.activitypub.documents.activity import Activity, parse_activity
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.features.announcements.acknowledgement.model import Acknowledgement, Totals, Word
from fedirse.features.announcements.acknowledgement.rules import FEWEST, count_up
from fedirse.features.announcements.acknowledgement.wire import MOST_PEOPLE, parse_word, render_word
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.wire import MOST_VERSIONS, parse_terms, render_terms

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
SITE, HEAD_OFFICE = "https://lyon.example/actor", "https://siege.example/actor"
ARTICLE, WORD = "https://siege.example/posts/01HQ", "https://lyon.example/activities/01HR"
INSTANTS = st.integers(0, 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds))
VERSIONS = st.integers(1, MOST_VERSIONS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
NO_VERSIONS = JSON.filter(lambda value: not (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_VERSIONS))


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    version = draw(VERSIONS)
    return Terms(
        draw(st.sampled_from(Priority)),
        draw(st.sampled_from(Asked)),
        draw(st.none() | INSTANTS),
        draw(st.none() | INSTANTS),
        version,
        draw(st.integers(1, version)),
        draw(st.none() | INSTANTS),
        draw(st.booleans()),
    )


@st.composite
def totals(draw: st.DrawFn) -> Totals:
    asked = draw(st.integers(FEWEST, MOST_PEOPLE))
    return Totals(asked, draw(st.integers(0, asked)), draw(st.integers(0, asked)))


def said(word: Word, kind: str = "Read", **changed: Any) -> Activity:
    """A word as its receiver reads it, with some of it changed."""
    document = render_word(kind, WORD, site=SITE, head_office=HEAD_OFFICE, article=ARTICLE, word=word)
    return parse_activity({**jsonld.read(orjson.loads(orjson.dumps(document))).document, **changed})


def leaves(value: Any) -> Iterator[Any]:
    """Everything that a document says, member by member."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


@given(terms())
def test_terms_are_read_as_they_were_written(wanted: Terms) -> None:
    assert parse_terms(orjson.loads(orjson.dumps(render_terms(wanted)))) == wanted


@given(st.dictionaries(st.sampled_from(["priority", "askedOf", "confirmBefore", "confirmFrom", "countsUntil"]), JSON))
def test_an_article_without_a_version_is_no_announcement_whatever_else_it_says(article: JsonObject) -> None:
    assert parse_terms(article) is None


@given(NO_VERSIONS.filter(lambda value: value is not None))
def test_a_version_that_is_none_is_refused(value: Any) -> None:
    for article in ({"announcementVersion": value, "confirmFrom": 1}, {"announcementVersion": 3, "confirmFrom": value}):
        with pytest.raises(MalformedDocument) as caught:
            parse_terms(article)
        assert caught.value.reason == "bad-announcement"


def test_one_that_is_confirmed_from_a_later_version_on_is_refused() -> None:
    with pytest.raises(MalformedDocument):
        parse_terms({"announcementVersion": 1, "confirmFrom": 2})


@given(JSON, JSON, JSON, JSON)
def test_terms_that_are_not_understood_ask_for_the_least(priority: Any, asked: Any, before: Any, until: Any) -> None:
    article = {"priority": priority, "askedOf": asked, "confirmBefore": before, "countsUntil": until}
    read = parse_terms({"announcementVersion": 2, "confirmFrom": 1, **article})
    assert read is not None
    assert (read.priority is Priority.INFO) or read.priority.value == priority
    assert (read.asked is Asked.NOBODY) or read.asked.value == asked


@given(VERSIONS, INSTANTS, st.none() | totals(), st.sampled_from(["Read", "Accept"]))
def test_a_word_is_read_as_it_was_written(version: int, at: datetime, told: Totals | None, kind: str) -> None:
    word = Word(version, at, told)
    activity = said(word, kind)
    assert (activity.type, activity.actor, activity.object_id, activity.object_type) == (kind, SITE, ARTICLE, "Article")
    assert activity.to == (HEAD_OFFICE,)
    assert parse_word(activity, at) == word


@given(NO_VERSIONS)
def test_a_word_about_no_version_is_refused(value: Any) -> None:
    activity = said(Word(1, NOW), announcementVersion=value)
    with pytest.raises(MalformedDocument) as caught:
        parse_word(activity, NOW)
    assert caught.value.reason == "bad-announcement"


@given(st.integers(max_value=FEWEST - 1), st.integers(), st.integers())
def test_numbers_about_fewer_than_five_people_are_not_read(asked: int, seen: int, confirmed: int) -> None:
    activity = said(Word(1, NOW), peopleAsked=asked, peopleSeen=seen, peopleConfirmed=confirmed)
    assert parse_word(activity, NOW) == Word(1, NOW)


@given(JSON, JSON, JSON)
def test_numbers_that_cannot_be_are_not_read(asked: Any, seen: Any, confirmed: Any) -> None:
    read = parse_word(said(Word(1, NOW), peopleAsked=asked, peopleSeen=seen, peopleConfirmed=confirmed), NOW).totals
    if read is not None:
        assert (read.asked, read.seen, read.confirmed) == (asked, seen, confirmed)
        assert FEWEST <= read.asked <= MOST_PEOPLE
        assert 0 <= read.seen <= read.asked
        assert 0 <= read.confirmed <= read.asked


@pytest.mark.parametrize("left_out", ["peopleAsked", "peopleSeen", "peopleConfirmed"])
def test_numbers_of_which_one_is_missing_are_not_read(left_out: str) -> None:
    changed: JsonObject = {left_out: None}
    assert parse_word(said(Word(1, NOW, Totals(9, 8, 7)), **changed), NOW).totals is None


def test_a_word_from_the_future_is_of_now() -> None:
    assert parse_word(said(Word(1, NOW + timedelta(days=1))), NOW).at == NOW


@given(st.lists(st.uuids().map(str), max_size=9, unique=True), st.data())
def test_no_word_has_anything_of_those_it_is_about(names: list[str], data: st.DataObject) -> None:
    versions = st.integers(0, 2)
    people = [Acknowledgement(name, data.draw(versions), NOW, data.draw(versions), NOW) for name in names]
    told = count_up(people, Terms(version=2, confirm_from=1))
    document = render_word("Read", WORD, site=SITE, head_office=HEAD_OFFICE, article=ARTICLE, word=Word(2, NOW, told))
    written = orjson.dumps(document).decode()
    assert not any(name in written for name in names)
    numbers = {2, *((told.asked, told.seen, told.confirmed) if told is not None else ())}
    known = {WORD, "Read", SITE, ARTICLE, "Article", HEAD_OFFICE, "2026-03-04T08:00:00Z", *numbers}
    assert set(leaves({name: value for name, value in document.items() if name != "@context"})) <= known
    assert (told is None) == (len(names) < FEWEST)
