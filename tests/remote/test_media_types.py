"""Content types that pass for a document, and those that almost do."""

import pytest

from fedirse.remote.media_types import is_as2, is_jrd, is_json

PROFILE = "https://www.w3.org/ns/activitystreams"


@pytest.mark.attack("ORG-006")
@pytest.mark.parametrize(
    "value",
    ["text/plain", "image/png", "application/json", "application/octet-stream", "text/html", "application/xml", "text/html; charset=utf-8"],
)
def test_a_type_an_upload_may_have_is_no_document(value: str) -> None:
    assert not is_as2(value)


@pytest.mark.attack("ORG-007")
@pytest.mark.parametrize(
    "value",
    [
        "application/ld+json",
        f'application/ld+json; profile="{PROFILE}#evil"',
        f'application/ld+json; profile="{PROFILE}/"',
        'application/ld+json; profile="http://www.w3.org/ns/activitystreams"',
        f'application/ld+json; profile="x{PROFILE}"',
        f'application/ld+json; profile="{PROFILE},other"',
        f"application/ld+json; profile={PROFILE}",
        f'application/ld+json; profile="other"; profile="{PROFILE}"',
        f'application/ld+json; x="; profile=\\"{PROFILE}\\""',
        "application/activity+jsonx",
        "xapplication/activity+json",
        "application/activity+json, text/html",
        "text/html, application/activity+json",
        "application/activity+json; charset=utf-16",
        "application/activity+json; charset=utf-7",
        "application/activity+json; charset=utf-8; charset=utf-16",
        "application/activity+json;;x",
        "application/activity+json\x0b",
        "application/activity+json charset=utf-8",
        "application /activity+json",
        "application/activity+json; a=" + "b" * 1024,
        "",
    ],
)
def test_a_type_that_two_readers_may_read_differently_is_no_document(value: str) -> None:
    assert not is_as2(value)


@pytest.mark.parametrize(
    "value",
    [
        "application/activity+json",
        "Application/Activity+JSON",
        "application/activity+json; charset=utf-8",
        'application/activity+json;charset="UTF-8"',
        f'application/activity+json; profile="{PROFILE}"',
        "application/activity+json;",
        f'application/ld+json; profile="{PROFILE}"',
        f'application/ld+json;PROFILE="{PROFILE}"; charset=utf-8',
        f'application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted {PROFILE}"',
        'application/ld+json; profile="https:\\//www.w3.org/ns/activitystreams"',
    ],
)
def test_what_peers_send_is_a_document(value: str) -> None:
    assert is_as2(value)


@pytest.mark.parametrize("value", ["application/jrd+json", "application/json", "application/jrd+json; charset=utf-8"])
def test_a_descriptor_may_be_plain_json(value: str) -> None:
    assert is_jrd(value)


@pytest.mark.parametrize("value", ["text/html", "application/xrd+xml", "application/activity+json", "application/jrd", ""])
def test_a_descriptor_is_nothing_else(value: str) -> None:
    assert not is_jrd(value)


def test_json_may_name_a_profile() -> None:
    assert is_json('application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"; charset=utf-8')


def test_a_long_run_of_separators_is_read_in_one_pass() -> None:
    assert not is_as2("application/activity+json" + ";  " * 300 + "x")
