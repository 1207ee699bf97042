"""What opens the API, and what does not: at every one of its addresses."""

import pytest

from fedirse.base import limits
from fedirse.base.roles import Role
from fedirse.features.announcements.api.document.model import OPERATIONS, ROOT, Operation
from fedirse.features.announcements.api.keys.model import May
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.visitors import session_cookie_name
from tests.features.announcements.api.programs import SENT, Program, address, give_key
from tests.features.announcements.desks import Desk, Office, give
from tests.visitors import Shop

EVERY = pytest.mark.parametrize("operation", [pytest.param(one, id=one.name) for one in OPERATIONS])
OTHER_ROUTES = ("/", "/announcements", "/announcements/keys", "/announcements/new", "/site/audit", "/notifications", "/people/marc/inbox")


async def refused(program: Program, operation: Operation, **headers: str) -> tuple[int, str, str]:
    """The status, its challenge and the code of the answer to somebody who may not."""
    body = SENT if operation.takes is not None else None
    response = await program.ask(operation.method, address(operation), body, headers=headers)
    return response.status_code, response.headers.get("www-authenticate", ""), response.json()["code"]


@EVERY
async def test_without_a_key_there_is_nothing(office: Office, operation: Operation) -> None:
    assert await refused(Program(office.shop), operation) == (401, "Bearer", "no-key")


@EVERY
async def test_a_session_opens_nothing(office: Office, operation: Operation) -> None:
    marc = await office.shop.sign_in("marc")
    cookie = f"{session_cookie_name(office.site)}={marc.cookies[session_cookie_name(office.site)]}"
    assert await refused(Program(office.shop), operation, cookie=cookie) == (401, "Bearer", "no-key")


@EVERY
async def test_what_is_no_key_opens_nothing(office: Office, operation: Operation) -> None:
    wrong = (new_secret(), "x" * 10_000, "", await office.shop.token("marc"))
    for secret in wrong:
        answer = await refused(Program(office.shop), operation, authorization=f"Bearer {secret}")
        assert answer == (401, "Bearer", "wrong-key")
    assert await refused(Program(office.shop), operation, authorization="Basic bWFyYzp4") == (401, "Bearer", "no-key")


@EVERY
async def test_a_key_that_reads_does_nothing(office: Office, operation: Operation) -> None:
    program, _ = await give_key(office.shop, may=May.READ)
    answer = await program.ask(operation.method, address(operation), SENT if operation.takes else None)
    assert (answer.status_code == 403) is (operation.needs is May.ANNOUNCE)
    assert answer.status_code in {200, 403, 404}


@EVERY
async def test_a_site_that_announces_nothing_has_no_api(desk: Desk, operation: Operation) -> None:
    await give(desk.shop, "marc", [Role.COMMUNICATOR])
    with_key, _ = await give_key(desk.shop)
    answers = [await program.ask(operation.method, address(operation), SENT) for program in (with_key, Program(desk.shop))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert (await desk.shop.get(f"{ROOT}/openapi.json")).status_code == 404


@pytest.mark.parametrize("path", OTHER_ROUTES)
async def test_a_key_is_no_way_into_any_other_route(office: Office, path: str) -> None:
    program, _ = await give_key(office.shop)
    answers = [await office.shop.get(path, token=token) for token in (program.secret, None)]
    assert answers[0].status_code in {401, 303, 200}
    assert answers[0].status_code != 200 or answers[0].text == answers[1].text


@EVERY
async def test_what_is_not_there_and_what_is_not_announced_are_the_same(office: Office, operation: Operation) -> None:
    if "{id}" not in operation.path:
        return
    program, _ = await give_key(office.shop)
    stranger = await office.shop.stranger("paul")
    posts = [(await office.shop.receive(stranger.actor, "Bonjour")).id, "01J00000000000000000000000", "x"]
    body = {**SENT, "of_version": 1} if operation.takes is not None else None
    answers = [await program.ask(operation.method, address(operation, one), body) for one in posts]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


async def test_another_method_is_refused_and_told_which_there_are(office: Office) -> None:
    program, _ = await give_key(office.shop)
    answer = await program.ask("PATCH", "/announcements", {})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert answer.json()["code"] == "method"


async def test_wrong_keys_are_counted_and_a_right_one_waits_for_none_of_them(office: Office) -> None:
    right, _ = await give_key(office.shop)
    free = limits.SIGN_IN_FREE_TRIES_PER_NETWORK
    codes = [(await Program(office.shop, new_secret()).ask("GET", "/segments")) for _ in range(free + 1)]
    assert [answer.status_code for answer in codes] == [401] * free + [429]
    assert int(codes[-1].headers["retry-after"]) > 0
    assert (await right.ask("GET", "/segments")).status_code == 200


async def test_a_refusal_speaks_the_language_that_is_asked_for(office: Office) -> None:
    for language, word in (("fr", "clé"), ("en", "key")):
        answer = await Program(office.shop).ask("GET", "/segments", headers={"accept-language": language})
        assert word in answer.json()["detail"]
        assert answer.headers["content-language"] == language


async def test_nobody_of_another_server_is_let_in(office: Office) -> None:
    shop: Shop = office.shop
    stranger = await shop.stranger("paul")
    assert (await shop.get(f"{ROOT}/announcements", signer=stranger)).status_code == 401
