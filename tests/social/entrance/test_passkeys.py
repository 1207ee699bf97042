"""Signing in with what unlocks a telephone."""

import json
import re
from datetime import timedelta

import msgspec
import pytest
from webauthn.helpers import bytes_to_base64url

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.social.accounts.actions import disable
from fedirse.social.accounts.store import find_account, get_account
from fedirse.social.entrance.links.model import LinkKind
from fedirse.social.entrance.passkeys.store import list_passkeys
from tests.social.entrance.authenticator import PRESENT, Authenticator
from tests.social.entrance.conftest import PASSWORD
from tests.social.entrance.test_links import NEW, invitation, link_for, signed_in_as
from tests.visitors import Browser, Shop

PASSKEYS = "/settings/security/passkeys"


async def options(browser: Browser, path: str = "/sign-in/passkey/options", **fields: str) -> dict[str, object]:
    """What the script fetches."""
    response = await browser.post(path, fields)
    assert response.status_code == 200
    found: dict[str, object] = json.loads(response.text)
    return found


async def with_passkey(shop: Shop, handle: str = "ines", device: Authenticator | None = None) -> Authenticator:
    """The device of somebody who has just added its passkey."""
    browser, device = await shop.sign_in(handle), device or Authenticator()
    answer = device.make(await options(browser, f"{PASSKEYS}/options"))
    response = await browser.post(PASSKEYS, {"answer": answer, "passkey_name": "Mon téléphone"})
    assert response.status_code == 303
    return device


async def count(shop: Shop, handle: str = "ines") -> int:
    account = await shop.site.read(get_account, handle)
    return len(await shop.site.read(list_passkeys, account.id))


async def sign_in(shop: Shop, device: Authenticator, **fields: str) -> tuple[Browser, int]:
    browser = Browser(shop)
    response = await browser.post("/sign-in/passkey", {"answer": device.use(await options(browser)), **fields})
    return browser, response.status_code


async def test_a_passkey_signs_in_without_name_and_password(shop: Shop) -> None:
    device = await with_passkey(shop)
    browser, status = await sign_in(shop, device)
    assert status == 303
    assert await signed_in_as(browser) == "ines"
    page = await browser.get("/settings/security")
    assert "Mon téléphone" in page.text


async def test_what_is_asked_names_the_site_by_its_domain_and_nobody(shop: Shop) -> None:
    asked = await options(Browser(shop))
    assert (asked["rpId"], asked["userVerification"], asked.get("allowCredentials", [])) == ("magasin.example", "required", [])
    new = await options(await shop.sign_in("ines"), f"{PASSKEYS}/options")
    assert isinstance(new["user"], dict)
    assert new["user"]["name"] == "ines@magasin.example"
    assert "ines" not in new["user"]["id"]


async def test_it_counts_as_a_second_factor(shop: Shop) -> None:
    shop.site.adopt(msgspec.structs.replace(shop.site.settings, second_factor="administrators"))
    device = await with_passkey(shop, "marc")
    browser, _ = await sign_in(shop, device)
    assert (await browser.get("/site/audit")).status_code == 200


async def test_adding_one_opens_what_administrators_must_show_more_for(shop: Shop) -> None:
    shop.site.adopt(msgspec.structs.replace(shop.site.settings, second_factor="administrators"))
    browser = await shop.sign_in("marc")
    assert (await browser.get("/site/audit")).status_code == 303
    await browser.post(PASSKEYS, {"answer": Authenticator().make(await options(browser, f"{PASSKEYS}/options"))})
    assert (await browser.get("/site/audit")).status_code == 200


async def test_an_answer_is_taken_once(shop: Shop) -> None:
    device, browser = await with_passkey(shop), Browser(shop)
    answer = device.use(await options(browser))
    cookies = dict(browser.cookies)
    assert (await browser.post("/sign-in/passkey", {"answer": answer})).status_code == 303
    replaying = Browser(shop)
    replaying.cookies = cookies
    assert (await replaying.post("/sign-in/passkey", {"answer": answer})).status_code == 422


async def test_an_answer_is_of_the_browser_that_was_asked(shop: Shop) -> None:
    device, asked, other = await with_passkey(shop), Browser(shop), Browser(shop)
    answer = device.use(await options(asked))
    await options(other)
    assert (await other.post("/sign-in/passkey", {"answer": answer})).status_code == 422
    assert (await Browser(shop).post("/sign-in/passkey", {"answer": answer})).status_code == 422


async def test_an_answer_comes_within_some_minutes(shop: Shop) -> None:
    device, browser = await with_passkey(shop), Browser(shop)
    answer = device.use(await options(browser))
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(minutes=10))
    assert (await browser.post("/sign-in/passkey", {"answer": answer})).status_code == 422


@pytest.mark.parametrize(
    "changes", [{"origin": "https://evil.example"}, {"origin": "https://magasin.example:8443"}, {"flags": PRESENT}, {"flags": 0}]
)
async def test_an_answer_of_another_site_or_of_nobody_in_particular_is_refused(changes: dict[str, object], shop: Shop) -> None:
    device = await with_passkey(shop)
    for name, value in changes.items():
        setattr(device, name, value)
    assert (await sign_in(shop, device))[1] == 422


async def test_a_device_that_was_copied_is_found_out_by_its_count(shop: Shop) -> None:
    device = await with_passkey(shop)
    assert (await sign_in(shop, device))[1] == 303
    device.sign_count -= 1
    assert (await sign_in(shop, device))[1] == 422


async def test_a_device_that_does_not_count_is_taken(shop: Shop) -> None:
    device = await with_passkey(shop, device=Authenticator(counts=False))
    assert [(await sign_in(shop, device))[1] for _ in range(2)] == [303, 303]


async def test_another_key_under_the_same_name_is_refused(shop: Shop) -> None:
    device, impostor = await with_passkey(shop), Authenticator()
    impostor.person = device.person
    assert (await sign_in(shop, impostor))[1] == 422


async def test_a_passkey_that_names_somebody_else_is_refused(shop: Shop) -> None:
    device = await with_passkey(shop)
    device.person = "c29tZWJvZHk"
    assert (await sign_in(shop, device))[1] == 422


async def test_a_disabled_account_is_not_signed_in(shop: Shop) -> None:
    device = await with_passkey(shop)
    await shop.site.write(disable, "ines", shop.site.clock.now())
    assert (await sign_in(shop, device))[1] == 422


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        '{"id": 1}',
        '{"id": "x"}',
        '{"id": "x", "response": 1}',
        "[" * 9999,
        "x" * limits.PASSKEY_ANSWER_CHARACTERS,
    ],
)
async def test_what_is_no_answer_is_refused(answer: str, shop: Shop) -> None:
    browser = Browser(shop)
    await options(browser)
    assert (await browser.post("/sign-in/passkey", {"answer": answer})).status_code == 422


async def test_an_answer_longer_than_any_is_not_read(shop: Shop) -> None:
    device, browser = await with_passkey(shop), Browser(shop)
    answer = device.use(await options(browser))
    padded = answer + " " * (limits.PASSKEY_ANSWER_CHARACTERS - len(answer))
    assert (await browser.post("/sign-in/passkey", {"answer": f"{padded} "})).status_code == 422
    assert (await browser.post("/sign-in/passkey", {"answer": padded})).status_code == 303


async def test_an_account_has_so_many_passkeys_and_no_more(shop: Shop) -> None:
    for number in range(limits.PASSKEYS_PER_ACCOUNT):
        await with_passkey(shop, device=Authenticator(credential=f"device-{number}".encode()))
    assert await count(shop) == limits.PASSKEYS_PER_ACCOUNT
    await with_passkey(shop, device=Authenticator(credential=b"one-more"))
    assert await count(shop) == limits.PASSKEYS_PER_ACCOUNT


async def test_a_passkey_belongs_to_one_account(shop: Shop) -> None:
    await with_passkey(shop, "ines")
    await with_passkey(shop, "lea")
    assert (await count(shop, "ines"), await count(shop, "lea")) == (1, 0)


async def test_a_question_to_one_account_is_not_answered_by_another(shop: Shop) -> None:
    ines, lea, device = await shop.sign_in("ines"), await shop.sign_in("lea"), Authenticator()
    answer = device.make(await options(ines, f"{PASSKEYS}/options"))
    lea.cookies |= {name: value for name, value in ines.cookies.items() if "challenge" in name}
    await lea.post(PASSKEYS, {"answer": answer})
    assert await count(shop, "lea") == 0


async def test_removing_one_is_for_its_owner(shop: Shop) -> None:
    device = await with_passkey(shop)
    ines = await shop.sign_in("ines")
    found = re.search(r'name="passkey" value="([^"]+)"', (await ines.get("/settings/security")).text)
    assert found is not None
    await (await shop.sign_in("lea")).post(f"{PASSKEYS}/remove", {"passkey": found[1]})
    assert await count(shop) == 1
    await ines.post(f"{PASSKEYS}/remove", {"passkey": found[1]})
    assert await count(shop) == 0
    assert (await sign_in(shop, device))[1] == 422


async def test_adding_one_is_for_who_proved_who_they_are(shop: Shop) -> None:
    browser, device = await shop.sign_in("ines"), await with_passkey(shop)
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(hours=1))
    asked = await browser.post(f"{PASSKEYS}/options")
    assert asked.headers["location"] == "/confirm?next=/settings/security"
    confirmed = await browser.post("/confirm/passkey", {"answer": device.use(await options(browser))})
    assert confirmed.headers["location"] == "/settings/security"
    assert (await browser.post(f"{PASSKEYS}/options")).status_code == 200


async def test_the_passkey_of_somebody_else_confirms_nothing(shop: Shop) -> None:
    device, lea = await with_passkey(shop, "ines"), await shop.sign_in("lea")
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(hours=1))
    assert (await lea.post("/confirm/passkey", {"answer": device.use(await options(lea))})).status_code == 422
    assert (await lea.post(f"{PASSKEYS}/options")).status_code == 303


async def test_who_is_invited_may_join_with_a_passkey_and_no_password(shop: Shop) -> None:
    path, browser, device = await invitation(shop), Browser(shop), Authenticator()
    answer = device.make(await options(browser, f"{path}/options", name="Zoé Roth", handle=""))
    joined = await browser.post(path, {"name": "Zoé Roth", "handle": "", "password": "", "answer": answer})
    assert joined.status_code == 303
    assert await signed_in_as(browser) == "zoe.roth"
    account = await shop.site.read(get_account, "zoe.roth")
    assert account.password_hash is None
    assert await signed_in_as((await sign_in(shop, device))[0]) == "zoe.roth"


async def test_a_passkey_that_does_not_hold_makes_no_account(shop: Shop) -> None:
    path, browser = await invitation(shop), Browser(shop)
    device = Authenticator(origin="https://evil.example")
    answer = device.make(await options(browser, f"{path}/options", name="Zoé", handle="zoe"))
    assert (await browser.post(path, {"name": "Zoé", "handle": "zoe", "answer": answer})).status_code == 422
    assert await shop.site.read(find_account, "zoe") is None
    assert (await browser.get(path)).status_code == 200


async def test_only_who_is_invited_is_asked_for_a_passkey(shop: Shop) -> None:
    assert (await Browser(shop).post("/invitation/none/options", {"name": "X", "handle": "x"})).status_code == 410


@pytest.mark.attack("WEB-029")
async def test_questions_are_counted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PASSKEY_QUESTIONS", 2)
    statuses = [(await Browser(shop).post("/sign-in/passkey/options")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_a_passkey_sends_what_waited_too(doors: Shop) -> None:
    device = await with_passkey(doors)
    carried = json.dumps({"path": "/settings/preferences", "fields": [["email", "i@mail.example"]]})
    browser = Browser(doors)
    response = await browser.post("/sign-in/passkey", {"answer": device.use(await options(browser)), "carried": carried})
    assert 'value="i@mail.example"' in response.text
    assert PASSWORD not in response.text


async def id_of(shop: Shop, device: Authenticator, handle: str = "ines") -> str:
    """What the site calls the passkey of a device."""
    account = await shop.site.read(get_account, handle)
    named = bytes_to_base64url(device.credential)
    return next(passkey.id for passkey in await shop.site.read(list_passkeys, account.id) if passkey.credential == named)


async def test_a_new_password_by_a_link_removes_the_passkeys_that_are_not_kept(shop: Shop) -> None:
    lost, at_hand = await with_passkey(shop), await with_passkey(shop, device=Authenticator(credential=b"at-hand"))
    gone, kept = await id_of(shop, lost), await id_of(shop, at_hand)
    path = await link_for(shop, kind=LinkKind.RESET)
    page = await Browser(shop).get(path)
    assert page.text.count("Mon téléphone") == 2
    assert [f'name="keep" value="{each}">' in page.text for each in (gone, kept)] == [True, True]
    browser = Browser(shop)
    wrong = await browser.post(path, {"password": "court", "password_again": "court", "keep": kept})
    assert wrong.status_code == 422
    assert f'name="keep" value="{kept}" checked>' in wrong.text
    assert await count(shop) == 2
    assert (await browser.post(path, {"password": NEW, "password_again": NEW, "keep": kept})).status_code == 303
    assert (await sign_in(shop, lost))[1] == 422
    assert (await sign_in(shop, at_hand))[1] == 303


async def test_one_that_was_added_after_the_page_was_opened_is_removed_too(shop: Shop) -> None:
    path = await link_for(shop, kind=LinkKind.RESET)
    assert 'name="keep"' not in (await Browser(shop).get(path)).text
    device = await with_passkey(shop)
    assert (await Browser(shop).post(path, {"password": NEW, "password_again": NEW})).status_code == 303
    assert (await sign_in(shop, device))[1] == 422


async def test_a_new_password_keeps_and_removes_nobody_elses(shop: Shop) -> None:
    lea, ines = await with_passkey(shop, "lea"), await with_passkey(shop, device=Authenticator(credential=b"of-ines"))
    path = await link_for(shop, kind=LinkKind.RESET)
    await Browser(shop).post(path, {"password": NEW, "password_again": NEW, "keep": await id_of(shop, lea, "lea")})
    assert (await sign_in(shop, ines))[1] == 422
    assert (await sign_in(shop, lea))[1] == 303


async def test_a_link_to_sign_in_removes_no_passkey_and_shows_none(shop: Shop) -> None:
    await with_passkey(shop)
    path = await link_for(shop)
    assert "Mon téléphone" not in (await Browser(shop).get(path)).text
    assert (await Browser(shop).post(path)).status_code == 303
    assert await count(shop) == 1
