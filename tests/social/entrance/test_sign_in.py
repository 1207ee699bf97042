"""Signing in with a password, and what a stranger who tries gets."""

import asyncio
from datetime import timedelta

import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.social.accounts.actions import disable
from fedirse.social.accounts.sessions.store import list_sessions
from fedirse.social.accounts.store import get_account
from tests.social.entrance.conftest import PASSWORD, give_email
from tests.visitors import DOMAIN, Browser, Shop


async def sign_in(
    shop: Shop, name: str = "ines", password: str = PASSWORD, browser: Browser | None = None, **fields: str
) -> tuple[Browser, int]:
    browser = browser or Browser(shop)
    response = await browser.post("/sign-in", {"name": name, "password": password, **fields})
    return browser, response.status_code


def advance(shop: Shop, seconds: float) -> None:
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(seconds=seconds))


async def test_the_page_asks_for_name_and_password(doors: Shop) -> None:
    response = await Browser(doors).get("/sign-in?next=/settings/security")
    assert response.status_code == 200
    assert 'name="next" value="/settings/security"' in response.text
    assert 'autocomplete="current-password"' in response.text


@pytest.mark.parametrize("name", ["ines", "@ines", " INES ", f"ines@{DOMAIN}", f"@ines@{DOMAIN}", "ines@mail.example", "Ines@Mail.Example"])
async def test_a_name_is_a_handle_an_address_or_a_mail_address(name: str, doors: Shop) -> None:
    await give_email(doors, "ines", "Ines@mail.example")
    browser, status = await sign_in(doors, name)
    assert status == 303
    assert (await browser.get("/sign-in")).status_code == 303


async def test_a_mail_address_of_two_accounts_signs_nobody_in(doors: Shop) -> None:
    for handle in ("ines", "lea"):
        await give_email(doors, handle, "both@mail.example")
    assert (await sign_in(doors, "both@mail.example"))[1] == 422


async def test_after_it_one_is_where_one_wanted_to_go(doors: Shop) -> None:
    response = await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD, "next": "/tags/été?x=1".replace("é", "e")})
    assert response.headers["location"] == "/tags/ete?x=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "javascript:alert(1)",
        "\\/evil",
        "",
    ],
)
@pytest.mark.attack("WEB-006")
async def test_nobody_is_sent_to_another_site(elsewhere: str, doors: Shop) -> None:
    response = await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD, "next": elsewhere})
    assert (response.status_code, response.headers["location"]) == (303, "/")


async def test_a_wrong_name_and_a_wrong_password_are_told_the_same(doors: Shop) -> None:
    wrong = await Browser(doors).post("/sign-in", {"name": "ines", "password": "not the password"})
    unknown = await Browser(doors).post("/sign-in", {"name": "nobody", "password": "not the password"})
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace('value="ines"', "") == unknown.text.replace('value="nobody"', "")
    assert "set-cookie" not in wrong.headers
    assert "not the password" not in wrong.text


async def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password(doors: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str | None] = []

    def compare(password_hash: str | None, _typed: str) -> bool:
        compared.append(password_hash)
        return False

    monkeypatch.setattr("fedirse.social.entrance.passwords.actions.is_password", compare)
    await sign_in(doors, "nobody")
    await sign_in(doors, "ines")
    assert len(compared) == 2
    assert all(one is not None and one.startswith("$argon2id$") for one in compared)


async def test_a_disabled_account_is_told_the_same_as_a_wrong_password(doors: Shop) -> None:
    await doors.site.write(disable, "ines", doors.site.clock.now())
    assert (await sign_in(doors))[1] == 422


@pytest.mark.attack("WEB-003")
async def test_another_site_signs_nobody_in(doors: Shop) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        response = await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD}, headers=headers)
        assert response.status_code == 403
        assert "set-cookie" not in response.headers


async def test_every_sign_in_opens_a_new_session_and_ends_the_one_of_the_browser(doors: Shop) -> None:
    browser, _ = await sign_in(doors)
    first = dict(browser.cookies)
    assert (await browser.post("/sign-in", {"name": "ines", "password": PASSWORD})).status_code == 303
    assert browser.cookies["__Host-session"] != first["__Host-session"]
    account = await doors.site.read(get_account, "ines")
    assert len(await doors.site.read(list_sessions, account.id)) == 1


async def test_signing_out_ends_the_session(doors: Shop) -> None:
    browser, _ = await sign_in(doors)
    kept = Browser(doors)
    kept.cookies = dict(browser.cookies)
    response = await browser.post("/sign-out")
    assert response.status_code == 303
    assert response.headers["clear-site-data"] == '"storage"'
    assert "__Host-session" not in browser.cookies
    assert (await kept.get("/sign-in")).status_code == 200


@pytest.mark.attack("DOS-045")
async def test_an_overlong_password_is_not_hashed(doors: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr("fedirse.social.entrance.passwords.actions.is_password", lambda _hash, typed: hashed.append(typed))
    await sign_in(doors, password="x" * 1025)
    assert hashed == []
    await sign_in(doors, password="x" * 1024)
    assert len(hashed) == 1


@pytest.mark.attack("DOS-045")
async def test_few_passwords_are_hashed_at_once_and_few_more_wait(doors: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    running = most = 0
    all_came = asyncio.Event()

    async def count(work: object) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await all_came.wait()
        running -= 1
        return False

    monkeypatch.setattr("fedirse.social.entrance.passwords.actions.asyncio.to_thread", count)
    names = [f"name{number}" for number in range(limits.PASSWORDS_AT_ONCE + limits.PASSWORDS_WAITING + 1)]
    tries = [asyncio.create_task(sign_in(doors, name)) for name in names]
    (refused,), others = await asyncio.wait(tries, return_when=asyncio.FIRST_COMPLETED)
    assert (await refused)[1] == 429
    all_came.set()
    assert [status for _, status in await asyncio.gather(*others)] == [422] * len(others)
    assert most == limits.PASSWORDS_AT_ONCE


@pytest.mark.attack("WEB-029")
async def test_who_guesses_waits_longer_and_longer(doors: Shop) -> None:
    for _ in range(limits.SIGN_IN_FREE_TRIES):
        assert (await sign_in(doors, password="not the password"))[1] == 422
    refused = await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    advance(doors, 1)
    assert (await sign_in(doors, password="not the password"))[1] == 422
    advance(doors, 1)
    assert (await sign_in(doors))[1] == 429
    advance(doors, 1)
    assert (await sign_in(doors))[1] == 303
    assert (await sign_in(doors, password="not the password"))[1] == 422


@pytest.mark.attack("WEB-029")
async def test_a_stranger_locks_nobody_out(doors: Shop) -> None:
    owner, _ = await sign_in(doors)
    for _ in range(limits.SIGN_IN_FREE_TRIES + 1):
        await sign_in(doors, password="not the password")
    assert (await sign_in(doors))[1] == 429
    owner.cookies.pop("__Host-session")
    assert (await sign_in(doors, browser=owner))[1] == 303


@pytest.mark.attack("WEB-029")
async def test_a_browser_that_knows_the_account_guesses_no_more_than_others(doors: Shop) -> None:
    owner, _ = await sign_in(doors)
    for _ in range(limits.SIGN_IN_FREE_TRIES):
        assert (await sign_in(doors, password="not the password", browser=owner))[1] == 422
    assert (await sign_in(doors, browser=owner))[1] == 429
