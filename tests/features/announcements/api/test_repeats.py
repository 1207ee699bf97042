"""A request that is sent again because its answer was lost."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.api.repeats.rules import repeat_of
from fedirse.features.announcements.api.repeats.store import api_answers
from tests.features.announcements.api.programs import SENT, Program, give_key
from tests.features.announcements.desks import Office

NAME = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
NAMED = {"idempotency-key": NAME}


@pytest.fixture
async def program(office: Office) -> Program:
    found, _ = await give_key(office.shop)
    return found


@pytest.mark.parametrize("value", ["", '""', '"a', "a b", '"é"', '"\\a"', f'"{"x" * (limits.API_REPEAT_CHARACTERS + 1)}"', "a,b;c"])
async def test_what_is_no_string_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        repeat_of([value], "POST", "/", {})


def test_two_names_are_refused() -> None:
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        repeat_of(['"a"', '"a"'], "POST", "/", {})


def test_a_name_may_be_so_long_and_stand_without_quotes() -> None:
    longest = "x" * limits.API_REPEAT_CHARACTERS
    assert repeat_of([f'"{longest}"'], "POST", "/", {}) == repeat_of([longest], "POST", "/", {}) is not None
    assert repeat_of(['"a\\"b"'], "POST", "/", {}) != repeat_of(['"ab"'], "POST", "/", {})


def test_without_a_name_nothing_is_told_apart() -> None:
    assert repeat_of([], "POST", "/", {}) is None


async def test_the_same_under_the_same_name_is_done_once(office: Office, program: Program) -> None:
    answers = [await program.ask("POST", "/announcements", SENT, headers=NAMED) for _ in range(2)]
    turned = dict(reversed(SENT.items()))
    answers.append(await program.ask("POST", "/announcements", turned, headers={"idempotency-key": NAME.strip('"')}))
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({(answer.content, answer.headers["location"]) for answer in answers}) == 1
    assert len(await office.all()) == 1


async def test_at_the_same_moment_it_is_done_once_as_well(office: Office, program: Program) -> None:
    answers = await asyncio.gather(*(program.ask("POST", "/announcements", SENT, headers=NAMED) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await office.all()) == 1


async def test_something_else_under_the_same_name_is_refused(office: Office, program: Program) -> None:
    post_id = (await program.ask("POST", "/announcements", SENT, headers=NAMED)).json()["id"]
    answers = [
        await program.ask("POST", "/announcements", {**SENT, "title": "Autre"}, headers=NAMED),
        await program.ask("POST", f"/announcements/{post_id}/reminders", headers=NAMED),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "idempotency-key-reused", "Idempotency-Key")
    assert len(await office.all()) == 1


async def test_what_was_refused_can_be_mended_under_the_same_name(office: Office, program: Program) -> None:
    assert (await program.ask("POST", "/announcements", {**SENT, "title": ""}, headers=NAMED)).status_code == 422
    assert (await program.ask("POST", "/announcements", SENT, headers=NAMED)).status_code == 201


async def test_it_is_not_announced_again_after_it_was_taken_back(office: Office, program: Program) -> None:
    first = await program.ask("POST", "/announcements", SENT, headers=NAMED)
    await program.ask("DELETE", f"/announcements/{first.json()['id']}")
    again = await program.ask("POST", "/announcements", SENT, headers=NAMED)
    assert (again.status_code, again.content) == (201, first.content)
    assert await office.all() == []


async def test_reminding_is_done_once_too(office: Office, program: Program) -> None:
    post_id = await program.announce()
    answers = [await program.ask("POST", f"/announcements/{post_id}/reminders", headers=NAMED) for _ in range(2)]
    assert [answer.json()["asked"] for answer in answers] == [1, 1]


async def test_another_program_has_names_of_its_own(office: Office, program: Program) -> None:
    other, _ = await give_key(office.shop)
    ids = {(await one.ask("POST", "/announcements", SENT, headers=NAMED)).json()["id"] for one in (program, other)}
    assert len(ids) == 2


async def test_without_a_name_it_is_done_each_time(office: Office, program: Program) -> None:
    assert len({await program.announce(), await program.announce()}) == 2


async def test_a_name_is_remembered_for_a_day_and_holds_no_words(office: Office, program: Program) -> None:
    await program.ask("POST", "/announcements", SENT, headers=NAMED)
    [row] = await office.site.read(lambda tx: tx.execute(select(api_answers)).all())
    assert not any(str(word) in str(tuple(row)) for word in (SENT["title"], SENT["text"]))
    assert isinstance(office.site.clock, FixedClock)
    office.site.clock.advance(timedelta(days=1, seconds=1))
    await program.ask("POST", "/announcements", SENT, headers=NAMED)
    assert len(await office.all()) == 2
    assert await office.site.read(lambda tx: tx.execute(select(func.count()).select_from(api_answers)).scalar_one()) == 1
