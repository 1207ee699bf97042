"""The buttons under a post and voting in a real browser: with the script, with the keyboard, without a connection, without any script."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, expect

from fedirse.social.posts.model import Draft, PollDraft
from tests.browser.eyes import PHONE, listen, serious_findings
from tests.browser.scene import Scene
from tests.browser.story import PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
async def marc(chromium: Browser, scene: Scene) -> AsyncIterator[BrowserContext]:
    """Marc's browser."""
    context = await scene.browse(chromium, "marc")
    yield context
    await context.close()


@pytest.fixture
async def greeting(scene: Scene) -> str:
    """A post of Marc's that nobody has done anything with, as the page names it."""
    return await scene.publish("marc", Draft("Bonjour à tous", PUBLIC))


@pytest.fixture
async def question(scene: Scene) -> str:
    """A poll of his that nobody has answered."""
    ends = datetime.now(UTC) + timedelta(days=1)
    return await scene.publish(
        "marc", Draft("Quel jour pour le déballage ?", PUBLIC, poll=PollDraft(("Mardi", "Jeudi"), several=False, ends_at=ends))
    )


def posted(page: Page) -> list[str]:
    """Where the page sends forms from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url.rpartition("/")[2])

    page.on("request", note)
    return sent


async def test_a_button_works_without_leaving_the_page_and_a_double_click_is_one(marc: BrowserContext, greeting: str) -> None:
    page = await marc.new_page()
    complaints = listen(page)
    await page.goto("/local")
    card = page.locator(greeting)
    like = card.get_by_role("button", name="J’aime")
    sent, address = posted(page), page.url
    await like.dblclick()
    await expect(like).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("p[role=status]").last).to_have_text("Vous aimez cette publication.")
    await expect(like).to_contain_text("1")
    assert (sent, page.url) == (["like"], address)
    await like.focus()
    await page.keyboard.press("Space")
    await expect(page.locator("p[role=status]").last).to_have_text("Vous n’aimez plus cette publication.")
    await page.reload()
    await expect(like).to_have_attribute("aria-pressed", "false")
    for name in ("Partager", "Signet"):
        # The button shows what is hoped for; the next page shows what the site has heard.
        async with page.expect_response(lambda response: response.request.method == "POST"):
            await card.get_by_role("button", name=name).click()
        await expect(card.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    await page.goto("/bookmarks")
    await expect(page.locator(greeting)).to_be_visible()
    assert complaints.said == []


async def test_what_could_not_be_sent_is_not_shown_as_done(marc: BrowserContext, greeting: str) -> None:
    page = await marc.new_page()
    await page.goto("/local")
    like = page.locator(greeting).get_by_role("button", name="J’aime")
    await marc.set_offline(True)
    await like.click()
    await expect(page.get_by_text("Cela n’a pas fonctionné.")).to_be_visible()
    await expect(like).to_have_attribute("aria-pressed", "false")
    await marc.set_offline(False)
    await like.click()
    await expect(like).to_have_attribute("aria-pressed", "true")


async def test_a_session_that_ended_leads_to_the_sign_in(marc: BrowserContext, greeting: str) -> None:
    page = await marc.new_page()
    await page.goto("/local")
    await marc.clear_cookies()
    await page.locator(greeting).get_by_role("button", name="J’aime").click()
    await page.wait_for_url(re.compile(r"/sign-in\?next=%2Flocal$"))


async def test_the_menu_opens_with_the_keyboard_and_closes_again(marc: BrowserContext, greeting: str) -> None:
    page = await marc.new_page()
    await page.goto("/local")
    card = page.locator(greeting)
    summary = card.locator(".act-more > summary")
    await summary.focus()
    await page.keyboard.press("Enter")
    await expect(card.get_by_role("link", name="Supprimer")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(card.get_by_role("link", name="Supprimer")).to_be_hidden()
    await expect(summary).to_be_focused()
    await summary.click()
    await page.mouse.click(5, 5)
    await expect(card.get_by_role("link", name="Supprimer")).to_be_hidden()


async def test_everything_works_without_a_script(chromium: Browser, scene: Scene, greeting: str, question: str) -> None:
    context = await scene.browse(chromium, "marc", java_script_enabled=False, viewport=PHONE)
    page = await context.new_page()
    await page.goto("/local")
    like = page.locator(greeting).get_by_role("button", name="J’aime")
    await like.click()
    await page.wait_for_url(re.compile(r"/local#post-"))
    await expect(like).to_have_attribute("aria-pressed", "true")
    await page.locator(question).get_by_role("radio", name="Jeudi").check()
    await page.locator(question).get_by_role("button", name="Voter").click()
    await expect(page.get_by_text("Votre vote est pris en compte.")).to_be_visible()
    await expect(page.locator(question).get_by_text("Votre réponse")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_rules_of_accessibility_find_nothing_serious(marc: BrowserContext, greeting: str, axe: str, scheme: str) -> None:
    page = await marc.new_page()
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto("/local")
    card = page.locator(greeting)
    await card.get_by_role("button", name="Signet").click()
    await expect(card.get_by_role("button", name="Signet")).to_have_attribute("aria-pressed", "true")
    await card.locator(".act-more > summary").click()
    assert await serious_findings(marc, page, axe) == []
    await page.goto("/bookmarks")
    assert await serious_findings(marc, page, axe) == []


async def test_every_button_is_large_enough_for_a_thumb(marc: BrowserContext) -> None:
    page = await marc.new_page()
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto("/local")
    sizes = [await button.bounding_box() for button in await page.locator(".act").all()]
    assert sizes
    assert all(box is not None and box["width"] >= 44 and box["height"] >= 44 for box in sizes), sizes
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
