"""The whole way of a small company in a real browser, on a site made by `init` alone: first run, people, posts with pictures, the
fediverse, a report, the end of an account, and the site back from its backup.
"""

import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.eyes import DESKTOP, PHONE, Complaints, listen
from tests.browser.served import ServedSite
from tests.interop.peer_process import Peer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PASSWORD = "un cheval dans la cuisine"


def photo(folder: Path) -> Path:
    """A photograph as a telephone makes it: turned by its EXIF, with a place in it."""
    path = folder / "rayon.jpg"
    picture = Image.new("RGB", (800, 600), "#2d6a4f")
    exif = picture.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "Telephone"
    picture.save(path, "JPEG", exif=exif)
    return path


async def new_page(chromium: Browser, served: ServedSite, *, phone: bool = False) -> tuple[BrowserContext, Page, Complaints]:
    """A browser of its own at the site."""
    context = await chromium.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]  # a plain dict is what it takes
        locale="fr-FR",
        timezone_id="Europe/Paris",
        base_url=served.origin,
    )
    context.set_default_timeout(15_000)
    page = await context.new_page()
    return context, page, listen(page)


async def set_up(page: Page, served: ServedSite) -> None:
    """The first run, from the link that a command prints."""
    link = re.search(r"http://\S+/welcome\?code=\S+", served.run("setup-link"))
    assert link is not None
    await page.goto(link.group())
    await page.fill("[name=name]", "Proxi Lyon")
    await page.fill("[name=person]", "Marc Weber")
    await page.fill("[name=handle]", "marc")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await expect(page.locator(".rail")).to_be_visible()


async def write(page: Page, text: str, *, audience: str = "public", file: Path | None = None, alt: str = "") -> None:
    """Publish a post through the composer."""
    await page.goto(f"/compose?audience={audience}")
    await page.fill("[name=text]", text)
    if file is not None:
        await page.set_input_files("[name=files]", file)
        await page.locator("textarea[name^=alt-]").first.fill(alt)
    await page.locator("main form").first.get_by_role("button", name="Publier").click()
    await page.wait_for_url(re.compile(r"/(posts/|$|#|\?)"))


async def accept_invitation(page: Page, link: str, name: str, handle: str) -> None:
    """Join with an invitation."""
    await page.goto(link)
    await page.fill("[name=name]", name)
    await page.fill("[name=handle]", handle)
    await page.fill("[name=password]", PASSWORD)
    await page.locator("main form").first.locator("button[type=submit]").first.click()
    await expect(page.locator("body.inside")).to_be_visible()


async def test_a_small_company_lives_with_its_site(chromium: Browser, served: ServedSite, tmp_path: Path) -> None:
    served.start()
    async with Peer.start(tmp_path) as peer:
        context, marc, complaints = await new_page(chromium, served)
        await set_up(marc, served)

        # Somebody joins with a poster, on a telephone.
        await marc.goto("/site/people/invite")
        await marc.fill("[name=note]", "Inès")
        await marc.click("main form button[type=submit]")
        link = (await marc.locator(".poster-address").inner_text()).strip()
        phone_context, ines, ines_complaints = await new_page(chromium, served, phone=True)
        await accept_invitation(ines, link, "Inès Ben Amar", "ines")

        # Marc follows Karim of another server, who follows back and gets a post with a photograph.
        await marc.goto(f"/search?q={peer.handle()}")
        await marc.get_by_role("button", name="Suivre").first.click()
        await peer.follow(f"{served.origin}/people/marc")
        await write(marc, "Les nouveaux rayons sont **prêts** !", file=photo(tmp_path), alt="Un rayon vert")
        note = (await peer.eventually_received("Create")).document["object"]
        assert note["attachment"][0]["name"] == "Un rayon vert"
        assert "prêts" in note["content"]

        # Karim answers; Marc is told, likes and answers back.
        await peer.post("<p>Bravo depuis chez moi.</p>", in_reply_to=note["id"])
        await expect_soon(marc, "/notifications", "Bravo depuis chez moi.")
        await marc.get_by_text("Bravo depuis chez moi.").first.click()
        await marc.locator(".card-focus .act-like").click()
        await peer.eventually_received("Like")

        # Inès reads it on her telephone, reports the answer, and Marc decides.
        await ines.goto("/local")
        await expect(ines.get_by_text("Les nouveaux rayons")).to_be_visible()
        await expect(ines.get_by_role("img", name="Un rayon vert")).to_be_visible()
        await ines.locator(".card", has_text="Les nouveaux rayons").first.locator(".card-when a").click()
        await report(ines)
        await expect_soon(marc, "/site/reports", "Inès Ben Amar")

        # Her account ends while she is looking at it.
        await marc.goto("/site/people/ines")
        await marc.get_by_role("button", name="Désactiver le compte").click()
        await expect(marc.get_by_text("Désactivé").first).to_be_visible()
        await ines.goto("/notifications")
        await expect(ines.locator("body.inside")).to_have_count(0)

        # The folder of the site is lost; its backup brings everything back but the sessions, so that Marc says who he is.
        backup = tmp_path / "site.tar"
        served.run("backup", "--to", str(backup))
        served.stop()
        shutil.rmtree(served.folder)
        served.run("restore", str(backup))
        served.start()
        await marc.goto("/local")
        await expect(marc.get_by_text("Les nouveaux rayons")).to_be_visible()
        await expect(marc.locator("body.inside")).to_have_count(0)
        await sign_in(marc, "marc", "/local")
        shown = await marc.get_by_role("img", name="Un rayon vert").first.evaluate("picture => picture.naturalWidth > 0")
        assert shown

        assert complaints.said + ines_complaints.said == []
        await context.close()
        await phone_context.close()


async def sign_in(page: Page, handle: str, then: str) -> None:
    """Get in with the password that everybody here has."""
    await page.goto(f"/sign-in?next={then}")
    await page.fill("[name=name]", handle)
    await page.fill("[name=password]", PASSWORD)
    await page.locator("main form").first.locator("button[type=submit]").first.click()
    await expect(page.locator("body.inside")).to_be_visible()


async def expect_soon(page: Page, path: str, text: str) -> None:
    """Reload a page until it says something, as somebody who waits for it does."""
    for _ in range(30):
        await page.goto(path)
        if await page.get_by_text(text).count():
            return
        await page.wait_for_timeout(300)
    raise AssertionError(f"{path} never said {text!r}: {await page.locator('main').inner_text()}")


async def report(page: Page) -> None:
    """Report the first answer on the page of a post."""
    answer = page.locator(".card", has_text="Bravo depuis chez moi.").first
    await answer.locator(".act-more > summary").click()
    await answer.get_by_role("link", name="Signaler").click()
    await page.locator("main [name=category]").first.check()
    await page.locator("main form").first.locator("button[type=submit]").first.click()
    await page.wait_for_load_state()


def test_the_photograph_of_the_test_says_where_it_was_taken(tmp_path: Path) -> None:
    assert b"Telephone" in photo(tmp_path).read_bytes()
    assert Image.open(io.BytesIO(photo(tmp_path).read_bytes())).getexif()[0x0112] == 6
