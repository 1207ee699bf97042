"""An announcement looked at before it is published: for everybody, on every screen, beside a page that goes on saving what is typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from fedirse.activitypub.signatures import multikey
from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.stating.actions import state_membership
from fedirse.social.network.model import Attributes
from fedirse.storage.actors import save_actor
from fedirse.storage.transaction import Transaction
from tests.browser.looks import Look, Sends
from tests.browser.scene import Scene, opened
from tests.browser.served import ServedSite, made_site
from tests.browser.sweep import Sweep
from tests.social.network.roster.test_wire import fresh_key
from tests.visitors import remote_actor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

NEW, BUTTON = "/announcements/new", '[formaction="/announcements/preview"]'
TITLE = "Rappel : lot 4821 du vase « Ried » à retirer des rayons"
TEXT = "Retirez le lot **4821** des rayons.\n\n- Le lot est imprimé sous le pied.\n- [La note](https://example.org/note) se met en caisse."
TYPED: dict[str, str | bool] = {"title": TITLE, "text": TEXT, "priority=urgent": True, "asked_of=everyone": True}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedSite]:
    """A head office, not served yet."""
    with made_site(tmp_path, None, "--head-office") as served:
        yield served


def fill(tx: Transaction, site: Site, secret: str, language: str) -> None:
    """A network of two other sites, and odile who speaks for it."""
    now = site.clock.now()
    create_account(tx, site, "odile", "Odile Marchand", None, now, roles=(Role.COMMUNICATOR,))
    account = get_account(tx, "odile")
    set_preferences(tx, account.id, language=language)
    open_session(tx, account, secret, "Tests", now)
    found_network(tx, site, "Maison Aubrelle", now)
    for city in ("Nice", "Saint-Germain-en-Laye"):
        host = f"{city.lower()}.aubrelle.example"
        uri = f"https://{host}/actor"
        save_actor(tx, remote_actor("aubrelle", host, uri=uri, kind="Application", name=f"Aubrelle {city}", inbox=f"https://{host}/inbox"))
        key = multikey(fresh_key().public)
        state_membership(tx, site, uri, name=f"Aubrelle {city}", attributes=Attributes(city=city), key=key, now=now)


async def in_place(page: Page, _scene: Scene) -> None:
    """Open the preview in the same window, so that it is looked at like any page."""
    await page.locator(BUTTON).evaluate("(button) => button.removeAttribute('formtarget')")


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_preview_is_for_everybody(chromium: Browser, office: ServedSite, axe: str, language: str) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret}, language=language)
    async with opened(office) as site:
        await site.write(fill, site, secret, language)
    office.start()
    shown = Look("announcement-preview", NEW, "odile", 200, (in_place, Sends("/announcements", TYPED, button=BUTTON)))
    empty = Look("announcement-preview-empty", NEW, "odile", 200, (in_place, Sends("/announcements", button=BUTTON)))
    found = await Sweep(chromium, scene, axe, language).run((shown, empty))
    assert found == [], "\n".join(found)


async def test_it_opens_beside_the_page_which_goes_on_saving(chromium: Browser, office: ServedSite) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret}, language="fr")
    async with opened(office) as site:
        await site.write(fill, site, secret, "fr")
    office.start()
    context = await scene.browse(chromium, "odile", "fr")
    page = await context.new_page()
    await page.goto(f"{office.origin}{NEW}")
    await page.fill("[name=title]", TITLE)
    await page.fill("[name=text]", TEXT)
    async with context.expect_page() as beside:
        await page.click(BUTTON)
    preview = await beside.value
    await preview.wait_for_selector(".preview-screen")
    assert await preview.locator(".preview-screen").count() == 4
    widths = [await screen.evaluate("(one) => one.clientWidth") for screen in await preview.locator(".preview-phone .preview-screen").all()]
    assert max(widths) <= 390
    # The two brands differ, and neither is that of the page around them.
    colours = {
        await preview.locator(name).first.evaluate("(one) => getComputedStyle(one).backgroundColor")
        for name in (".preview-red .preview-band", ".preview-green .preview-band", ".band")
    }
    assert len(colours) == 3
    await preview.close()
    # What is typed afterwards is saved as before.
    await page.locator("[name=text]").press_sequentially(" Encore.")
    async with page.expect_response(lambda answer: "/drafts/" in answer.url):
        pass
    await context.close()
