"""Dates of signatures: one spelling each, and nothing that needs guessing."""

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures.dates import (
    format_http_date,
    format_xml_date,
    from_timestamp,
    parse_http_date,
    parse_xml_date,
)
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.signing import DATE, NOW, TIMESTAMP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sat, 14 Mar 2026 09:26:53",
        "Sat, 14 Mar 2026 09:26:53 -0000",
        "Sat, 14 Mar 2026 09:26:53 CET",
        "Sat, 14 Mar 26 09:26:53 GMT",
        "Saturday, 14-Mar-26 09:26:53 GMT",
        "Sat Mar 14 09:26:53 2026",
        "14 Mar 2026 09:26:53 GMT",
        "Sat, 31 Feb 2026 09:26:53 GMT",
        "Sat, 14 Mar 2026 25:26:53 GMT",
        "Sat, 14 Mar 0000 09:26:53 GMT",
        "Sat, 14 Mar 2026 09:26:53 GMT\n",
        "Sat, ١٤ Mar 2026 09:26:53 GMT",
    ],
)
def test_another_spelling_of_an_http_date_is_refused(text: str) -> None:
    with pytest.raises(SignatureError) as refused:
        parse_http_date(text)
    assert refused.value.reason == "malformed-date"


def test_an_http_date_is_read() -> None:
    assert parse_http_date(DATE) == NOW


def test_an_http_date_is_written_in_utc() -> None:
    assert format_http_date(NOW.astimezone(timezone(timedelta(hours=-5)))) == DATE


@given(seconds=st.integers(min_value=0, max_value=9_999_999_999))
def test_what_is_written_is_read_again(seconds: int) -> None:
    moment = from_timestamp(seconds)
    assert parse_http_date(format_http_date(moment)) == parse_xml_date(format_xml_date(moment)) == moment


@pytest.mark.parametrize("seconds", [-1, 10_000_000_000, 10**400])
def test_a_timestamp_out_of_range_is_refused(seconds: int) -> None:
    with pytest.raises(SignatureError) as refused:
        from_timestamp(seconds)
    assert refused.value.reason == "malformed-date"


def test_a_timestamp_is_read() -> None:
    assert from_timestamp(TIMESTAMP) == NOW


@pytest.mark.parametrize(
    "text",
    [None, 1, [], "", "2026-03-14", "2026-03-14T09:26:53", "2026-03-14 09:26:53Z", "2026-02-30T09:26:53Z", "2026-03-14T09:26:60Z",
     "0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00", "2026-03-14T09:26:53+99:00", "2026-03-14T09:26:53Z\n", "20260314T092653Z"],
)  # fmt: skip
def test_another_spelling_of_an_xml_date_is_refused(text: object) -> None:
    with pytest.raises(SignatureError) as refused:
        parse_xml_date(text)
    assert refused.value.reason == "malformed-date"


@pytest.mark.parametrize("text", ["2026-03-14T09:26:53Z", "2026-03-14T10:26:53+01:00", "2026-03-14T09:26:53.000000000Z"])
def test_an_xml_date_is_read(text: str) -> None:
    assert parse_xml_date(text) == NOW


def test_an_xml_date_is_written_in_utc() -> None:
    assert format_xml_date(NOW.astimezone(timezone(timedelta(hours=2)))) == "2026-03-14T09:26:53Z"
