"""Content types that pass for a descriptor, and those that almost do."""

import pytest

from fedirse.remote.media_types import is_jrd


@pytest.mark.parametrize(
    "value",
    [
        "text/html",
        "application/xrd+xml",
        "application/activity+json",
        "application/jrd",
        "application/jsonp",
        "xapplication/json",
        "application/json, text/html",
        'application/json; a="b", text/html',
        "application/json charset=utf-8",
        "application/json\x0b",
        "",
    ],
)
def test_another_type_is_no_descriptor(value: str) -> None:
    assert not is_jrd(value)


@pytest.mark.parametrize(
    "value",
    [
        "application/jrd+json",
        "application/json",
        "Application/JRD+JSON; charset=utf-8",
        'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"; charset=utf-8',
        "application/json;",
    ],
)
def test_what_peers_send_is_a_descriptor(value: str) -> None:
    assert is_jrd(value)


def test_a_long_run_of_separators_is_read_in_one_pass() -> None:
    assert not is_jrd("application/json" + ";  " * 300 + "x")
