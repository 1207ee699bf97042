"""Everything of a day works in a browser that runs no scripts."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser import drawings
from tests.browser.eyes import PHONE, listen
from tests.browser.scene import Scene
from tests.browser.story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


async def test_a_day_without_scripts(chromium: Browser, scene: Scene, tmp_path: Path) -> None:
    photo = tmp_path / "sejour.jpg"
    photo.write_bytes(drawings.living_room())
    context = await scene.browse(chromium, java_script_enabled=False, viewport=PHONE)
    page = await context.new_page()
    complaints = listen(page)

    await page.goto("/sign-in")
    await page.fill("[name=name]", "marc")
    await page.fill("[name=password]", PASSWORD)
    await page.locator("main form").first.get_by_role("button", name="Se connecter").click()
    await expect(page.locator("body.inside")).to_be_visible()

    # A post that is begun at home, and gets a picture.
    await page.locator("details.say > summary").click()
    await page.fill("[name=text]", "Le séjour est en place.")
    await page.locator("[name=audience][value=site]").check()
    await page.locator("details.say button.button-quiet").click()
    await expect(page.locator("[name=text]")).to_have_value("Le séjour est en place.")
    await page.set_input_files("[name=files]", photo)
    await page.get_by_role("button", name="Ajouter", exact=True).click()
    await page.locator("textarea[name^=alt-]").fill("Un canapé vert")
    await page.get_by_role("button", name="Publier").click()
    await expect(page.get_by_text("Le séjour est en place.").first).to_be_visible()
    await page.goto("/local")
    await expect(page.get_by_role("img", name="Un canapé vert", exact=True)).to_be_visible()

    # A vote.
    await page.goto(f"/posts/{scene.told.posts['poll']}")
    await page.get_by_label("Frêne huilé").check()
    await page.get_by_role("button", name="Voter").click()
    await expect(page.get_by_text("Votre réponse")).to_be_visible()

    # A like, which comes back to where it was given.
    await page.goto("/local")
    like = page.locator(f"#post-{scene.told.posts['article']}").get_by_role("button", name="J’aime").first
    await like.click()
    await page.wait_for_url(re.compile(r"/local#post-"))
    await expect(like).to_have_attribute("aria-pressed", "true")

    # Somebody found, and followed.
    await page.fill("#band-search", "Paul")
    await page.locator("#band-search").press("Enter")
    await page.get_by_role("navigation", name="Où chercher").get_by_role("link", name="Personnes").click()
    await page.get_by_role("link", name="Paul-Émile").first.click()
    await page.locator("form[action='/@paul/follow'] button").click()
    await expect(page.locator("form[action='/@paul/unfollow'] button")).to_be_visible()
    assert complaints.said == []
    await context.close()
