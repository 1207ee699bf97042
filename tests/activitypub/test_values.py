from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub import values
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument

NOTE = "https://sib.example/notes/1"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "href", "@value", "totalItems", "url", "x"]), inner),
    max_leaves=12,
)


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize("bad", ["/n/1", "", "n/1", "urn:uuid:0", "javascript:alert(1)", [NOTE], {}, {"id": NOTE}, 7, True])
def test_an_id_that_is_not_an_absolute_uri_is_refused(bad: object) -> None:
    with pytest.raises(MalformedDocument) as caught:
        values.required_id({"id": bad})
    assert caught.value.reason == "bad-id"


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize("document", [{}, {"id": None}])
def test_a_document_without_an_id_is_refused_where_one_is_required(document: dict[str, object]) -> None:
    with pytest.raises(MalformedDocument) as caught:
        values.required_id(document)
    assert caught.value.reason == "no-id"


@pytest.mark.parametrize("document", [{}, {"id": None}])
def test_an_embedded_document_may_be_anonymous(document: dict[str, object]) -> None:
    assert values.own_id(document) is None


@given(json_values)
def test_no_shape_makes_a_reader_raise(value: object) -> None:
    for read in (
        values.first,
        values.many,
        values.link_id,
        values.link_ids,
        values.web_address,
        values.uri,
        values.type_name,
        values.text,
        values.language_map,
        values.parse_datetime,
        values.integer,
        values.count,
        values.total,
        values.number,
        values.boolean,
        values.handle,
    ):
        read(value)


@pytest.mark.parametrize(
    ("value", "target"),
    [
        (NOTE, NOTE),
        ({"id": NOTE}, NOTE),
        ({"type": "Link", "href": NOTE}, NOTE),
        ({"id": 7, "href": NOTE}, NOTE),
        ([NOTE, "https://sib.example/notes/2"], NOTE),
        ([{"id": NOTE}], NOTE),
        ("", None),
        ([], None),
        ({}, None),
        (7, None),
        ([[NOTE]], None),
    ],
)
def test_what_a_value_points_to(value: object, target: str | None) -> None:
    assert values.link_id(value) == target


def test_several_targets_keep_their_order_and_come_once_each() -> None:
    assert values.link_ids([NOTE, {"id": "https://sib.example/2"}, None, NOTE, 7]) == (NOTE, "https://sib.example/2")


def test_an_overlong_target_is_left_out() -> None:
    longest = "https://sib.example/".ljust(limits.URI_LENGTH, "a")
    assert values.link_ids([longest, longest + "a"]) == (longest,)


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://sib.example/<b>",
        "https://sib.example/ x",
        "ftp://a",
        "https://sib.example@evil.example/",
        "https://a:b@sib.example",
        "https:///x",
        "https://[sib.example/",
        "https://sib]example/",
        "https://\u2100.example/",
        "https://sib\uff0fexample/",
        "https://:443/",
    ],
)
def test_only_web_addresses_may_be_followed(value: str) -> None:
    assert values.web_address(value) is None


@pytest.mark.parametrize(
    "value", ["https://sib.example", "https://sib.example/@a", "HTTP://sib.example:8443?x=a@b", "https://été.example/#@"]
)
def test_what_looks_like_a_handle_may_stand_behind_the_host(value: str) -> None:
    assert values.web_address(value) == value


@pytest.mark.parametrize("length", [limits.URI_LENGTH, limits.URI_LENGTH + 1])
def test_a_web_address_is_as_long_as_a_uri_at_most(length: int) -> None:
    address = "https://sib.example/".ljust(length, "a")
    assert values.web_address(address) == (address if length <= limits.URI_LENGTH else None)


def test_of_several_types_the_first_known_one_counts() -> None:
    assert values.type_name(["Review", "Article", "Note"], {"Article", "Note"}) == "Article"


def test_without_a_known_type_the_first_one_counts() -> None:
    assert values.type_name([7, "Review", "Comment"], {"Article"}) == "Review"


@pytest.mark.parametrize("value", [None, "", [], [None, 7], {}])
def test_no_type_is_none(value: object) -> None:
    assert values.type_name(value, {"Note"}) is None


def test_a_text_is_cut_after_its_limit() -> None:
    assert values.text("a" * (limits.NAME_LENGTH + 1), limits.NAME_LENGTH) == "a" * limits.NAME_LENGTH


def test_a_text_of_the_limit_is_kept_whole() -> None:
    assert values.text("a" * limits.SUMMARY_LENGTH) == "a" * limits.SUMMARY_LENGTH


@pytest.mark.parametrize("value", ["", None, 7, [], {}, {"@value": 7}, [["a"]]])
def test_what_is_no_text_is_none(value: object) -> None:
    assert values.text(value) is None


@pytest.mark.parametrize("value", ["a", ["a", "b"], {"@value": "a", "@language": "fr"}, [{"@value": "a"}]])
def test_a_text_in_any_wrapping_is_read(value: object) -> None:
    assert values.text(value) == "a"


def test_a_language_map_leaves_out_what_is_no_translation() -> None:
    assert values.language_map({"fr": "bonjour", "en": "", "de": 7, "@none": "x", "": "y", "it": ["ciao"]}) == {
        "fr": "bonjour",
        "it": "ciao",
    }


@pytest.mark.parametrize("number", [limits.LANGUAGES, limits.LANGUAGES + 1])
def test_a_language_map_ends_at_its_limit(number: int) -> None:
    assert len(values.language_map({f"x-{index}": "a" for index in range(number)})) == limits.LANGUAGES


@pytest.mark.parametrize("value", [["fr"], "fr", None, 7])
def test_what_is_no_language_map_is_empty(value: object) -> None:
    assert values.language_map(value) == {}


def test_a_property_given_in_languages_only_is_read_in_its_first() -> None:
    assert values.natural_text({"nameMap": {"fr": "Avis", "en": "Notice"}}, "name") == "Avis"


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-21T09:30:00Z", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ("2026-11-21T09:30:00+02:00", datetime(2026, 11, 21, 7, 30, tzinfo=UTC)),
        ("2026-11-21T09:30:00-0130", datetime(2026, 11, 21, 11, 0, tzinfo=UTC)),
        ("2026-11-21T09:30:00", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ("2026-11-21T09:30Z", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ("2026-11-21 09:30:00 +00:00", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ("2026-11-21t09:30:00z", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ("2026-11-21T09:30:00.123456789Z", datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)),
        ("2026-11-21T09:30:00,5Z", datetime(2026, 11, 21, 9, 30, 0, 500000, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (["2026-11-21T09:30:00Z"], datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ({"@value": "2026-11-21T09:30:00Z"}, datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
    ],
)
def test_dates_that_programs_really_send_are_read(written: object, instant: datetime) -> None:
    assert values.parse_datetime(written) == instant


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-21T25:00:00Z",
        "2026-11-21T09:60:00Z",
        "2026-11-21T09:30:61Z",
        "2026-11-21T09:30:00+24:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "9999-12-31T23:59:59Z",
        "9999-01-01T00:00:00Z",
        "0001-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "2026-11-21",
        "2026-W01-1T09:30:00Z",
        "20261121T093000Z",
        "٢٠٢٦-11-21T09:30:00Z",
        "2026-11-21T09:30:00Z\n",
        "Sat, 21 Nov 2026 09:30:00 GMT",
        "yesterday",
        1795253400,
        None,
        True,
    ],
)
def test_a_date_that_no_calendar_has_is_none(written: object) -> None:
    assert values.parse_datetime(written) is None


def test_a_date_is_always_in_utc() -> None:
    instant = values.parse_datetime("2026-11-21T09:30:00+02:00")
    assert instant is not None
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2026, 11, 21, 9, 30, tzinfo=UTC), "2026-11-21T09:30:00Z"),
        (datetime(2026, 11, 21, 9, 30, 0, 999, tzinfo=UTC), "2026-11-21T09:30:00Z"),
        (datetime(2026, 11, 21, 9, 30, 0, 120_000, tzinfo=UTC), "2026-11-21T09:30:00.120Z"),
        (datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=2))), "2026-11-21T07:30:00Z"),
    ],
)
def test_a_date_is_written_in_utc_with_milliseconds_only_where_it_has_any(instant: datetime, written: str) -> None:
    assert values.render_datetime(instant) == written


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_date_comes_back_as_it_was_written_to_the_millisecond(instant: datetime) -> None:
    milliseconds = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    assert values.parse_datetime(values.render_datetime(instant)) == milliseconds


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (7.0, 7),
        ("7", 7),
        ([7, 8], 7),
        (-7, -7),
        (limits.JSON_HIGHEST_INTEGER, limits.JSON_HIGHEST_INTEGER),
        (limits.JSON_HIGHEST_INTEGER + 1, None),
        (str(limits.JSON_HIGHEST_INTEGER + 1), None),
        (float("inf"), None),
        (7.5, None),
        (True, None),
        ("7.0", None),
        ("٧", None),
        ("", None),
        (None, None),
        ({}, None),
    ],
    ids=repr,
)
def test_whole_numbers(value: object, number: int | None) -> None:
    assert values.integer(value) == number


def test_a_count_is_never_negative() -> None:
    assert values.count(-1) is None


@pytest.mark.parametrize(("value", "total"), [({"totalItems": 3}, 3), ([{"totalItems": 3}], 3), ({"totalItems": -3}, None), (NOTE, None)])
def test_what_an_embedded_collection_counts(value: object, total: int | None) -> None:
    assert values.total(value) == total


@pytest.mark.parametrize("value", [True, "1", float("nan"), float("inf"), 10**30, None])
def test_what_is_no_finite_number_is_none(value: object) -> None:
    assert values.number(value) is None


@pytest.mark.parametrize(("value", "answer"), [(True, True), ("false", False), ([True], True), ("yes", None), (1, None), (None, None)])
def test_truth_values(value: object, answer: bool | None) -> None:
    assert values.boolean(value) is answer


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a b",
        "a@b",
        "a/b",
        "a?b",
        "a#b",
        "a\u202eb",
        "a\nb",
        pytest.param("a" * (limits.HANDLE_LENGTH + 1), id="overlong"),
        "<script>",
        7,
        None,
    ],
)
def test_a_name_that_cannot_be_told_from_its_surroundings_is_no_handle(name: object) -> None:
    assert values.handle(name) is None


@pytest.mark.parametrize("name", ["ines", "Inès", "ines.martin-2", "shop_7", pytest.param("a" * limits.HANDLE_LENGTH, id="longest")])
def test_a_handle_is_kept_as_it_is_written(name: str) -> None:
    assert values.handle(name) == name


def test_members_that_say_nothing_are_left_out() -> None:
    assert values.present({"a": None, "b": "", "c": [], "d": {}, "e": False, "f": 0}) == {"e": False, "f": 0}
