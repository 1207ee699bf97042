"""The schedule: when a peer is tried again, when an activity it refuses, and when patience ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.outbox.retry import (
    FIRST_BACK_OFF,
    LATEST,
    LONGEST_ASKED_WAIT,
    LONGEST_BACK_OFF,
    TRIES_OF_A_REFUSED_ONE,
    Health,
    back_off,
    given_up_before,
    is_half_open,
    step_aside,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

failures = st.integers(1, 100_000)
jitters = st.floats(0, 1, exclude_max=True)
waits = st.none() | st.floats(0, 1e9)


@pytest.mark.reliability("REL-028")
@given(failures, jitters, waits)
def test_a_peer_is_never_tried_earlier_than_it_asked(count: int, jitter: float, asked: float | None) -> None:
    asked_for = min(timedelta(seconds=asked or 0), LONGEST_ASKED_WAIT)
    assert back_off(count, jitter, asked) >= asked_for


@pytest.mark.reliability("REL-028")
@given(failures, jitters, waits)
def test_every_wait_has_an_end(count: int, jitter: float, asked: float | None) -> None:
    assert timedelta(0) < back_off(count, jitter, asked) < LATEST


@given(failures, jitters)
def test_a_wait_lies_between_the_first_and_the_longest(count: int, jitter: float) -> None:
    assert FIRST_BACK_OFF / 2 < back_off(count, jitter) <= LONGEST_BACK_OFF


@given(failures, jitters)
def test_a_further_failure_never_shortens_the_wait(count: int, jitter: float) -> None:
    assert back_off(count + 1, jitter) >= back_off(count, jitter)


@pytest.mark.reliability("REL-008")
@given(failures, jitters, jitters)
def test_peers_that_failed_together_return_apart(count: int, one: float, another: float) -> None:
    earlier, later = sorted((one, another))
    assert back_off(count, later) <= back_off(count, earlier)
    assert back_off(count, 0.0) == 2 * back_off(count, 1.0)


def test_the_wait_doubles_until_three_hours() -> None:
    minutes = [back_off(count, 0.0) / timedelta(minutes=1) for count in range(1, 12)]
    assert minutes == [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 180, 180]


@pytest.mark.reliability("REL-030")
@given(jitters)
def test_a_refused_activity_is_tried_five_times(jitter: float) -> None:
    waits_between = [step_aside(refusals, jitter) for refusals in range(1, 6)]
    assert (waits_between[-1], TRIES_OF_A_REFUSED_ONE) == (None, 5)
    assert all(wait is not None and timedelta(0) < wait < LATEST for wait in waits_between[:-1])


def test_the_tries_of_a_refused_activity_lie_further_and_further_apart() -> None:
    minutes = [wait / timedelta(minutes=1) for refusals in range(1, 5) if (wait := step_aside(refusals, 0.0))]
    assert minutes == [1, 10, 60, 360]


def test_what_was_queued_before_the_days_are_over_is_given_up() -> None:
    assert given_up_before(NOW, 90) == NOW - timedelta(days=90)


def test_a_peer_is_failing_since_its_first_failure() -> None:
    health = Health().after_failure("first", NOW).after_failure("second", NOW + timedelta(hours=1))
    assert health == Health(2, NOW, "second", None)


@pytest.mark.parametrize("failed", [0, 1, 50])
def test_one_success_makes_a_peer_well(failed: int) -> None:
    health = Health(failed, NOW, "down", None).after_success(NOW)
    assert health == Health(0, None, None, NOW)


def test_a_refusal_shows_that_the_peer_is_there_and_is_no_success() -> None:
    before = Health(3, NOW, "down", NOW - timedelta(days=1))
    assert before.after_answer() == Health(0, None, None, NOW - timedelta(days=1))


def test_only_a_failing_peer_is_half_open() -> None:
    assert (is_half_open(0), is_half_open(1)) == (False, True)
