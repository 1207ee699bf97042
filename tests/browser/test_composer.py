"""The composer in a real browser: with its script, with a lost connection, with the keyboard alone, and without any script."""

import io
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.browser.eyes import PHONE, Complaints, listen, serious_findings
from tests.browser.scene import Scene
from tests.browser.story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

PATIENCE = 30_000
SAVED = "Gardé comme brouillon."


def picture(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (800, 500), colour).save(stream, "JPEG")
    return stream.getvalue()


def chosen(name: str, colour: str) -> list[FilePayload]:
    """A file as somebody chooses it."""
    return [{"name": name, "mimeType": "image/jpeg", "buffer": picture(colour)}]


@pytest.fixture
async def marc(chromium: Browser, scene: Scene) -> AsyncIterator[BrowserContext]:
    """Marc's browser."""
    # Files are made anew by a program of their own, which a busy machine starts slowly.
    expect.set_options(timeout=PATIENCE)
    await scene.sign_in("marc")
    context = await scene.browse(chromium, "marc")
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()
    expect.set_options(timeout=None)


async def opened(context: BrowserContext, path: str) -> tuple[Page, Complaints]:
    page = await context.new_page()
    complaints = listen(page)
    await page.goto(path)
    return page, complaints


async def test_what_is_typed_is_kept_and_published_once(marc: BrowserContext) -> None:
    page, complaints = await opened(marc, "/compose")
    await page.fill("[name=text]", "Le rayon jardin ouvre samedi.")
    await expect(page.get_by_text(SAVED)).to_be_visible()
    await page.set_input_files("[name=files]", chosen("un.jpg", "#2d6a4f"))
    await page.locator("textarea[name^=alt-]").first.fill("Un rayon vert")
    await page.set_input_files("[name=files]", chosen("deux.jpg", "#c8502d"))
    await expect(page.locator(".composer-file")).to_have_count(2)
    await expect(page.locator("textarea[name^=alt-]").first).to_have_value("Un rayon vert")
    await page.locator("textarea[name^=alt-]").last.fill("Un rayon rouge")
    await page.get_by_role("button", name="Monter").click()
    await expect(page.locator("textarea[name^=alt-]").first).to_have_value("Un rayon rouge")
    await photograph(page, "compose")
    await page.get_by_role("button", name="Publier").dblclick()
    await page.wait_for_url(re.compile(r"/posts/"))
    await expect(page.get_by_role("img", name="Un rayon rouge")).to_be_visible()
    await photograph(page, "post")
    await page.go_back()
    await page.goto("/drafts")
    await expect(page.locator("main").get_by_text("Le rayon jardin")).to_have_count(0)
    await page.goto("/local")
    await expect(page.get_by_text("Le rayon jardin ouvre samedi.")).to_have_count(1)
    assert complaints.said == []


async def test_what_is_typed_without_a_connection_comes_back(marc: BrowserContext) -> None:
    page, _ = await opened(marc, "/compose")
    await marc.set_offline(True)
    await page.fill("[name=text]", "Écrit dans le train.")
    await expect(page.get_by_text("Votre texte reste dans ce navigateur.")).to_be_visible()
    await marc.set_offline(False)
    await page.goto("/compose")
    await page.get_by_role("button", name="Le reprendre").click()
    await expect(page.locator("[name=text]")).to_have_value("Écrit dans le train.")
    await expect(page.get_by_text(SAVED)).to_be_visible()
    await page.goto("/drafts")
    await expect(page.get_by_text("Écrit dans le train.")).to_be_visible()


COPIES = "Object.keys(localStorage).filter((name) => name.startsWith('composer:')).length"


async def sign_out(page: Page) -> None:
    """As the button in the menu does."""
    async with page.expect_navigation():
        await page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    await expect(page.locator("body.inside")).to_have_count(0)


async def test_a_sign_out_leaves_no_copy_in_the_browser_also_where_no_script_helps(marc: BrowserContext) -> None:
    page, _ = await opened(marc, "/compose")
    await page.route("**/drafts/**", lambda route: route.abort())
    await page.fill("[name=text]", "Ne regarde que moi")
    await page.wait_for_function(f"{COPIES} === 1")
    # A page without the composer and its script.
    other, _ = await opened(marc, "/settings/security")
    assert await other.evaluate(COPIES) == 1
    await sign_out(other)
    assert await other.evaluate(COPIES) == 0


async def test_what_was_typed_just_before_a_sign_out_is_a_draft(marc: BrowserContext) -> None:
    page, _ = await opened(marc, "/compose")
    await page.fill("[name=text]", "Avant de partir")
    await sign_out(page)
    assert await page.evaluate(COPIES) == 0
    await page.goto("/sign-in?next=/drafts")
    await page.fill("[name=name]", "marc")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await expect(page.get_by_text("Avant de partir")).to_be_visible()


async def test_names_are_suggested_and_taken_with_the_keyboard(marc: BrowserContext) -> None:
    page, complaints = await opened(marc, "/compose")
    text = page.locator("[name=text]")
    await text.focus()
    await page.keyboard.type("Bonjour @mar")
    option = page.locator(".composer-suggestions [role=option]").first
    await expect(option).to_have_attribute("aria-selected", "true")
    assert await text.get_attribute("aria-activedescendant") == await option.get_attribute("id")
    await photograph(page, "suggestions")
    await page.keyboard.press("Enter")
    await expect(text).to_have_value("Bonjour @marc ")
    await page.keyboard.type("@mar")
    await expect(option).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(option).to_have_count(0)
    assert complaints.said == []


async def test_everything_works_without_a_script(chromium: Browser, scene: Scene) -> None:
    context = await scene.browse(chromium, "marc", java_script_enabled=False, viewport=PHONE)
    page = await context.new_page()
    await page.goto("/compose?audience=site")
    await page.fill("[name=text]", "Sans script.")
    await page.set_input_files("[name=files]", chosen("un.jpg", "#2d6a4f"))
    await page.get_by_role("button", name="Ajouter").click()
    await expect(page.locator(".composer-picture")).to_be_visible()
    await page.get_by_role("button", name="Publier").click()
    await expect(page.get_by_text("Dites ce que montre chaque image")).to_be_visible()
    await photograph(page, "asked-phone")
    await page.locator("textarea[name^=alt-]").fill("Un rayon vert")
    await page.get_by_role("button", name="Publier").click()
    await page.wait_for_url(re.compile(r"/posts/"))
    await page.goto(f"{page.url}/edit")
    await photograph(page, "edit-phone")
    await page.fill("[name=text]", "Toujours sans script.")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.locator(".prose")).to_have_text("Toujours sans script.")
    post = page.url
    await page.goto(f"{post}/history")
    await expect(page.locator(".version .prose")).to_have_text("Sans script.")
    await photograph(page, "history-phone")
    await page.goto(f"{post}/delete")
    await photograph(page, "delete-phone")
    await page.get_by_role("button", name="Supprimer").click()
    await expect(page.get_by_text("La publication est supprimée.")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_writing_are_open_to_everybody(marc: BrowserContext, axe: str, scheme: str) -> None:
    page, complaints = await opened(marc, "/compose")
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.fill("[name=text]", "Pour tout le monde.")
    await page.set_input_files("[name=files]", chosen("un.jpg", "#2d6a4f"))
    await expect(page.locator(".composer-file")).to_have_count(1)
    # The list of sites shows only beside the audience that it belongs to.
    for summary in await page.locator("main details > summary:visible").all():
        await summary.click()
    found = await serious_findings(marc, page, axe)
    await photograph(page, f"compose-{scheme}")
    await page.goto("/drafts")
    found += await serious_findings(marc, page, axe)
    await photograph(page, f"drafts-{scheme}")
    await page.goto("/compose?audience=public")
    await page.fill("[name=text]", "Pour tout le monde.")
    await page.get_by_role("button", name="Publier").click()
    await page.wait_for_url(re.compile(r"/posts/"))
    post = page.url
    for path in ("/edit", "/delete", "/history"):
        await page.goto(f"{post}{path}")
        found += await serious_findings(marc, page, axe)
    assert found == []
    assert complaints.said == []


async def photograph(page: Page, name: str) -> None:
    """Keep what the page looks like, where somebody wants to see it."""
    folder = os.environ.get("FEDIRSE_TEST_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"composer-{name}.png", full_page=True)
