"""A site is invited and joins, in two browsers: with scripts the link is carried over, without them it is pasted; every page on every screen."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.eyes import PHONE, bring_checker, listen
from tests.browser.served import ServedSite, made_site
from tests.browser.sweep import NARROW, WIDER

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

PASSWORD = "sept chaises vertes au grenier"


@pytest.fixture
def siege(tmp_path: Path) -> Iterator[ServedSite]:
    """A head office with its network, and who decides about members."""
    with made_site(tmp_path / "siege", None, "--head-office", "--name", "Maison Aubrelle") as site:
        site.run("network", "create", "--name", "Aubrelle")
        site.run("account", "create", "nadia", "--role", "network_owner", "--password", PASSWORD)
        site.start()
        yield site


@pytest.fixture
def lyon(tmp_path: Path) -> Iterator[ServedSite]:
    with made_site(tmp_path / "lyon", None, "--name", "Aubrelle Lyon") as site:
        site.run("account", "create", "marc", "--role", "administrator", "--password", PASSWORD)
        site.start()
        yield site


@asynccontextmanager
async def browse(chromium: Browser, **options: object) -> AsyncIterator[Page]:
    """Somebody's own browser, in French."""
    context = await chromium.new_context(locale="fr-FR", **options)  # type: ignore[arg-type]
    yield await context.new_page()
    await context.close()


async def sign_in(page: Page, name: str) -> None:
    await page.fill("[name=name]", name)
    await page.fill("[name=password]", PASSWORD)
    await page.locator("main form").first.get_by_role("button", name="Se connecter").click()


async def wrong_with(page: Page, axe: str) -> list[str]:
    """What the rules of accessibility find, and what is wider than the smallest screen."""
    checker = await bring_checker(page.context, page, axe)
    found = await checker.find()
    for size in (PHONE, NARROW):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        too_wide = await page.evaluate(WIDER)
        found += [f"{page.url} at {size['width']}: {too_wide}"] if too_wide else []
    return found


async def test_the_link_is_carried_over_and_both_sides_see_the_same_words(
    chromium: Browser, siege: ServedSite, lyon: ServedSite, axe: str
) -> None:
    wrong: list[str] = []
    async with browse(chromium) as nadia, browse(chromium) as marc:
        complaints = listen(nadia), listen(marc)
        await nadia.goto(f"{siege.origin}/sign-in?next=/site/network/invitations/new")
        await sign_in(nadia, "nadia")
        wrong += await wrong_with(nadia, axe)
        await nadia.fill("[name=note]", "Lyon")
        await nadia.fill("[name=city]", "Lyon")
        await nadia.get_by_role("button", name="Créer l’invitation").click()
        link = (await nadia.locator(".poster-address").inner_text()).strip()
        words = await nadia.locator(".network-words").inner_text()
        async with nadia.expect_download() as saved:
            await nadia.get_by_role("button", name="Carré en PNG").click()
        assert (await saved.value).suggested_filename == "lyon.png"
        wrong += await wrong_with(nadia, axe)
        await nadia.goto(f"{siege.origin}/site/network/invitations")
        wrong += await wrong_with(nadia, axe)

        await marc.goto(link)
        wrong += await wrong_with(marc, axe)
        await marc.fill("[name=site]", lyon.domain)
        await marc.get_by_role("button", name="Aller sur mon site").click()
        # The whole link survives the sign-in that stands between.
        await sign_in(marc, "marc")
        await expect(marc.locator("[name=link]")).to_have_value(link)
        wrong += await wrong_with(marc, axe)
        await marc.get_by_role("button", name="Ouvrir l’invitation").click()
        await expect(marc.locator(".network-four")).to_have_text(words)
        wrong += await wrong_with(marc, axe)
        await marc.get_by_role("button", name="Les mots sont les mêmes : rejoindre").click()
        own_words = await marc.locator(".network-words").last.inner_text()
        wrong += await wrong_with(marc, axe)

        await nadia.goto(f"{siege.origin}/site/network/requests")
        for _ in range(60):
            if await nadia.locator(".network-four").count():
                break
            await nadia.wait_for_timeout(500)
            await nadia.reload()
        await expect(nadia.locator(".network-four")).to_have_text(own_words)
        wrong += await wrong_with(nadia, axe)
        await nadia.get_by_role("link", name="Modifier d’abord").click()
        wrong += await wrong_with(nadia, axe)
        await nadia.get_by_role("button", name="L’admettre", exact=True).click()
        await expect(nadia.get_by_text("est membre du réseau")).to_be_visible()
        assert [one.said for one in complaints] == [[], []]
    assert wrong == []


async def test_without_scripts_the_link_is_pasted(chromium: Browser, siege: ServedSite, lyon: ServedSite) -> None:
    link = siege.run("network", "invite", "--note", "Lyon").split()[1]
    async with browse(chromium, java_script_enabled=False) as marc:
        await marc.goto(link)
        await marc.fill("[name=site]", lyon.domain)
        await marc.get_by_role("button", name="Aller sur mon site").click()
        await marc.get_by_role("link", name=f"Ouvrir {lyon.domain}").click()
        await sign_in(marc, "marc")
        await expect(marc.locator("[name=link]")).to_have_value("")
        await marc.fill("[name=link]", link)
        await marc.get_by_role("button", name="Ouvrir l’invitation").click()
        await marc.get_by_role("button", name="Les mots sont les mêmes : rejoindre").click()
        await expect(marc.get_by_text("a demandé à entrer dans le réseau")).to_be_visible()
