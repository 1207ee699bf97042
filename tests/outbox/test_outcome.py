"""What answers to deliveries mean, status by status (REL-028)."""

from datetime import UTC, datetime

import pytest

from fedirse.base.errors import RemoteError, RemoteUnavailable, ResponseTooLarge, UnsafeAddress
from fedirse.outbox.outcome import Delivered, Gone, Outcome, Rejected, Retry, may_be_about_signature, outcome_of_answer, outcome_of_error
from fedirse.remote.answers import Answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

MEANINGS: dict[int, type[Outcome]] = {
    200: Delivered,
    201: Delivered,
    202: Delivered,
    204: Delivered,
    301: Rejected,
    302: Rejected,
    307: Rejected,
    308: Rejected,
    400: Rejected,
    401: Retry,
    402: Rejected,
    403: Rejected,
    404: Rejected,
    405: Rejected,
    406: Rejected,
    408: Retry,
    409: Rejected,
    410: Gone,
    413: Rejected,
    415: Rejected,
    421: Retry,
    422: Rejected,
    425: Retry,
    429: Retry,
    451: Rejected,
    500: Retry,
    501: Retry,
    502: Retry,
    503: Retry,
    504: Retry,
    520: Retry,
}


def meaning(status: int, **headers: str) -> Outcome:
    return outcome_of_answer(Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, "said"), NOW)


@pytest.mark.reliability("REL-028")
@pytest.mark.parametrize(("status", "kind"), MEANINGS.items(), ids=str)
def test_a_status_has_one_meaning(status: int, kind: type[Outcome]) -> None:
    outcome = meaning(status)
    assert (type(outcome), outcome.status, outcome.answer) == (kind, status, "said")


@pytest.mark.parametrize("status", [status for status, kind in MEANINGS.items() if kind is Rejected])
def test_a_refusal_is_not_final_at_once(status: int) -> None:
    outcome = meaning(status)
    assert isinstance(outcome, Rejected)
    assert not outcome.final


@pytest.mark.parametrize("status", [429, 503])
def test_the_time_that_a_peer_asks_for_is_kept(status: int) -> None:
    assert meaning(status, retry_after="120") == Retry(status, "said", 120.0)


def test_a_date_to_come_back_at_is_a_time_too() -> None:
    assert meaning(503, retry_after="Sun, 22 Nov 2026 09:05:00 GMT") == Retry(503, "said", 300.0)


def test_nobody_can_ask_for_more_than_a_day() -> None:
    assert meaning(429, retry_after="31536000") == Retry(429, "said", 86_400.0)


@pytest.mark.parametrize("value", ["soon", "-1", "1e9", ""])
def test_an_unreadable_time_is_none(value: str) -> None:
    assert meaning(429, retry_after=value) == Retry(429, "said", None)


def test_a_long_answer_is_cut_before_it_is_kept() -> None:
    outcome = outcome_of_answer(Answer(500, {}, "x" * 10_000), NOW)
    assert len(outcome.answer) == 500


def test_an_address_that_is_never_connected_to_is_final() -> None:
    assert outcome_of_error(UnsafeAddress("10.0.0.1", reason="private")) == Rejected(None, "private: 10.0.0.1", final=True)


@pytest.mark.parametrize("error", [RemoteUnavailable("no route", reason="connect"), ResponseTooLarge("big"), RemoteError("odd")])
def test_no_answer_is_tried_again(error: RemoteError) -> None:
    assert isinstance(outcome_of_error(error), Retry)


def test_the_wait_of_an_unavailable_peer_is_kept() -> None:
    outcome = outcome_of_error(RemoteUnavailable("busy", retry_after=7.0, reason="status-503"))
    assert outcome == Retry(None, "status-503: busy", 7.0)


@pytest.mark.parametrize(
    ("status", "modern", "doubted"),
    [
        (401, False, True),
        (401, True, True),
        (400, False, False),
        (400, True, True),
        (403, False, False),
        (403, True, True),
        (404, True, False),
        (410, True, False),
        (500, True, False),
        (202, True, False),
    ],
)
def test_which_answers_may_be_about_the_signature(status: int, modern: bool, doubted: bool) -> None:
    assert may_be_about_signature(meaning(status), modern=modern) is doubted


def test_no_answer_says_nothing_about_the_signature() -> None:
    assert not may_be_about_signature(outcome_of_error(RemoteUnavailable("gone quiet")), modern=True)
