"""What counts in a poll, whatever comes in whatever order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.posts.model import Poll, PollDraft, PollOption
from fedirse.social.posts.polls.model import Vote
from fedirse.social.posts.polls.rules import check_choice, counted, have_same_answers, is_over, recount, refreshed
from fedirse.social.posts.rules import start_poll

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMES = ("Mardi", "Jeudi", "Samedi")


def poll(*, several: bool = False, ends_at: datetime | None = NOW + HOUR, closed_at: datetime | None = None) -> Poll:
    """A poll nobody voted in."""
    return Poll(tuple(PollOption(name, 0) for name in NAMES), several, ends_at, closed_at, 0)


def typed(*options: str, ends_at: datetime = NOW + HOUR) -> PollDraft:
    return PollDraft(options, several=False, ends_at=ends_at)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (typed("Oui"), "too-few-options"),
        (typed("Oui", "  "), "too-few-options"),
        (typed(*(str(number) for number in range(limits.OWN_POLL_OPTIONS + 1))), "too-many-options"),
        (typed("Oui", "x" * (limits.OWN_POLL_OPTION_LENGTH + 1)), "option-too-long"),
        (typed("Oui", " oui "), "same-option"),
        (typed("Oui", "Non", ends_at=NOW + timedelta(minutes=limits.POLL_SHORTEST_MINUTES, seconds=-1)), "poll-too-short"),
        (typed("Oui", "Non", ends_at=NOW + timedelta(days=limits.POLL_LONGEST_DAYS, seconds=1)), "poll-too-long"),
    ],
)
def test_what_cannot_be_a_poll_is_refused(draft: PollDraft, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        start_poll(draft, NOW)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "draft",
    [
        typed(*(str(number) for number in range(limits.OWN_POLL_OPTIONS))),
        typed("Oui", "x" * limits.OWN_POLL_OPTION_LENGTH),
        typed("Oui", "Non", ends_at=NOW + timedelta(minutes=limits.POLL_SHORTEST_MINUTES)),
        typed("Oui", "Non", ends_at=NOW + timedelta(days=limits.POLL_LONGEST_DAYS)),
    ],
)
def test_what_is_just_within_the_limits_is_a_poll(draft: PollDraft) -> None:
    made = start_poll(draft, NOW)
    assert [option.name for option in made.options] == list(draft.options)
    assert {option.votes for option in made.options} == {0}


def test_empty_answers_and_spaces_around_an_answer_are_left_out() -> None:
    assert [option.name for option in start_poll(typed(" Oui ", "", "Peut-\n être"), NOW).options] == ["Oui", "Peut- être"]


@pytest.mark.parametrize(
    ("chosen", "reason"), [((), "nothing-chosen"), (("Dimanche",), "unknown-option"), (("Mardi", "Jeudi"), "too-many-chosen")]
)
def test_what_cannot_be_voted_is_refused(chosen: tuple[str, ...], reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_choice(poll(), chosen, NOW)
    assert refused.value.reason == reason


def test_nothing_can_be_voted_from_the_end_on() -> None:
    check_choice(poll(ends_at=NOW + timedelta(milliseconds=1)), ["Mardi"], NOW)
    with pytest.raises(InvalidInput) as refused:
        check_choice(poll(ends_at=NOW), ["Mardi"], NOW)
    assert refused.value.reason == "poll-over"


def test_several_answers_may_be_chosen_where_the_poll_says_so() -> None:
    check_choice(poll(several=True), ["Mardi", "Jeudi"], NOW)


@pytest.mark.parametrize(
    ("asked", "over"),
    [
        (poll(ends_at=None), False),
        (poll(ends_at=NOW), True),
        (poll(ends_at=None, closed_at=NOW), True),
        (poll(ends_at=NOW + HOUR, closed_at=NOW - HOUR), True),
        (poll(ends_at=None, closed_at=NOW + HOUR), False),
    ],
)
def test_a_poll_is_over_at_its_end_or_when_it_was_closed(asked: Poll, *, over: bool) -> None:
    assert is_over(asked, NOW) is over


def test_of_two_votes_where_one_may_be_chosen_the_earlier_counts() -> None:
    votes = [Vote("Samedi", NOW), Vote("Mardi", NOW + HOUR), Vote("Jeudi", None)]
    assert counted(poll(), votes) == {"Samedi"}


def test_what_is_no_answer_counts_nothing() -> None:
    assert counted(poll(), [Vote("Dimanche", NOW)]) == frozenset()


def test_what_was_closed_stays_closed_whatever_results_come_later() -> None:
    assert refreshed(poll(closed_at=NOW), poll()).closed_at == NOW


def test_polls_with_other_answers_or_another_number_to_choose_are_not_the_same() -> None:
    assert have_same_answers(poll(), recount(poll(), frozenset(), frozenset({"Mardi"})))
    assert not have_same_answers(poll(), poll(several=True))
    assert not have_same_answers(poll(), Poll((PollOption("Mardi", 0),), several=False, ends_at=None, closed_at=None))


sent = st.tuples(
    st.sampled_from(["ines", "marc", "karim"]), st.sampled_from(NAMES), st.sampled_from([None, NOW, NOW + HOUR, NOW + 2 * HOUR])
)


def play(asked: Poll, arriving: list[tuple[str, str, datetime | None]]) -> Poll:
    """The poll after votes arrived one after the other, each kept once with its earliest date, as the store does."""
    kept: dict[str, dict[str, datetime | None]] = {}
    for actor, option, cast_at in arriving:
        mine = kept.setdefault(actor, {})
        before = counted(asked, [Vote(name, when) for name, when in mine.items()])
        known = mine.get(option)
        mine[option] = min(known, cast_at) if known and cast_at else known or cast_at
        asked = recount(asked, before, counted(asked, [Vote(name, when) for name, when in mine.items()]))
    return asked


@settings(max_examples=50)
@given(
    several=st.booleans(), arrivals=st.lists(sent, max_size=8).flatmap(lambda one: st.tuples(st.just(one), st.permutations(one + one[:3])))
)
def test_any_order_and_repetition_of_votes_comes_to_the_same_counts(
    *, several: bool, arrivals: tuple[list[tuple[str, str, datetime | None]], list[tuple[str, str, datetime | None]]]
) -> None:
    once, again = arrivals
    result = play(poll(several=several), list(again))
    assert result == play(poll(several=several), once)
    assert result.voters == len({actor for actor, _, _ in once})
    if not several:
        assert sum(option.votes for option in result.options) == result.voters
