"""What counts and what is told: in whatever order words come, and never about fewer than five people."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.acknowledgement.model import Acknowledgement, Confirmation, Totals, Word
from fedirse.features.announcements.acknowledgement.rules import FEWEST, check_version, count_up, is_settled, waits_for
from fedirse.features.announcements.board.model import Arrival, Board, Line, Said, Sending
from fedirse.features.announcements.board.rules import arrival_of, board_of, is_late, together, word_of
from fedirse.features.announcements.model import Announcement, Asked, Priority, Terms
from fedirse.features.announcements.rules import check_terms, is_later, is_over, next_terms, place_of

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
SITE = "https://lyon.example/actor"
INSTANTS = st.integers(0, 5).map(lambda minutes: NOW + timedelta(minutes=minutes))
ASKED = st.sampled_from(Asked)


@st.composite
def totals(draw: st.DrawFn) -> Totals:
    """Numbers that a site may tell."""
    asked = draw(st.integers(FEWEST, 9))
    return Totals(asked, draw(st.integers(0, asked)), draw(st.integers(0, asked)))


WORDS = st.builds(
    lambda word, confirms: word_of(SITE, word, confirms=confirms),
    st.builds(Word, st.integers(1, 3), INSTANTS, st.none() | totals()),
    st.booleans(),
)
PEOPLE = st.builds(Acknowledgement, st.uuids().map(str), st.integers(0, 4), st.none(), st.integers(0, 4), st.none())


def line(name: str, told: Totals | None, *, settled: bool = False, arrival: Arrival = Arrival.RECEIVED) -> Line:
    member = f"https://{name}.example/actor"
    said = Said(member, 1, totals=told, counted_at=NOW if told is not None else None)
    return Line(member, f"{name}.example", name, "", "", arrival, NOW, "", late=False, version=1, said=said, settled=settled)


LINES = st.lists(
    st.builds(
        lambda name, told, settled, arrival: line(name, told, settled=settled, arrival=arrival),
        st.text("abcdefgh", min_size=1, max_size=3),
        st.none() | totals(),
        st.booleans(),
        st.sampled_from(Arrival),
    ),
    max_size=6,
)


def summed_up(words: Iterable[Said]) -> Said | None:
    """What the head office keeps after these words, one after the other."""
    found: Said | None = None
    for word in words:
        found = together(found, word)
    return found


def sums(board: Board) -> tuple[int, int, int] | None:
    return None if board.readers is None else (board.readers.asked, board.readers.seen, board.readers.confirmed)


@given(st.lists(WORDS, min_size=1, max_size=5).flatmap(lambda words: st.tuples(st.just(words), st.permutations([*words, *words]))))
def test_the_words_of_a_site_come_to_the_same_in_every_order_and_however_often(case: tuple[list[Said], list[Said]]) -> None:
    told, came = case
    assert summed_up(came) == summed_up(told)


@given(st.lists(WORDS, min_size=1, max_size=5), st.integers(0, 4))
def test_what_a_site_said_never_falls_back_and_saying_it_again_changes_nothing(words: list[Said], again: int) -> None:
    known = summed_up(words)
    assert known is not None
    assert together(known, words[again % len(words)]) == known
    assert known.confirmed == max(word.confirmed for word in words)
    assert known.version == max(word.version for word in words)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_a_confirmation_is_of_the_moment_it_was_first_given(words: list[Said]) -> None:
    known = summed_up(words)
    assert known is not None
    of_the_latest = [word.confirmed_at for word in words if word.confirmed == known.confirmed and word.confirmed_at is not None]
    assert known.confirmed_at == min(of_the_latest, default=None)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_the_numbers_are_those_counted_last(words: list[Said]) -> None:
    known = summed_up(words)
    counts = [word for word in words if word.counted_at is not None]
    assert known is not None
    if not counts:
        assert (known.totals, known.counted_at) == (None, None)
    else:
        latest = max(word.counted_at for word in counts if word.counted_at is not None)
        assert known.counted_at == latest
        assert known.totals in [word.totals for word in counts if word.counted_at == latest]


@given(st.lists(PEOPLE, max_size=FEWEST - 1), st.integers(1, 4))
def test_of_fewer_than_five_people_no_number_is_told(people: list[Acknowledgement], confirm_from: int) -> None:
    assert count_up(people, Terms(version=4, confirm_from=confirm_from)) is None


@given(st.lists(PEOPLE, min_size=FEWEST, max_size=9), st.integers(1, 4))
def test_of_five_and_more_those_are_counted_whose_word_still_holds(people: list[Acknowledgement], confirm_from: int) -> None:
    told = count_up(iter(people), Terms(version=4, confirm_from=confirm_from))
    seen = [person for person in people if person.seen >= confirm_from]
    confirmed = [person for person in people if person.confirmed >= confirm_from]
    assert told == Totals(len(people), len(seen), len(confirmed))


@given(LINES)
def test_the_sums_of_a_board_are_of_those_sites_alone_that_say_numbers(lines: list[Line]) -> None:
    told = [one.said.totals for one in lines if one.said.totals is not None]
    wanted = reduce(lambda one, other: (one[0] + other.asked, one[1] + other.seen, one[2] + other.confirmed), told, (0, 0, 0))
    assert sums(board_of(lines)) == (wanted if told else None)


@given(LINES, st.sampled_from(Arrival), st.booleans())
def test_a_site_without_numbers_changes_no_sum_whatever_else_it_says(lines: list[Line], arrival: Arrival, settled: bool) -> None:
    small = line("small", None, settled=settled, arrival=arrival)
    assert board_of([*lines, small]).readers == board_of(lines).readers


@given(LINES)
def test_no_sum_of_people_is_of_fewer_than_five(lines: list[Line]) -> None:
    readers = board_of(lines).readers
    assert readers is None or readers.asked >= FEWEST


@given(LINES)
def test_every_site_stands_on_the_board_once_and_in_one_of_its_numbers(lines: list[Line]) -> None:
    board = board_of(lines)
    assert sorted(map(repr, board.lines)) == sorted(map(repr, lines))
    assert board.received + board.waiting + board.failed == len(lines)


def test_those_that_want_attention_stand_first() -> None:
    failed, here = line("zoe", None, arrival=Arrival.FAILED), line("adam", None, arrival=Arrival.HERE)
    settled = line("abel", None, settled=True, arrival=Arrival.FAILED)
    assert board_of([here, settled, failed]).lines == [failed, here, settled]


def sending(state: str, failing_since: datetime | None = None) -> Sending:
    return Sending(0, None, 0, state, "", NOW, failing_since)


@pytest.mark.parametrize(
    ("after", "tries", "late"),
    [
        (timedelta(seconds=2), 1, False),
        (timedelta(hours=1), 1, False),
        (timedelta(hours=1, seconds=1), 1, True),
        (timedelta(minutes=3), 2, True),
        (None, 2, False),
    ],
)
def test_late_is_what_came_after_an_hour_or_to_a_site_that_did_not_answer_at_first(
    after: timedelta | None, tries: int, *, late: bool
) -> None:
    sent = replace(sending("delivered"), received_at=NOW + after if after is not None else None, tries=tries)
    assert is_late(sent, Announcement("01", Terms(), NOW, NOW)) is late
    assert not is_late(None, Announcement("01", Terms(), NOW, NOW))


@pytest.mark.parametrize(
    ("sent", "arrival"),
    [
        (None, Arrival.NOT_SENT),
        (sending("queued"), Arrival.QUEUED),
        (sending("queued", NOW), Arrival.OFFLINE),
        (sending("delivered"), Arrival.RECEIVED),
        (sending("delivered", NOW), Arrival.RECEIVED),
        (sending("withheld"), Arrival.WITHHELD),
        (sending("given up"), Arrival.FAILED),
    ],
)
def test_how_far_it_has_come_is_what_became_of_its_last_delivery(sent: Sending | None, arrival: Arrival) -> None:
    assert arrival_of(sent, Said(SITE), 1, own=False) is arrival
    assert arrival_of(sent, Said(SITE, 1), 1, own=False) is Arrival.RECEIVED
    assert arrival_of(sent, Said(SITE, 1), 2, own=False) is arrival
    assert arrival_of(sent, Said(SITE), 1, own=True) is Arrival.HERE


@given(st.integers(1, 5), st.integers(1, 5), ASKED, ASKED, st.booleans())
def test_a_later_version_asks_again_only_where_it_says_so_or_nobody_was_asked(
    version: int,
    confirm_from: int,
    before: Asked,
    now: Asked,
    ask_again: bool,
) -> None:
    known = Terms(asked=before, version=max(version, confirm_from), confirm_from=confirm_from)
    terms = next_terms(known, Terms(asked=now), ask_again=ask_again)
    asks_anew = ask_again or (before is Asked.NOBODY and now is not Asked.NOBODY)
    assert terms.version == known.version + 1
    assert is_later(terms, known)
    assert not is_later(known, terms)
    assert terms.confirm_from == (terms.version if asks_anew else confirm_from)


@given(st.permutations([Terms(version=version) for version in (1, 2, 3)]))
def test_of_versions_that_overtake_each_other_the_highest_stays(came: Sequence[Terms]) -> None:
    known: Terms | None = None
    for terms in came:
        known = terms if is_later(terms, known) else known
    assert known == Terms(version=3)


@pytest.mark.parametrize("version", [-1, 0, 3])
def test_a_version_that_does_not_exist_cannot_be_confirmed(version: int) -> None:
    with pytest.raises(InvalidInput):
        check_version(version, Terms(version=2))


def test_seen_is_not_confirmed() -> None:
    seen = Acknowledgement("somebody", seen=2)
    terms = Terms(asked=Asked.EVERYONE, version=2, confirm_from=2)
    assert waits_for(seen, terms)
    assert not waits_for(replace(seen, confirmed=2), terms)
    assert not waits_for(seen, replace(terms, asked=Asked.RESPONSIBLE))


def test_a_confirmation_of_an_earlier_version_holds_until_one_asks_again() -> None:
    said = Confirmation(1, "somebody", NOW)
    assert is_settled(said, Terms(version=2, confirm_from=1))
    assert not is_settled(said, Terms(version=2, confirm_from=2))
    assert not is_settled(None, Terms())


def test_a_date_until_when_nobody_is_asked_is_left_out_even_where_it_has_passed() -> None:
    assert check_terms(Terms(before=NOW - timedelta(days=1)), NOW).before is None


def test_it_is_over_from_its_end_on() -> None:
    announcement = Announcement("01", Terms(ends_at=NOW), NOW, NOW)
    assert is_over(announcement, NOW)
    assert not is_over(announcement, NOW - timedelta(seconds=1))


def test_what_matters_more_stands_first_and_the_latest_among_equals() -> None:
    def announced(priority: Priority, minutes: int) -> Announcement:
        at = NOW + timedelta(minutes=minutes)
        return Announcement("01", Terms(priority), at, at)

    in_order = [
        announced(Priority.URGENT, 0),
        announced(Priority.IMPORTANT, 2),
        announced(Priority.IMPORTANT, 1),
        announced(Priority.INFO, 3),
    ]
    came = [in_order[number] for number in (3, 1, 2, 0)]
    assert sorted(came, key=place_of) == in_order
