"""The day of somebody who never touches a mouse: every step by keyboard, always seeing where they are."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.eyes import PHONE, listen
from tests.browser.scene import Scene
from tests.browser.story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

MOST_TABS = 120

SEEN = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const style = getComputedStyle(here);
  const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  return marked ? "" : `${here.tagName}.${here.className} does not show that it has the focus`;
}"""
"""Whether what has the focus shows it (WCAG 2.4.7)."""

COVERED = """() => {
  const here = document.activeElement, bar = document.querySelector(".rail");
  if (!here || here === document.body || bar.contains(here)) return "";
  const box = here.getBoundingClientRect(), top = bar.getBoundingClientRect().top;
  const away = box.bottom <= 0 || box.top >= top;
  return away ? `${here.tagName}.${here.className} at ${box.top} is hidden (the bar begins at ${top})` : "";
}"""
"""Whether what has the focus lies under the bar of a telephone, or off the screen (WCAG 2.4.11)."""


async def tab_to(page: Page, selector: str, *, after: str = "") -> None:
    """Press Tab until something of that kind has the focus; `after` is what has to have had it before."""
    passed = not after
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        assert await page.evaluate(SEEN) == ""
        if passed and await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        passed = passed or await page.evaluate("selector => document.activeElement.matches(selector)", after)
    raise AssertionError(f"Tab never came to {selector}")


async def sign_in(page: Page) -> None:
    """The first field has the focus already."""
    await page.goto("/sign-in")
    await page.keyboard.type("sofia")
    await tab_to(page, "[name=password]")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("body.inside")).to_be_visible()


async def skip_to_the_content(page: Page) -> None:
    """Past the navigation, to what there is to read."""
    await page.goto("/")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


async def like_something(page: Page) -> None:
    """The next post that can be liked."""
    await tab_to(page, "button.act-like[aria-pressed=false]")
    button = page.locator("button.act-like:focus")
    await page.keyboard.press("Space")
    await expect(button).to_have_attribute("aria-pressed", "true")


async def answer_somebody(page: Page) -> None:
    """Open a post and answer, with a name that is suggested."""
    await tab_to(page, ".card-when a")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/posts/\w+$"))
    await tab_to(page, "a.act[href^='/compose?reply_to=']")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/compose\?reply_to="))
    if not await page.evaluate("document.activeElement.matches('[name=text]')"):
        await tab_to(page, "[name=text]")
    await page.keyboard.press("Control+End")
    await page.keyboard.type("Merci @mar")
    await expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(page.locator("[name=text]")).to_have_value(re.compile(r"Merci @marc $"))
    await page.keyboard.type("et à demain.")
    await tab_to(page, "main button.button-primary[type=submit]", after="[name=text]")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/posts/"))
    await expect(page.locator("main").get_by_text("et à demain.").first).to_be_visible()


async def look_into_the_menu(page: Page) -> None:
    """The menu of the account opens, and closes again where one was."""
    await page.goto("/")
    await tab_to(page, ".menu-sign")
    await page.keyboard.press("Enter")
    await expect(page.locator(".menu-sheet")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.locator(".menu-who a")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".menu-sheet")).to_be_hidden()
    await expect(page.locator(".menu-sign")).to_be_focused()


async def follow_somebody(page: Page) -> None:
    """Find a colleague and ask to follow him."""
    await page.goto("/")
    await tab_to(page, "#band-search")
    await page.keyboard.type("Paul")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/search\?q=Paul"))
    await tab_to(page, "a[href*='in=people']")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"in=people"))
    await tab_to(page, "main a[href='/@paul']")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/@paul$"))
    await tab_to(page, "form[action='/@paul/follow'] button")
    await page.keyboard.press("Enter")
    await expect(page.locator("form[action='/@paul/unfollow'] button")).to_be_visible()


async def sign_out(page: Page) -> None:
    """By the menu."""
    await tab_to(page, ".menu-sign")
    await page.keyboard.press("Enter")
    await tab_to(page, "form[action='/sign-out'] button")
    await page.keyboard.press("Enter")
    await expect(page.locator("body.inside")).to_have_count(0)


async def test_a_day_without_a_mouse(chromium: Browser, scene: Scene) -> None:
    context = await scene.browse(chromium)
    page = await context.new_page()
    complaints = listen(page)
    for step in (sign_in, skip_to_the_content, like_something, answer_somebody, look_into_the_menu, follow_somebody, sign_out):
        await step(page)
    assert complaints.said == []
    await context.close()


@pytest.mark.parametrize("path", ["/", "/compose", "/notifications", "/site/settings", "/posts/{pictures}"])
async def test_the_bar_of_a_telephone_hides_nothing_that_has_the_focus(chromium: Browser, scene: Scene, path: str) -> None:
    context = await scene.browse(chromium, "marc", viewport=PHONE)
    page = await context.new_page()
    await page.goto(path.format(**scene.told.posts))
    hidden = []
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement === document.body"):
            break
        hidden += [said for said in [await page.evaluate(SEEN), await page.evaluate(COVERED)] if said]
    assert hidden == []
    await context.close()


async def test_the_sheet_behind_the_bar_opens_and_closes_by_keyboard(chromium: Browser, scene: Scene) -> None:
    context = await scene.browse(chromium, "marc", viewport=PHONE)
    page = await context.new_page()
    await page.goto("/")
    sheet, more = page.locator(".rail-sheet"), page.locator(".rail-more button")
    await expect(sheet).to_be_hidden()
    await tab_to(page, ".rail-more button")
    await page.keyboard.press("Enter")
    await expect(sheet).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(sheet.get_by_role("link").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(more).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.locator(".rail :focus")).to_have_count(0)
    await context.close()


async def test_a_wide_screen_shows_the_whole_navigation_once_and_in_the_order_of_its_links(chromium: Browser, scene: Scene) -> None:
    context = await scene.browse(chromium, "marc")
    page = await context.new_page()
    await page.goto("/")
    shown = page.locator(".rail a:visible")
    paths = [await link.get_attribute("href") for link in await shown.all()]
    tops = [box["y"] for link in await shown.all() if (box := await link.bounding_box())]
    assert len(paths) == len(set(paths)) == len(tops)
    assert paths[:2] == ["/", "/announcements"]
    assert "/site/people" in paths
    assert tops == sorted(tops)
    await expect(page.locator(".rail button")).to_be_hidden()
    await context.close()
