"""On a full disk people still come in: whoever frees room has to sign in first."""

import pytest

from fedirse.base import limits
from fedirse.social.entrance.links.model import LinkKind
from tests.social.entrance.conftest import PASSWORD
from tests.social.entrance.test_links import NEW, invitation, link_for, signed_in_as
from tests.social.entrance.test_passkeys import sign_in as sign_in_with
from tests.social.entrance.test_passkeys import with_passkey
from tests.social.entrance.test_second_factor import advance, half_way, set_up
from tests.social.entrance.test_sign_in import sign_in
from tests.visitors import Browser, Shop


def fill(shop: Shop) -> None:
    """From here on the disk is full."""
    shop.site.database.room.full = True


async def test_a_password_signs_in_and_out(doors: Shop) -> None:
    fill(doors)
    browser, status = await sign_in(doors)
    assert status == 303
    assert await signed_in_as(browser) == "ines"
    assert (await browser.post("/sign-out")).status_code == 303
    assert await signed_in_as(browser) is None


async def test_a_code_does_after_the_password_and_for_a_confirmation(doors: Shop) -> None:
    _, program, recovery = await set_up(doors)
    advance(doors, 60)
    fill(doors)
    browser = await half_way(doors)
    assert (await browser.post("/sign-in/code", {"code": program.code()})).status_code == 303
    advance(doors, 3600)
    assert (await browser.get("/confirm")).status_code == 200
    assert (await browser.post("/confirm", {"code": recovery[0]})).status_code == 303
    assert (await browser.get("/confirm")).status_code == 303


async def test_a_passkey_does(doors: Shop) -> None:
    device = await with_passkey(doors)
    fill(doors)
    browser, status = await sign_in_with(doors, device)
    assert status == 303
    assert await signed_in_as(browser) == "ines"


async def test_strangers_cannot_use_the_last_room_up_with_questions_to_passkeys(doors: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PASSKEY_QUESTIONS", 2)

    async def ask(network: int) -> int:
        headers = {"x-forwarded-for": f"203.0.{network}.1"}
        return (await Browser(doors).post("/sign-in/passkey/options", headers=headers)).status_code

    assert [await ask(network) for network in range(4)] == [200] * 4
    fill(doors)
    assert [await ask(network) for network in range(4, 7)] == [200, 200, 429]


@pytest.mark.parametrize(("kind", "fields"), [(LinkKind.SIGN_IN, {}), (LinkKind.RESET, {"password": NEW, "password_again": NEW})])
async def test_a_link_on_paper_does(kind: LinkKind, fields: dict[str, str], doors: Shop) -> None:
    path = await link_for(doors, kind=kind)
    fill(doors)
    browser = Browser(doors)
    assert (await browser.post(path, fields)).status_code == 303
    assert await signed_in_as(browser) == "ines"
    assert (await Browser(doors).post(path, fields)).status_code == 410


async def test_nobody_joins_and_nothing_is_posted_and_the_page_says_why(doors: Shop) -> None:
    path = await invitation(doors)
    fill(doors)
    browser, _ = await sign_in(doors)
    for answer in (
        await Browser(doors).post(path, {"name": "Zoé", "password": NEW}),
        await browser.post("/posts", {"text": "Bonjour", "audience": "public"}),
        await browser.post("/settings/security/password", {"old": PASSWORD, "password": NEW, "password_again": NEW}),
    ):
        assert answer.status_code == 503
        assert "Le disque de ce site est plein" in answer.text
    assert (await browser.get("/")).status_code == 200
