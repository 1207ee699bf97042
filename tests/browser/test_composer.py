"""The composer in a real browser: with its script, with a lost connection, with the keyboard alone, and without any script."""

import io
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.browser.eyes import DESKTOP, PHONE, Complaints, listen, serious_findings
from tests.browser.served import ServedSite

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

PASSWORD = "un cheval dans la cuisine"
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
async def marc(chromium: Browser, served: ServedSite) -> AsyncIterator[BrowserContext]:
    """Marc's browser; he has just set up the site."""
    served.start()
    # Files are made anew by a program of their own, which a busy machine starts slowly.
    expect.set_options(timeout=PATIENCE)
    context = await chromium.new_context(viewport=DESKTOP, locale="fr-FR", timezone_id="Europe/Paris", base_url=served.origin)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    link = re.search(r"http://\S+/welcome\?code=\S+", served.run("setup-link"))
    assert link is not None
    await page.goto(link.group())
    for name, value in {"name": "Proxi Lyon", "person": "Marc Weber", "handle": "marc", "password": PASSWORD}.items():
        await page.fill(f"[name={name}]", value)
    await page.click("main button[type=submit]")
    await expect(page.locator("body.inside")).to_be_visible()
    await page.close()
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
    await expect(page.get_by_text("Vous n’avez pas de brouillon")).to_be_visible()
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
    for summary in await page.locator("main details > summary").all():
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
