"""The board of an announcement while somebody looks at it: it follows, keeps their place, and prints clean."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from fedirse.features.announcements.acknowledgement.model import Totals
from fedirse.features.announcements.board.model import Said
from fedirse.features.announcements.board.store import save_said
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.sessions.store import end_all_sessions
from fedirse.social.network.authority.telephones.model import Telephone
from fedirse.social.network.authority.telephones.store import save_telephone
from fedirse.storage.transaction import Transaction
from tests.browser.eyes import DESKTOP, PHONE, listen
from tests.browser.scene import Scene, opened
from tests.browser.served import ServedSite, made_site
from tests.browser.test_announcements import fill

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

NANTES = "https://nantes.aubrelle.example/actor"
LILLE = "https://lille.aubrelle.example/actor"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedSite]:
    """A head office, not served yet."""
    with made_site(tmp_path, None, "--head-office") as served:
        yield served


async def served_scene(office: ServedSite) -> Scene:
    """The head office of the announcements, served, with the number of a site that does not answer."""
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret})
    async with opened(office) as site:
        scene.told.others |= await site.write(fill, site, secret, "fr")
        now = site.clock.now()
        await site.write(save_telephone, Telephone(LILLE, "+33 3 20 00 11 22", now))
    office.start()
    return scene


async def confirm(scene: Scene, member: str) -> None:
    """A site says that it has confirmed the second version."""
    async with opened(scene.served) as site:
        now = site.clock.now()
        await site.write(save_said, scene.told.others["recall"], Said(member, 2, 2, now, Totals(8, 8, 8), now), now)


def row(page: Page, member: str) -> str:
    return f'[data-site="{member}"]'


async def test_a_board_follows_and_keeps_the_place_of_whoever_looks(chromium: Browser, office: ServedSite) -> None:
    scene = await served_scene(office)
    context = await scene.browse(chromium, "odile", viewport=DESKTOP)
    page = await context.new_page()
    complaints = listen(page)
    await page.goto(scene.named("/announcements/{recall}/board"))
    await expect(page.get_by_text("Cette page se tient à jour d’elle-même.")).to_be_visible()
    await expect(page.get_by_text("Rechargez la page")).to_be_hidden()
    await page.locator("#state-open").focus()
    await expect(page.locator(row(page, NANTES))).to_contain_text("pas encore")
    await confirm(scene, NANTES)
    await expect(page.locator(row(page, NANTES))).not_to_contain_text("pas encore", timeout=60_000)
    await expect(page.locator("#state-open")).to_be_focused()
    await expect(page.locator("[data-live-said]")).to_have_text("Confirmée par 2 sur 7", timeout=60_000)

    def end(tx: Transaction) -> None:
        end_all_sessions(tx)

    await scene.write(end)
    await expect(page.get_by_text("Rechargez la page")).to_be_visible(timeout=60_000)
    assert complaints.said == []


async def test_on_paper_there_is_the_list_and_nothing_to_press(chromium: Browser, office: ServedSite) -> None:
    scene = await served_scene(office)
    context = await scene.browse(chromium, "odile", viewport=DESKTOP)
    page = await context.new_page()
    for path in ("/announcements/{recall}/board", "/announcements/{recall}/calls"):
        await page.goto(scene.named(path))
        await expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
        await page.emulate_media(media="print")
        for hidden in (".rail", ".board-live", ".board-tools", ".board-choices", ".board-deeds", ".band-search", ".foot"):
            for one in await page.locator(hidden).all():
                await expect(one).to_be_hidden()
        await expect(page.locator("table.board tbody tr").first).to_be_visible()
        await page.emulate_media(media="screen")


async def test_without_scripts_the_board_is_filtered_and_says_how_it_is_renewed(chromium: Browser, office: ServedSite) -> None:
    scene = await served_scene(office)
    context = await scene.browse(chromium, "odile", java_script_enabled=False, viewport=PHONE)
    page = await context.new_page()
    await page.goto(scene.named("/announcements/{recall}/board"))
    await expect(page.get_by_text("Rechargez la page")).to_be_visible()
    await expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()
    await page.select_option("#region", "Sud")
    await page.get_by_role("button", name="Afficher").click()
    await expect(page.locator("[data-site]")).to_have_count(3)
    await page.goto(scene.named("/announcements/{recall}/calls"))
    assert await page.locator("a.calls-number").first.get_attribute("href") == "tel:+33320001122"
