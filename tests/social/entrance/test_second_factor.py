"""Codes of a program: set up, asked for, each taken once."""

import re
from datetime import timedelta

import msgspec
import pyotp
import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.social.accounts.store import get_account
from fedirse.social.entrance.second_factor.rules import typed_digits, typed_recovery_code
from fedirse.social.entrance.second_factor.store import count_recovery_codes, find_second_factor, remove_second_factor
from tests.social.entrance.conftest import PASSWORD
from tests.social.entrance.test_links import link_for, signed_in_as
from tests.visitors import Browser, Shop

TOTP = "/settings/security/totp"


def advance(shop: Shop, seconds: float) -> None:
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(seconds=seconds))


class Program:
    """An authenticator program that read the square."""

    def __init__(self, shop: Shop, key: str) -> None:
        self.shop = shop
        self.totp = pyotp.TOTP(key)

    def code(self, shift: int = 0) -> str:
        """What it shows, so many steps of time from now."""
        return self.totp.at(self.shop.site.clock.now() + timedelta(seconds=30 * shift))


async def set_up(shop: Shop, handle: str = "ines") -> tuple[Browser, Program, list[str]]:
    """Somebody who has just set it up: their browser, their program, and their recovery codes."""
    browser = await shop.sign_in(handle)
    await browser.post(f"{TOTP}/begin")
    page = await browser.get(TOTP)
    key = re.search(r'entrance-key">([A-Z2-7 ]+)<', page.text)
    assert key is not None
    program = Program(shop, key[1].replace(" ", ""))
    shown = await browser.post(f"{TOTP}/confirm", {"code": program.code()})
    assert shown.status_code == 200
    return browser, program, re.findall(r"<li><code>([^<]+)</code>", shown.text)


async def half_way(shop: Shop, handle: str = "ines") -> Browser:
    """Somebody whose password was right."""
    browser = Browser(shop)
    response = await browser.post("/sign-in", {"name": handle, "password": PASSWORD, "next": "/settings/preferences"})
    assert response.status_code == 200
    assert 'action="/sign-in/code"' in response.text
    return browser


async def test_after_the_password_a_code_is_asked_for(doors: Shop) -> None:
    _, program, codes = await set_up(doors)
    assert len(codes) == len(set(codes)) == limits.RECOVERY_CODES
    advance(doors, 30)
    browser = await half_way(doors)
    assert await signed_in_as(browser) is None
    response = await browser.post("/sign-in/code", {"code": program.code(), "next": "/settings/preferences"})
    assert response.headers["location"] == "/settings/preferences"
    assert await signed_in_as(browser) == "ines"


async def test_a_code_is_taken_once(doors: Shop) -> None:
    _, program, _ = await set_up(doors)
    assert (await (await half_way(doors)).post("/sign-in/code", {"code": program.code()})).status_code == 422
    advance(doors, 30)
    assert (await (await half_way(doors)).post("/sign-in/code", {"code": program.code()})).status_code == 303
    assert (await (await half_way(doors)).post("/sign-in/code", {"code": program.code()})).status_code == 422
    assert (await (await half_way(doors)).post("/sign-in/code", {"code": program.code(-1)})).status_code == 422


@pytest.mark.parametrize(("shift", "status"), [(-2, 422), (-1, 303), (1, 303), (2, 422)])
async def test_a_clock_may_be_a_little_off(shift: int, status: int, doors: Shop) -> None:
    _, program, _ = await set_up(doors)
    advance(doors, 300)
    browser = await half_way(doors)
    assert (await browser.post("/sign-in/code", {"code": program.code(shift)})).status_code == status


async def test_a_recovery_code_stands_in_once(doors: Shop) -> None:
    _, _, codes = await set_up(doors)
    assert (await (await half_way(doors)).post("/sign-in/code", {"code": f" {codes[0].upper()} "})).status_code == 303
    assert (await (await half_way(doors)).post("/sign-in/code", {"code": codes[0]})).status_code == 422
    account = await doors.site.read(get_account, "ines")
    assert await doors.site.read(count_recovery_codes, account.id) == limits.RECOVERY_CODES - 1


@pytest.mark.attack("WEB-029")
async def test_codes_are_not_guessed(doors: Shop) -> None:
    _, program, _ = await set_up(doors)
    advance(doors, 60)
    browser = await half_way(doors)
    for _ in range(limits.SIGN_IN_FREE_TRIES):
        assert (await browser.post("/sign-in/code", {"code": "000000"})).status_code == 422
    assert (await browser.post("/sign-in/code", {"code": program.code()})).status_code == 429
    again = await half_way(doors)
    assert (await again.post("/sign-in/code", {"code": program.code()})).status_code == 429
    advance(doors, 30)
    assert (await again.post("/sign-in/code", {"code": program.code()})).status_code == 303


async def test_a_question_is_answered_a_few_times_only(doors: Shop) -> None:
    _, program, _ = await set_up(doors)
    browser = await half_way(doors)
    for _ in range(limits.CHALLENGE_TRIES):
        advance(doors, 60)
        assert (await browser.post("/sign-in/code", {"code": "000000"})).status_code == 422
    advance(doors, 60)
    response = await browser.post("/sign-in/code", {"code": program.code()})
    assert response.status_code == 422
    assert 'action="/sign-in"' in response.text


async def test_a_question_is_for_one_browser_and_some_minutes(doors: Shop) -> None:
    _, program, _ = await set_up(doors)
    advance(doors, 60)
    browser = await half_way(doors)
    other = Browser(doors)
    assert (await other.post("/sign-in/code", {"code": program.code()})).status_code == 422
    assert await signed_in_as(other) is None
    advance(doors, 600)
    assert (await browser.post("/sign-in/code", {"code": program.code()})).status_code == 422


@pytest.mark.attack("WEB-003")
async def test_another_site_answers_no_question(doors: Shop) -> None:
    _, program, _ = await set_up(doors)
    advance(doors, 60)
    browser = await half_way(doors)
    response = await browser.post("/sign-in/code", {"code": program.code()}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403


async def test_a_link_does_not_get_around_it(doors: Shop) -> None:
    _, program, _ = await set_up(doors)
    advance(doors, 60)
    browser = Browser(doors)
    asked = await browser.post(await link_for(doors))
    assert 'action="/sign-in/code"' in asked.text
    assert await signed_in_as(browser) is None
    assert (await browser.post("/sign-in/code", {"code": program.code()})).status_code == 303


async def test_what_is_not_confirmed_by_a_code_is_not_asked_for(doors: Shop) -> None:
    browser = await doors.sign_in("ines")
    await browser.post(f"{TOTP}/begin")
    assert (await browser.post(f"{TOTP}/confirm", {"code": "000000"})).status_code == 422
    assert (await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD})).status_code == 303


async def test_the_key_is_shown_until_it_is_in_use_and_never_again(doors: Shop) -> None:
    browser, program, codes = await set_up(doors)
    page = await browser.get(TOTP)
    assert program.totp.secret not in page.text.replace(" ", "")
    assert codes[0] not in page.text
    await browser.post(f"{TOTP}/begin")
    assert "entrance-key" not in (await browser.get(TOTP)).text


@pytest.mark.attack("WEB-021")
async def test_the_database_holds_neither_the_key_nor_the_codes(doors: Shop) -> None:
    _, program, codes = await set_up(doors)
    held = b"".join(path.read_bytes() for path in doors.site.folder.glob("site.db*"))
    for secret in (program.totp.secret, *codes, *(code.replace("-", "") for code in codes)):
        assert secret.encode() not in held
    account = await doors.site.read(get_account, "ines")
    kept = await doors.site.read(find_second_factor, account.id)
    assert kept is not None
    assert len(kept.sealed) > len(program.totp.secret)


async def test_new_recovery_codes_end_the_old_ones(doors: Shop) -> None:
    browser, _, codes = await set_up(doors)
    shown = await browser.post(f"{TOTP}/codes")
    fresh = re.findall(r"<li><code>([^<]+)</code>", shown.text)
    assert len(fresh) == limits.RECOVERY_CODES
    assert (await (await half_way(doors)).post("/sign-in/code", {"code": codes[0]})).status_code == 422
    assert (await (await half_way(doors)).post("/sign-in/code", {"code": fresh[0]})).status_code == 303


async def test_removing_it_is_for_who_proved_who_they_are(doors: Shop) -> None:
    browser, _, codes = await set_up(doors)
    advance(doors, 3600)
    asked = await browser.post(f"{TOTP}/remove")
    assert 'action="/confirm"' in asked.text
    confirmed = await browser.post("/confirm", {"code": codes[3], "next": TOTP})
    assert confirmed.headers["location"] == TOTP
    assert (await browser.post(f"{TOTP}/remove")).status_code == 303
    assert (await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD})).status_code == 303


async def test_sessions_that_were_opened_without_it_end_when_it_is_set_up(doors: Shop) -> None:
    before = await doors.sign_in("ines")
    browser, _, _ = await set_up(doors)
    assert await signed_in_as(browser) == "ines"
    assert await signed_in_as(before) is None
    await before.post(f"{TOTP}/remove")
    account = await doors.site.read(get_account, "ines")
    assert await doors.site.read(find_second_factor, account.id) is not None


async def test_somebody_who_lost_everything_can_be_let_in_by_the_operator(doors: Shop) -> None:
    await set_up(doors)
    account = await doors.site.read(get_account, "ines")
    assert await doors.site.write(remove_second_factor, account.id)
    assert (await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD})).status_code == 303


async def test_it_opens_what_administrators_must_show_more_for(doors: Shop) -> None:
    doors.site.adopt(msgspec.structs.replace(doors.site.settings, second_factor="administrators"))
    browser, program, _ = await set_up(doors, "marc")
    assert (await browser.get("/site/audit")).status_code == 200
    advance(doors, 60)
    later = await half_way(doors, "marc")
    await later.post("/sign-in/code", {"code": program.code()})
    assert (await later.get("/site/audit")).status_code == 200


def test_codes_are_read_as_people_type_them() -> None:
    assert typed_digits(" 123 456 ") == "123456"
    assert typed_digits("12345") == typed_digits("1234567") == typed_digits("١٢٣٤٥٦") == ""
    assert typed_recovery_code("ABCD-efgh jkmn") == "abcdefghjkmn"
