"""What a program may send: everything else is refused with a sentence, and nothing is published."""

import json
from typing import Any

import pytest

from fedirse.base import limits
from tests.features.announcements.api.programs import SENT, TEXT, Program, give_key, later
from tests.features.announcements.desks import Office

CONDITION = "audience"


@pytest.fixture
async def program(office: Office) -> Program:
    found, _ = await give_key(office.shop)
    return found


async def refusal(program: Program, **sent: Any) -> tuple[int, str, str | None]:
    """The status, the code and the field of the answer to an announcement with these fields instead."""
    body = {**SENT, **sent}
    answer = await program.ask("POST", "/announcements", {name: value for name, value in body.items() if value is not ...})
    told = answer.json()
    assert not (await program.ask("GET", "/announcements")).json()["items"]
    return answer.status_code, told["code"], told.get("field")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "not-json"),
        (b"[]", "not-an-object"),
        (b"\xff", "not-utf8"),
        (b'{"title": 1, "title": 2}', "duplicate-key"),
        (b'{"title": "\\u0000"}', "nul-character"),
        (b'{"title": "\\ud800"}', "lone-surrogate"),
        (b"[" * 100, "not-json"),
    ],
)
async def test_what_is_no_json_object_is_refused(program: Program, content: bytes, code: str) -> None:
    answer = await program.ask("POST", "/announcements", content=content)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("field", "wrong", "code"),
    [
        ("title", ..., "missing-field"),
        ("text", ..., "missing-field"),
        ("audience", ..., "missing-field"),
        ("titel", "x", "unknown-field"),
        ("of_version", 1, "unknown-field"),
        ("title", 5, "bad-field"),
        ("title", "  ", "no-title"),
        ("title", "x" * 201, "title-too-long"),
        ("text", "x" * (limits.TYPED_BYTES + 1), "post-too-long"),
        ("priority", "high", "bad-field"),
        ("asked_of", "all", "bad-field"),
        ("confirm_before", "tomorrow", "bad-field"),
        ("confirm_before", "2027-01-01T00:00:00", "bad-field"),
        ("confirm_before", "2020-01-01T00:00:00Z", "past-deadline"),
        ("counts_until", "9999-12-31T23:00:00-08:00", "bad-date"),
        ("counts_until", "0001-01-01T00:00:00+08:00", "bad-date"),
        ("counts_until", "2020-01-01T00:00:00Z", "past-end"),
        ("embargo_until", "2020-01-01T00:00:00Z", "past-embargo"),
        ("language", "français", "bad-language"),
        ("audience", {"kind": "segment"}, "segment-or-not"),
        ("audience", {"kind": "network", "segments": ["https://a.example/1"]}, "segment-or-not"),
        ("audience", {"kind": "segment", "segments": ["https://a.example/1"]}, "unknown-segment"),
    ],
)
async def test_a_field_that_cannot_be_used_is_named(program: Program, field: str, wrong: object, code: str) -> None:
    assert await refusal(program, **{field: wrong}) == (422, code, field)


@pytest.mark.parametrize(
    ("audience", "field"),
    [
        ({"kind": "site"}, "audience.kind"),
        ({"kind": "network", "sites": []}, "audience.sites"),
        ({}, "audience.kind"),
        ({"kind": "segment", "segments": ["a", "b"]}, "audience.segments"),
        ({"kind": "segment", "segments": ["x" * (limits.URI_LENGTH + 1)]}, "audience.segments[0]"),
        ("network", "audience"),
    ],
)
async def test_what_is_wrong_inside_is_named_too(program: Program, audience: object, field: str) -> None:
    assert (await refusal(program, audience=audience))[2] == field


async def test_an_embargo_on_what_everybody_reads_is_refused(program: Program) -> None:
    soon = later(program.shop, days=1)
    assert await refusal(program, audience={"kind": "public"}, embargo_until=soon) == (422, "public-embargo", "embargo_until")


async def test_a_body_may_be_so_large_and_no_larger(program: Program) -> None:
    whole = json.dumps(SENT).encode()
    most = whole + b" " * (limits.API_BODY_BYTES - len(whole))
    assert (await program.ask("POST", "/announcements", content=most)).status_code == 201
    answer = await program.ask("POST", "/announcements", content=most + b" ")
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


async def test_only_json_is_read(program: Program) -> None:
    for headers in ({"content-type": "application/x-www-form-urlencoded"}, {"content-type": "text/plain"}, {"content-encoding": "gzip"}):
        answer = await program.ask("POST", "/announcements", SENT, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "not-json")


@pytest.mark.parametrize("limit", ["0", str(limits.API_ITEMS + 1), "-1", "x", "", "1e1", "٣", "9" * 5000])
async def test_so_many_cannot_be_asked_for(program: Program, limit: str) -> None:
    answer = await program.ask("GET", f"/announcements?limit={limit}")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "bad-limit", "limit")


async def test_as_many_as_may_be_are_given(program: Program) -> None:
    assert (await program.ask("GET", f"/announcements?limit={limits.API_ITEMS}")).status_code == 200


async def test_what_is_no_id_begins_no_page(program: Program) -> None:
    answer = await program.ask("GET", "/announcements?before=x")
    assert (answer.status_code, answer.json()["field"]) == (422, "before")


async def test_a_reminder_takes_no_fields(program: Program) -> None:
    post_id = await program.announce()
    assert (await program.ask("POST", f"/announcements/{post_id}/reminders", {"to": "all"})).json()["code"] == "unknown-field"
    assert (await program.ask("POST", f"/announcements/{post_id}/reminders", {})).status_code == 200


async def test_a_later_version_says_which_one_it_is_made_from(program: Program) -> None:
    post_id = await program.announce()
    for wrong, code in (({}, "missing-field"), ({"of_version": 0}, "bad-field"), ({"of_version": "1"}, "bad-field")):
        answer = await program.ask("PUT", f"/announcements/{post_id}", {**SENT, "text": f"{TEXT} Merci.", **wrong})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, "of_version")
