"""The buttons under a post and voting in a real browser: with the script, with the keyboard, without a connection, without any script."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.eyes import DESKTOP, PHONE, listen, serious_findings
from tests.browser.served import ServedSite

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

PASSWORD = "un cheval dans la cuisine"


@pytest.fixture
async def marc(chromium: Browser, served: ServedSite) -> AsyncIterator[BrowserContext]:
    """Marc's browser; he has set up the site, written a post and asked a question."""
    served.start()
    context = await chromium.new_context(viewport=DESKTOP, locale="fr-FR", base_url=served.origin)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = await context.new_page()
    link = re.search(r"http://\S+/welcome\?code=\S+", served.run("setup-link"))
    assert link is not None
    await page.goto(link.group())
    for name, value in {"name": "Proxi Lyon", "person": "Marc Weber", "handle": "marc", "password": PASSWORD}.items():
        await page.fill(f"[name={name}]", value)
    await page.click("main button[type=submit]")
    await expect(page.locator("body.inside")).to_be_visible()
    await write(page, "Bonjour à tous")
    await write(page, "Quel jour pour le déballage ?", "Mardi", "Jeudi")
    await page.close()
    yield context
    await context.close()


async def write(page: Page, text: str, *answers: str) -> None:
    """Publish something public, with answers to choose from where there are some."""
    await page.goto("/compose?audience=public")
    await page.fill("[name=text]", text)
    if answers:
        await page.locator(".composer-poll > summary").click()
        for field, answer in zip(await page.locator("[name=poll_option]").all(), answers, strict=False):
            await field.fill(answer)
    await page.get_by_role("button", name="Publier").click()
    await page.wait_for_url(re.compile(r"/posts/"))


def posted(page: Page) -> list[str]:
    """Where the page sends forms from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url.rpartition("/")[2])

    page.on("request", note)
    return sent


async def test_a_button_works_without_leaving_the_page_and_a_double_click_is_one(marc: BrowserContext) -> None:
    page = await marc.new_page()
    complaints = listen(page)
    await page.goto("/local")
    card = page.locator("article", has_text="Bonjour à tous")
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
        await card.get_by_role("button", name=name).click()
        await expect(card.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    await page.goto("/bookmarks")
    await expect(page.locator("article", has_text="Bonjour à tous")).to_be_visible()
    assert complaints.said == []


async def test_what_could_not_be_sent_is_not_shown_as_done(marc: BrowserContext) -> None:
    page = await marc.new_page()
    await page.goto("/local")
    like = page.locator("article", has_text="Bonjour à tous").get_by_role("button", name="J’aime")
    await marc.set_offline(True)
    await like.click()
    await expect(page.get_by_text("Cela n’a pas fonctionné.")).to_be_visible()
    await expect(like).to_have_attribute("aria-pressed", "false")
    await marc.set_offline(False)
    await like.click()
    await expect(like).to_have_attribute("aria-pressed", "true")


async def test_a_session_that_ended_leads_to_the_sign_in(marc: BrowserContext) -> None:
    page = await marc.new_page()
    await page.goto("/local")
    await marc.clear_cookies()
    await page.locator("article", has_text="Bonjour à tous").get_by_role("button", name="J’aime").click()
    await page.wait_for_url(re.compile(r"/sign-in\?next=%2Flocal$"))


async def test_the_menu_opens_with_the_keyboard_and_closes_again(marc: BrowserContext) -> None:
    page = await marc.new_page()
    await page.goto("/local")
    card = page.locator("article", has_text="Bonjour à tous")
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


async def test_everything_works_without_a_script(chromium: Browser, marc: BrowserContext, served: ServedSite) -> None:
    state = await marc.storage_state()
    context = await chromium.new_context(
        java_script_enabled=False,
        viewport=PHONE,  # type: ignore[arg-type]
        locale="fr-FR",
        base_url=served.origin,
        storage_state=state,
    )
    page = await context.new_page()
    await page.goto("/local")
    like = page.locator("article", has_text="Bonjour à tous").get_by_role("button", name="J’aime")
    await like.click()
    await page.wait_for_url(re.compile(r"/local#post-"))
    await expect(like).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("radio", name="Jeudi").check()
    await page.get_by_role("button", name="Voter").click()
    await expect(page.get_by_text("Votre vote est pris en compte.")).to_be_visible()
    await expect(page.get_by_text("Votre réponse")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_rules_of_accessibility_find_nothing_serious(marc: BrowserContext, axe: str, scheme: str) -> None:
    page = await marc.new_page()
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto("/local")
    card = page.locator("article", has_text="Bonjour à tous")
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
