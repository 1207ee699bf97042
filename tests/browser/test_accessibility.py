"""Every page, in both languages, light and dark, on a desktop and on a telephone: for everybody, in one language, and without a complaint."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from babel.messages.pofile import read_po
from playwright.async_api import Browser, BrowserContext, Page

from fedirse.web.languages import catalogues
from tests.browser.eyes import DESKTOP, PHONE, bring_checker, listen
from tests.browser.pages import LOOKS, NO_PAGES, Look, all_looks, page_routes
from tests.browser.scene import Scene
from tests.browser.served import ServedSite
from tests.browser.story import Told

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

NARROW = {"width": 320, "height": 640}
"""What 1280 pixels become when they are enlarged four times (WCAG 1.4.10)."""
AT_ONCE = 3
SHORT = 3
COLOURS = "{runOnly: ['color-contrast']}"
"""The only rule that another colour scheme changes anything for."""

READ = """() => {
  const seen = new Set(document.body.innerText.split("\\n").map(line => line.trim()));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) seen.add(walker.currentNode.data.replace(/\\s+/g, " ").trim());
  for (const name of ["aria-label", "placeholder", "title", "alt", "data-copied", "data-failed"])
    for (const element of document.querySelectorAll(`[${name}]`)) seen.add(element.getAttribute(name).trim());
  return [...seen].filter(Boolean);
}"""
WIDER = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return "";
  const out = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1);
  return `${wide}px too wide: ` + out.slice(0, 4).map(one => `${one.tagName}.${one.className}`).join(" ");
}"""


@dataclass
class Sweep:
    """A look at every page in one language.

    Attributes:
        chromium: the browser.
        scene: the site.
        axe: the script that checks a page.
        language: what is spoken.
        foreign: whether a text is in another language.
        found: everything that is wrong.
    """

    chromium: Browser
    scene: Scene
    axe: str
    language: str
    foreign: Callable[[str], bool]
    found: list[str] = field(default_factory=list)

    @property
    def thorough(self) -> bool:
        """Whether everything is looked at; what colours and small screens do is the same in every language."""
        return self.language == "fr"

    async def run(self) -> list[str]:
        """All of it, a few pages at a time."""
        people = {look.who for look in all_looks()}
        contexts = {who: await self.scene.browse(self.chromium, who, self.language) for who in people}
        waiting = list(all_looks())

        async def work() -> None:
            while waiting:
                look = waiting.pop()
                await self.look_at(contexts[look.who], look)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        for context in contexts.values():
            await context.close()
        return sorted(self.found)

    async def look_at(self, context: BrowserContext, look: Look) -> None:
        """One page: as it stands on a desktop, in the dark, and on ever smaller screens."""
        page = await context.new_page()
        complaints = listen(page)
        response = await page.goto(look.path(self.scene))
        assert response is not None
        wrong = [] if response.status == look.status else [f"answered with {response.status}"]
        wrong += await self._words(page)
        checker = await bring_checker(context, page, self.axe)
        wrong += [f"desktop: {one}" for one in await checker.find()]
        if self.thorough:
            await page.emulate_media(color_scheme="dark")
            wrong += [f"dark: {one}" for one in await checker.find(COLOURS)]
            await page.emulate_media(color_scheme="light")
        for size in (PHONE, NARROW):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            too_wide = await page.evaluate(WIDER)
            wrong += [f"at {size['width']}: {too_wide}"] if too_wide else []
            if size is PHONE and self.thorough:
                wrong += [f"phone: {one}" for one in await checker.find()]
        # A page that says what is missing is answered so, which the browser notes.
        wrong += [said for said in complaints.said if look.status == 200 or "Failed to load resource" not in said]
        await page.close()
        self.found += [f"{look.name} ({self.language}): {one}" for one in wrong]

    async def _words(self, page: Page) -> list[str]:
        wrong = []
        language = await page.get_attribute("html", "lang")
        if language != self.language:
            wrong.append(f"says it is in {language}")
        headings = await page.locator("h1").count()
        if headings != 1:
            wrong.append(f"has {headings} first headings")
        if not (await page.title()).strip(" ·"):
            wrong.append("has no title")
        texts: list[str] = await page.evaluate(READ)
        return wrong + [f"speaks another language: {text!r}" for text in texts if self.foreign(text)]


def words_of_other(language: str) -> Callable[[str], bool]:
    """Whether a text is one of ours in the other language, as far as the two differ."""
    exact: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for english, french in _pairs().items():
        if english != french:
            text = english if language == "fr" else french
            if "%(" not in text:
                exact.add(text)
            elif len(re.sub(r"%\(\w+\)[sd]|\W", "", text)) > 5:
                patterns.append(re.compile(".+".join(re.escape(part) for part in re.split(r"%\(\w+\)[sd]", text))))
    known = exact - {english if language == "en" else french for english, french in _pairs().items()}
    # Shorter ones are words of any text, such as “et”.
    return lambda text: len(text) > SHORT and (text in known or any(pattern.fullmatch(text) for pattern in patterns))


def _pairs() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in catalogues("fr"):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if message.id:
                    ids = [message.id] if isinstance(message.id, str) else list(message.id)
                    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
                    found |= dict(zip(ids, strings, strict=False))
    return found


def test_every_page_is_looked_at() -> None:
    assert sorted(page_routes() - LOOKS.keys() - NO_PAGES.keys()) == [], "name how it is looked at in pages.py"
    assert sorted(LOOKS.keys() - page_routes()) == []
    assert sorted(NO_PAGES.keys() - page_routes()) == []
    names = [look.name for look in all_looks()]
    assert sorted(set(names)) == sorted(names)


def test_english_on_a_french_page_is_seen() -> None:
    foreign = words_of_other("fr")
    assert foreign("Skip to the content")
    assert not foreign("Aller au contenu")


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_page_is_for_everybody(chromium: Browser, scene: Scene, axe: str, language: str) -> None:
    await scene.speak(language)
    found = await Sweep(chromium, scene, axe, language, words_of_other(language)).run()
    assert found == [], "\n".join(found)


async def test_the_first_page_of_a_new_site_is_for_everybody(chromium: Browser, served: ServedSite, axe: str) -> None:
    served.start()
    link = re.search(r"http://\S+(/welcome\?code=\S+)", served.run("setup-link"))
    assert link is not None
    scene = Scene(served, told=Told(), secrets={})
    sweep = Sweep(chromium, scene, axe, "fr", words_of_other("fr"))
    context = await scene.browse(chromium, viewport=DESKTOP)
    for look in (Look("welcome", link[1], ""), Look("welcome-closed", "/welcome?code=x", "", 403), Look("new-front", "/", "")):
        await sweep.look_at(context, look)
    await context.close()
    assert sweep.found == [], "\n".join(sweep.found)
