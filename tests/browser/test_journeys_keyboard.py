"""Announcing, reading and confirming by somebody who never touches a mouse: J1 to J3 by keyboard, always seeing where they are."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from fedirse.social.accounts.sessions.actions import new_secret
from tests.browser.eyes import listen
from tests.browser.scene import Scene, opened
from tests.browser.served import ServedSite, made_site
from tests.browser.test_announcements import fill
from tests.browser.test_keyboard import SEEN

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

MOST_TABS = 150
TITLE = "La vitrine de samedi"
TEXT = "Retirez la guirlande ce soir."
NOTE = "À faire samedi, avec l’échelle de Léa."

HAS_FOCUS = "thing => thing === document.activeElement"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedSite]:
    """A head office, not served yet."""
    with made_site(tmp_path, None, "--head-office") as served:
        yield served


async def go_to(page: Page, thing: Locator, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until that has the focus; every stop on the way shows that it has it, and so does this one."""
    for _ in range(MOST_TABS):
        if await thing.count() and await thing.first.evaluate(HAS_FOCUS):
            return
        await page.keyboard.press(key)
        assert await page.evaluate(SEEN) == ""
    raise AssertionError(f"{key} never came to {thing}")


async def press(page: Page, thing: Locator, key: str = "Enter") -> None:
    """Go there and press it."""
    await go_to(page, thing)
    await page.keyboard.press(key)


def named(page: Page, role: str, name: str) -> Locator:
    """Something in the content by how its words begin; a link of the navigation too."""
    return page.get_by_role(role, name=re.compile(rf"^{re.escape(name)}")).first  # type: ignore[arg-type]  # every role is a string


async def open_new(page: Page) -> None:
    """From home over the list to the fields."""
    await page.goto("/")
    await press(page, named(page, "link", "Annonces"))
    await page.wait_for_url(re.compile(r"/announcements$"))
    await press(page, named(page, "link", "Nouvelle annonce"))
    await page.wait_for_url(re.compile(r"/announcements/new"))


async def write(page: Page) -> None:
    """Title and text; Enter in the title publishes nothing."""
    await go_to(page, page.get_by_label("Titre").first)
    await page.keyboard.type(TITLE)
    await go_to(page, page.get_by_label("Votre message"))
    await page.keyboard.type(TEXT)


async def choose(page: Page, name: str) -> None:
    """The choices of one question are one stop; the arrows lead from one to the next."""
    wanted = page.get_by_role("radio", name=re.compile(rf"^{re.escape(name)}")).first
    field = await wanted.get_attribute("name")
    group = page.locator(f"input[type=radio][name={field}]")
    await go_to(page, page.locator(f"input[type=radio][name={field}]:focus"))
    for _ in range(await group.count()):
        if await wanted.is_checked():
            break
        await page.keyboard.press("ArrowDown")
        assert await page.evaluate(SEEN) == ""
    await expect(wanted).to_be_checked()


async def ask(page: Page, until: datetime) -> None:
    """How much it matters, of whom it asks a confirmation, and until when, typed part by part as the browser's field wants it."""
    await choose(page, "Important")
    await choose(page, "Tout le monde, et chaque site")
    field = page.get_by_label("À confirmer avant")
    await go_to(page, field)
    # Headless Chromium speaks American: month, day, year, and the hour in two halves.
    await page.keyboard.type(until.strftime("%m%d%Y"))
    await page.keyboard.press("Tab")
    await page.keyboard.type(until.strftime("%I%M%p"))
    await expect(field).to_have_value(until.strftime("%Y-%m-%dT%H:%M"))


async def publish(page: Page) -> None:
    """And see the board, with every site on it."""
    await press(page, named(page, "button", "Annoncer"))
    await page.wait_for_url(re.compile(r"/board"))
    await expect(page.get_by_role("main").get_by_text(TITLE).first).to_be_visible()


async def remind(page: Page) -> None:
    """Those that have not confirmed."""
    await press(page, named(page, "button", "Relancer"))
    await expect(page.get_by_role("row").filter(has_text="relancé").first).to_be_visible()


async def test_somebody_announces_and_reminds_without_a_mouse(chromium: Browser, office: ServedSite) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret})
    async with opened(office) as site:
        await site.write(fill, site, secret, "fr")
        until = (site.clock.now() + timedelta(days=3)).replace(hour=18, minute=0, second=0, microsecond=0)
    office.start()
    context = await scene.browse(chromium, "odile")
    page = await context.new_page()
    complaints = listen(page)
    await open_new(page)
    await write(page)
    await choose(page, "Réseau")
    await ask(page, until)
    await publish(page)
    await remind(page)
    assert complaints.said == []
    await context.close()


async def open_what_waits(page: Page) -> None:
    """The first that is to be read, on top of home."""
    await page.goto("/")
    await press(page, page.get_by_role("region", name=re.compile("^À lire")).get_by_role("link", name="Rappel").first)
    await page.wait_for_url(re.compile(r"/posts/"))


async def test_somebody_reads_and_confirms_without_a_mouse(chromium: Browser, scene: Scene) -> None:
    context = await scene.browse(chromium, "ines")
    page = await context.new_page()
    complaints = listen(page)
    await open_what_waits(page)
    await press(page, named(page, "button", "J’ai lu et compris"), "Space")
    await expect(page.get_by_text("Vous l’avez lue et comprise")).to_be_visible()
    assert complaints.said == []
    await context.close()


async def test_who_answers_for_a_site_confirms_and_adds_a_note_without_a_mouse(chromium: Browser, scene: Scene) -> None:
    context = await scene.browse(chromium, "marc")
    page = await context.new_page()
    complaints = listen(page)
    await open_what_waits(page)
    before = await page.locator("main article").first.inner_text()
    await press(page, named(page, "button", "Confirmer pour le site"))
    await expect(page.get_by_text("confirmée pour le site")).to_be_visible()
    await press(page, page.locator("summary").filter(has_text="Ajouter une note pour ce site"))
    field = page.get_by_label("Note de ce site")
    await go_to(page, field)
    await page.keyboard.type(NOTE)
    await press(page, named(page, "button", "Enregistrer la note"))
    await expect(page.locator(".note-words")).to_have_text(NOTE)
    assert await page.locator("main article").first.inner_text() == before
    assert complaints.said == []
    await context.close()
