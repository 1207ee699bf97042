"""The first time somebody opens a site."""

from pathlib import Path

import pytest

from fedirse.asgi import application
from fedirse.base.clock import FixedClock
from fedirse.base.roles import Role
from fedirse.base.settings import load_site_settings
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.store import find_account, list_accounts
from fedirse.social.entrance.links.actions import make_setup_link
from tests.federation.network import START, Network
from tests.visitors import DOMAIN, Browser, Shop

FORM = {
    "name": "Proxi Lyon",
    "description": "",
    "language": "fr",
    "timezone": "Europe/Paris",
    "colour": "#aa0000",
    "accent": "#ffee00",
    "font": "plain",
    "person": "Marc Weber",
    "handle": "marc",
    "password": "un cheval dans la cuisine",
}


@pytest.fixture
async def fresh(tmp_path: Path) -> Shop:
    """A site as `init` leaves it."""
    network = Network(tmp_path, FixedClock(START))
    site = await network.add(DOMAIN, name=DOMAIN, handle="magasin")
    process = network.processes[DOMAIN]
    return Shop(site, application({DOMAIN: site}, process.router(process.outbox.peer_was_heard)))


async def set_up_code(fresh: Shop) -> str:
    secret = new_secret()
    await fresh.site.write(make_setup_link, secret, START)
    return secret


async def test_whoever_has_the_code_sets_the_site_up_and_is_signed_in(fresh: Shop) -> None:
    code = await set_up_code(fresh)
    browser = Browser(fresh)
    assert (await browser.get(f"/welcome?code={code}")).status_code == 200
    response = await browser.post(f"/welcome?code={code}", FORM)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    account = await fresh.site.read(find_account, "marc")
    assert account is not None
    assert set(account.roles) == {Role.ADMINISTRATOR, Role.RESPONSIBLE}
    assert load_site_settings(fresh.site.folder).name == "Proxi Lyon"
    assert (await browser.get("/site/look")).status_code == 200


@pytest.mark.parametrize("code", ["", "x", "x" * 43])
async def test_without_the_code_there_is_no_form_and_nothing_is_taken(code: str, fresh: Shop) -> None:
    await set_up_code(fresh)
    browser = Browser(fresh)
    page = await browser.get(f"/welcome?code={code}")
    answer = await browser.post(f"/welcome?code={code}", FORM)
    assert (page.status_code, answer.status_code) == (403, 410)
    assert "<form" not in page.text
    assert await fresh.site.read(list_accounts) == []


async def test_the_code_works_once(fresh: Shop) -> None:
    code = await set_up_code(fresh)
    await Browser(fresh).post(f"/welcome?code={code}", FORM)
    again = await Browser(fresh).post(f"/welcome?code={code}", {**FORM, "handle": "eve"})
    assert again.status_code == 409
    assert (await Browser(fresh).get(f"/welcome?code={code}")).status_code == 303
    assert [account.handle for account in await fresh.site.read(list_accounts)] == ["marc"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("handle", "Marc Weber"), ("handle", "magasin"), ("password", "court"), ("password", "marc marc marc"), ("colour", "x")],
)
async def test_what_does_not_fit_is_said_and_the_code_stays_good(field: str, typed: str, fresh: Shop) -> None:
    code = await set_up_code(fresh)
    browser = Browser(fresh)
    refused = await browser.post(f"/welcome?code={code}", {**FORM, field: typed})
    if field == "password" and refused.status_code == 303:
        pytest.fail("an obvious password was taken")
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert await fresh.site.read(list_accounts) == []
    assert (await browser.post(f"/welcome?code={code}", FORM)).status_code == 303


async def test_a_form_of_another_site_sets_nothing_up(fresh: Shop) -> None:
    code = await set_up_code(fresh)
    response = await Browser(fresh).post(f"/welcome?code={code}", FORM, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert await fresh.site.read(list_accounts) == []
