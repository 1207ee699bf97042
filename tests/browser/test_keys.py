"""The page of the keys for programs: for everybody, on every screen, and without scripts."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser

from fedirse.base.roles import Role
from fedirse.features.announcements.api.keys.actions import make_key, new_key_secret
from fedirse.features.announcements.api.keys.model import May, Wanted
from fedirse.features.announcements.api.keys.store import note_use
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.authority.actions import found_network
from fedirse.storage.transaction import Transaction
from tests.browser.looks import Look, Sends
from tests.browser.scene import Scene, opened
from tests.browser.served import ServedSite, made_site
from tests.browser.sweep import Sweep

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

HERE = "/announcements/keys"
LOOKS = (
    Look("keys", HERE, "odile"),
    Look("key-wrong", HERE, "odile", 422, (Sends(HERE, {"name": "x" * 300, "may=announce": True}),), scripts=False),
    Look("key-made", HERE, "odile", 200, (Sends(HERE, {"name": "Écran de la salle de pause", "may=announce": True}),)),
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedSite]:
    """A head office, not served yet."""
    with made_site(tmp_path, None, "--head-office") as served:
        yield served


def fill(tx: Transaction, site: Site, secret: str, language: str) -> None:
    """Keys that work, one whose time is over, and one of somebody who may not announce any more."""
    now = site.clock.now()
    for handle, name, role in (("odile", "Odile Marchand", Role.COMMUNICATOR), ("ines", "Inès Ben Amar", Role.AUTHOR)):
        create_account(tx, site, handle, name, None, now, roles=(role,))
        set_preferences(tx, get_account(tx, handle).id, language=language)
    odile, ines = get_account(tx, "odile"), get_account(tx, "ines")
    open_session(tx, odile, secret, "Tests", now)
    found_network(tx, site, "Maison Aubrelle", now)
    for account, wanted in (
        (odile, Wanted("Intranet", May.ANNOUNCE)),
        (odile, Wanted("Portail des franchisés de la région Grand Sud-Ouest", May.READ, now + timedelta(days=90))),
        (ines, Wanted("SharePoint", May.READ)),
    ):
        make_key(tx, wanted, new_key_secret(), now, by=Runner(account.id, account.handle))
    used = make_key(tx, Wanted("Application", May.READ), new_key_secret(), now, by=Runner(odile.id, "odile"))
    note_use(tx, used.id, now)
    past = now - timedelta(days=9)
    make_key(tx, Wanted("Essai", May.READ, past + timedelta(days=1)), new_key_secret(), past, by=Runner(odile.id, "odile"))


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_pages_of_keys_are_for_everybody(chromium: Browser, office: ServedSite, axe: str, language: str) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret}, language=language)
    async with opened(office) as site:
        await site.write(fill, site, secret, language)
    office.start()
    found = await Sweep(chromium, scene, axe, language).run(LOOKS)
    assert found == [], "\n".join(found)


async def test_a_key_is_read_by_people_as_programs_read_it(chromium: Browser, office: ServedSite) -> None:
    secret = new_secret()
    async with opened(office) as site:
        await site.write(fill, site, secret, "fr")
    office.start()
    context = await chromium.new_context()
    await context.add_cookies([{"name": "session", "value": secret, "url": office.origin}])
    page = await context.new_page()
    await page.goto(f"{office.origin}{HERE}")
    await page.fill("#name", "Intranet")
    await page.click("main button.button-primary")
    shown = await page.inner_text(".poster-address")
    assert re.fullmatch(r"fedirse_[\w-]{43}", shown)
    answer = await context.request.get(f"{office.origin}/api/fedirse/v1/announcements", headers={"authorization": f"Bearer {shown}"})
    assert await answer.json() == {"items": [], "next": None}
    await context.close()
