"""A look at every page in one language: what is wrong with it for anybody."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from babel.messages.pofile import read_po
from playwright.async_api import Browser, Page

from fedirse.web.languages import catalogues
from tests.browser.eyes import PHONE, bring_checker
from tests.browser.looks import Look, Onlookers, Opened
from tests.browser.scene import Scene

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
        found: everything that is wrong.
    """

    chromium: Browser
    scene: Scene
    axe: str
    language: str
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._foreign = words_of_other(self.language)

    async def run(self, looks: Iterable[Look]) -> list[str]:
        """All of them, a few pages at a time; what is wrong with them."""
        onlookers = Onlookers(self.chromium, self.scene, self.language)
        waiting = list(looks)

        async def work() -> None:
            while waiting:
                look = waiting.pop()
                async with onlookers.open(look) as opened:
                    wrong = await self._look_at(look, opened)
                self.found += [f"{look.name} ({self.language}): {one}" for one in wrong]

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        await onlookers.leave()
        return sorted(self.found)

    async def _look_at(self, look: Look, opened: Opened) -> list[str]:
        """One page: as it stands on a desktop, in the dark, and on ever smaller screens."""
        page = opened.page
        wrong = [] if opened.statuses[-1] == look.status else [f"answered with {opened.statuses}"]
        wrong += await self._words(page)
        checker = await bring_checker(opened.context, page, self.axe)
        wrong += [f"desktop: {one}" for one in await checker.find()]
        await page.emulate_media(color_scheme="dark")
        wrong += [f"dark: {one}" for one in await checker.find(COLOURS)]
        await page.emulate_media(color_scheme="light")
        for size in (PHONE, NARROW):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            too_wide = await page.evaluate(WIDER)
            wrong += [f"at {size['width']}: {too_wide}"] if too_wide else []
            wrong += [f"phone: {one}" for one in await checker.find()] if size is PHONE else []
        # A page that says what is missing is answered so, which the browser notes.
        noted = tuple(f"status of {status} " for status in opened.statuses if status >= HTTPStatus.BAD_REQUEST)
        return wrong + [said for said in opened.complaints.said if not any(status in said for status in noted)]

    async def _words(self, page: Page) -> list[str]:
        wrong = []
        language = await page.get_attribute("html", "lang")
        if language != self.language:
            wrong.append(f"says it is in {language}")
        headings = await page.locator("h1").count()
        if headings != 1 and not page.url.endswith("/mail.html"):
            wrong.append(f"has {headings} first headings")
        if not (await page.title()).strip(" ·"):
            wrong.append("has no title")
        texts: list[str] = await page.evaluate(READ)
        return wrong + [f"speaks another language: {text!r}" for text in texts if self._foreign(text)]


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
