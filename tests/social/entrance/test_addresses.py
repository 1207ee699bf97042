"""An e-mail address opens nothing before a mail that was sent there has come to the account's person."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base import limits
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import get_account
from fedirse.social.entrance.actions import disable_account
from tests.social.entrance.conftest import give_email
from tests.social.entrance.test_links import advance, link_for, mails, sent, signed_in_as
from tests.social.entrance.test_sign_in import sign_in
from tests.visitors import ORIGIN, Browser, Shop

__all__ = ["mails"]

PREFERENCES = "/settings/preferences"
ADDRESS = "ines@mail.example"


async def note(shop: Shop, email: str = ADDRESS, handle: str = "ines", browser: Browser | None = None) -> Browser:
    """Somebody who notes an address in their preferences."""
    browser = browser or await shop.sign_in(handle)
    fields = {"language": "fr", "timezone": "", "theme": "auto", "email": email}
    assert (await browser.post(PREFERENCES, fields)).status_code == 303
    return browser


async def account_of(shop: Shop, handle: str = "ines") -> Account:
    return await shop.site.read(get_account, handle)


async def mailed(shop: Shop, folder: Path) -> str:
    """The path of the link in the one mail that leaves now."""
    (mail,) = await sent(shop, folder)
    text = mail.get_body(("plain",))
    assert text is not None
    found = re.search(rf"{ORIGIN}(/link/\S+)", text.get_content())
    assert found is not None
    return found[1]


async def test_a_noted_address_is_used_for_nothing(doors: Shop, mails: Path) -> None:
    await note(doors)
    assert len(await sent(doors, mails)) == 1
    assert (await sign_in(doors, ADDRESS))[1] == 422
    for name in (ADDRESS, "ines"):
        assert (await Browser(doors).post("/sign-in/link", {"name": name})).status_code == 200
    assert await sent(doors, mails) == []


async def test_the_link_in_the_mail_proves_it_by_its_button_once_and_signs_nobody_in(doors: Shop, mails: Path) -> None:
    browser = await note(doors)
    assert "n’est pas encore confirmée" in (await browser.get(PREFERENCES)).text
    path = await mailed(doors, mails)
    scanner = Browser(doors)
    page = await scanner.get(path)
    assert (page.status_code, scanner.cookies) == (200, {})
    assert ADDRESS in page.text
    assert (await account_of(doors)).email_proven_at is None
    done = await scanner.post(path)
    assert (done.status_code, done.headers["location"]) == (303, PREFERENCES)
    assert await signed_in_as(scanner) is None
    assert (await Browser(doors).post(path)).status_code == 410
    assert "est confirmée" in (await browser.get(PREFERENCES)).text
    assert (await sign_in(doors, ADDRESS))[1] == 303
    await Browser(doors).post("/sign-in/link", {"name": ADDRESS})
    (mail,) = await sent(doors, mails)
    assert mail["To"] == ADDRESS


async def test_another_address_is_proven_anew_and_the_link_to_the_earlier_one_is_dead(doors: Shop, mails: Path) -> None:
    browser = await note(doors)
    first = await mailed(doors, mails)
    await note(doors, "autre@mail.example", browser=browser)
    assert (await Browser(doors).post(first)).status_code == 410
    second = await mailed(doors, mails)
    await Browser(doors).post(second)
    assert (await account_of(doors)).email_proven_at is not None
    # What else is kept does not end it, and a way in that was mailed to the earlier address ends with it.
    await note(doors, "autre@mail.example", browser=browser)
    assert (await account_of(doors)).email_proven_at is not None
    way_in = await link_for(doors)
    await note(doors, "", browser=browser)
    assert ((await account_of(doors)).email, (await account_of(doors)).email_proven_at) == (None, None)
    assert (await Browser(doors).get(way_in)).status_code == 410
    assert await sent(doors, mails) == []


async def test_who_notes_somebody_elses_address_takes_nothing_from_them(doors: Shop, mails: Path) -> None:
    await note(doors, handle="lea")
    of_lea = await mailed(doors, mails)
    await note(doors)
    await Browser(doors).post(await mailed(doors, mails))
    browser, status = await sign_in(doors, ADDRESS)
    assert (status, await signed_in_as(browser)) == (303, "ines")
    late = await Browser(doors).post(of_lea)
    assert late.status_code == 422
    assert "Un autre compte de ce site utilise déjà cette adresse" in late.text
    assert (await account_of(doors, "lea")).email_proven_at is None
    await doors.site.write(disable_account, "ines", doors.site.clock.now())
    assert (await Browser(doors).post(of_lea)).status_code == 303


async def test_the_link_lasts_a_day_and_can_be_asked_for_again(doors: Shop, mails: Path) -> None:
    browser = await note(doors)
    first = await mailed(doors, mails)
    advance(doors, timedelta(days=1))
    assert (await Browser(doors).get(first)).status_code == 410
    assert (await browser.post(f"{PREFERENCES}/email")).status_code == 303
    assert (await Browser(doors).post(await mailed(doors, mails))).status_code == 303
    # There is nothing left to prove.
    await browser.post(f"{PREFERENCES}/email")
    assert await sent(doors, mails) == []


@pytest.mark.attack("WEB-029")
async def test_nobody_sends_strangers_mail_after_mail(doors: Shop, mails: Path) -> None:
    browser = await doors.sign_in("ines")
    for number in range(limits.MAILS_PER_ACCOUNT_PER_HOUR):
        await note(doors, f"victim{number}@mail.example", browser=browser)
    fields = {"language": "fr", "timezone": "", "theme": "auto", "email": "onemore@mail.example"}
    refused = await browser.post(PREFERENCES, fields)
    assert refused.status_code == 429
    assert "onemore@mail.example" in refused.text
    assert (await browser.post(f"{PREFERENCES}/email")).status_code == 429
    assert len(await sent(doors, mails)) <= limits.MAILS_PER_ACCOUNT_PER_HOUR


async def test_where_no_mail_is_sent_an_address_is_a_name_to_sign_in_with(doors: Shop) -> None:
    browser = await note(doors)
    assert "confirmée" not in (await browser.get(PREFERENCES)).text
    assert (await sign_in(doors, ADDRESS))[1] == 303
    await give_email(doors, "lea", ADDRESS, proven=False)
    assert (await sign_in(doors, ADDRESS))[1] == 422
