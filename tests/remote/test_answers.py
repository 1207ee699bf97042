"""Reading what surrounds an answer: waiting times, headers, and text that is kept for the ledger."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.remote.answers import collect_headers, excerpt_of, parse_retry_after

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = 24 * 3600.0


@pytest.mark.parametrize("value", [None, "", "soon", "-1", "1.5", "+3", "٣", "Sat, 99 Nov 2026 12:00:00 GMT", "0x10", "Sat"])
def test_an_unreadable_wait_is_none(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@pytest.mark.parametrize(("value", "seconds"), [("0", 0), ("120", 120), (" 7 ", 7), ("86400", DAY), ("86401", DAY), ("9" * 5000, DAY)])
def test_a_number_of_seconds_is_bounded_by_a_day(value: str, seconds: float) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(("ahead", "seconds"), [(90, 90), (-90, 0), (10 * DAY, DAY)])
def test_a_date_counts_from_now(ahead: float, seconds: float) -> None:
    assert parse_retry_after(format_datetime(NOW + timedelta(seconds=ahead), usegmt=True), NOW) == seconds


def test_a_date_without_a_zone_is_in_utc() -> None:
    assert parse_retry_after("Sat, 21 Nov 2026 12:01:00 -0000", NOW) == 60


@given(st.text())
def test_any_wait_is_a_bounded_number_or_none(value: str) -> None:
    wait = parse_retry_after(value, NOW)
    assert wait is None or 0 <= wait <= DAY


def test_headers_are_lower_case_and_repeated_ones_are_joined() -> None:
    raw = [(b"Link", b"<a>"), (b"X-Odd", b"caf\xe9"), (b"LINK", b"<b>")]
    assert collect_headers(raw) == {"link": "<a>, <b>", "x-odd": "café"}


def test_an_excerpt_can_be_stored() -> None:
    assert excerpt_of(b"no\0 \xff\xc3\xa9") == "no\ufffd \ufffdé"
