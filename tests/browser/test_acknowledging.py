"""« J'ai lu et compris » in a real browser: in two taps from home, and in a break room without a connection."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from fedirse.features.announcements.acknowledgement.store import find_acknowledgement
from fedirse.features.announcements.model import Announcement, Asked, Terms
from fedirse.features.announcements.store import save_announcement
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import find_local_actor
from fedirse.storage.transaction import Transaction
from tests.browser.eyes import PHONE, listen
from tests.browser.scene import Scene
from tests.browser.story import PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

TITLE = "Rappel du lot 4821"
BUTTON = "J’ai lu et compris"


@pytest.fixture
async def phone(chromium: Browser, scene: Scene) -> AsyncIterator[BrowserContext]:
    """Inès' telephone."""
    context = await scene.browse(chromium, "ines", viewport=PHONE)
    yield context
    await context.close()


@pytest.fixture
async def recall(scene: Scene) -> str:
    """An announcement that everybody is asked to confirm; its id."""
    post_id = (await scene.publish("marc", Draft("Retirez le lot 4821 des rayons.", PUBLIC, title=TITLE))).removeprefix("#post-")
    now = datetime.now(UTC)
    await scene.write(lambda tx: save_announcement(tx, Announcement(post_id, Terms(asked=Asked.EVERYONE), now, now)))
    return post_id


async def confirmed(scene: Scene, post_id: str) -> int:
    """Which version Inès has confirmed, as the site knows."""

    def look(tx: Transaction) -> int:
        ines = find_local_actor(tx, "ines")
        assert ines is not None
        found = find_acknowledgement(tx, post_id, ines.id)
        return found.confirmed if found is not None else 0

    return await scene.write(look)


async def open_from_home(page: Page, post_id: str) -> None:
    await page.goto("/")
    await page.locator(f"#to-read ~ * a[href='/posts/{post_id}']").click()


async def test_it_takes_two_taps_from_home(phone: BrowserContext, scene: Scene, recall: str) -> None:
    page = await phone.new_page()
    complaints = listen(page)
    await open_from_home(page, recall)
    await page.get_by_role("button", name=BUTTON).click()
    await expect(page.get_by_text("Vous l’avez lue et comprise")).to_be_visible()
    assert await confirmed(scene, recall) == 1
    assert complaints.said == []


async def test_without_a_connection_it_is_kept_and_sent_when_there_is_one(phone: BrowserContext, scene: Scene, recall: str) -> None:
    page = await phone.new_page()
    await open_from_home(page, recall)
    await phone.set_offline(True)
    await page.get_by_role("button", name=BUTTON).click()
    await expect(page.get_by_text("votre confirmation est gardée dans ce navigateur")).to_be_visible()
    assert await confirmed(scene, recall) == 0
    await phone.set_offline(False)
    await expect(page.get_by_text("Vous l’avez lue et comprise")).to_be_visible()
    assert await confirmed(scene, recall) == 1
    assert await page.evaluate("localStorage.getItem('fedirse.acknowledgements')") is None


async def test_a_telephone_that_was_closed_meanwhile_sends_it_from_the_next_page(phone: BrowserContext, scene: Scene, recall: str) -> None:
    page = await phone.new_page()
    await open_from_home(page, recall)
    await phone.set_offline(True)
    await page.get_by_role("button", name=BUTTON).click()
    await expect(page.get_by_text("votre confirmation est gardée dans ce navigateur")).to_be_visible()
    await page.close()
    await phone.set_offline(False)
    page = await phone.new_page()
    await page.goto(f"/posts/{recall}")
    await expect(page.get_by_text("Vous l’avez lue et comprise")).to_be_visible()
    assert await confirmed(scene, recall) == 1


async def test_what_one_person_left_in_a_browser_is_not_sent_for_another(phone: BrowserContext, scene: Scene, recall: str) -> None:
    page = await phone.new_page()
    await open_from_home(page, recall)
    await phone.set_offline(True)
    await page.get_by_role("button", name=BUTTON).click()
    await expect(page.get_by_text("votre confirmation est gardée dans ce navigateur")).to_be_visible()
    await page.close()
    await phone.set_offline(False)
    await phone.clear_cookies()
    await phone.add_cookies([{"name": "session", "value": scene.secrets["lea"], "url": scene.served.origin}])
    other = await phone.new_page()
    await other.goto(f"/posts/{recall}")
    await expect(other.get_by_role("button", name=BUTTON)).to_be_enabled()
    assert await confirmed(scene, recall) == 0


async def test_whoever_is_signed_out_signs_in_and_it_is_sent_then(phone: BrowserContext, scene: Scene, recall: str) -> None:
    page = await phone.new_page()
    await open_from_home(page, recall)
    await phone.clear_cookies()
    # The page that comes is the one of somebody who is not signed in.
    async with page.expect_event("load"):
        await page.get_by_role("button", name=BUTTON).click()
    await scene.sign_in("ines")
    await phone.add_cookies([{"name": "session", "value": scene.secrets["ines"], "url": scene.served.origin}])
    await page.goto(f"/posts/{recall}")
    await expect(page.get_by_text("Vous l’avez lue et comprise")).to_be_visible()
    assert await confirmed(scene, recall) == 1
