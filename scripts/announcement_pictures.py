"""What the people of the demo see of its announcements, and how they stand while a store is off and once it is back."""

import re
from collections.abc import Callable
from typing import Final

from demo_views import View, at, post, send
from playwright.async_api import Page

from fedirse.demo.announced import ANNOUNCED
from fedirse.demo.cast import BORDEAUX, HEAD_OFFICE, LYON
from fedirse.demo.network import Network

RECALL: Final = ANNOUNCED["rappel"]
ADDED: Final = "Le lot 4822 est rappelé aussi."
WAIT_MILLISECONDS: Final = 120_000


async def _write(page: Page) -> None:
    await page.fill("[name=title]", "Soldes d’hiver\u00a0: l’affiche change mercredi")  # noqa: RUF001 - French has its own apostrophe
    await page.locator("[name=text]:visible").first.fill("Retirez l’ancienne mardi soir, **sans faute**, et posez la nouvelle.")  # noqa: RUF001


async def _address(page: Page, _network: Network) -> None:
    await _write(page)
    choice = page.locator("[name=audience][value=segment]")
    await choice.check()
    found = page.locator("select[name=segment]")
    await found.select_option(await found.locator("option", has_text=re.compile(r"^\s*Sud\b(?! et)")).first.get_attribute("value"))
    await choice.scroll_into_view_if_needed()


async def _preview(page: Page, _network: Network) -> None:
    await _write(page)
    button = page.locator("[formaction='/announcements/preview']")
    await button.evaluate("one => one.removeAttribute('formtarget')")
    async with page.expect_navigation():
        await button.click()


async def _open_recall(page: Page, _network: Network) -> None:
    await page.goto(await page.get_by_role("link", name=RECALL.title).first.evaluate("one => one.href"), wait_until="load")


async def publish_later_version(page: Page, network: Network) -> None:
    """Nadia adds a sentence to the recall, and asks everybody once more."""
    await page.goto(network.address(HEAD_OFFICE, _recall("/change")(network)), wait_until="load")
    await page.locator("[name=text]:visible").first.fill(f"{RECALL.text}\n\n{ADDED}")
    await page.locator("[name=ask_again]").check()
    await send(page, ".composer-end button[type=submit]:not([formaction])")


async def see_arrival(page: Page, network: Network, words: str) -> None:
    """Wait until the board says that of Bordeaux."""
    await page.goto(network.address(HEAD_OFFICE, _recall("/board")(network)), wait_until="load")
    row = page.get_by_role("row").filter(has_text=BORDEAUX.name).filter(has_text=words)
    await row.wait_for(timeout=WAIT_MILLISECONDS)


def _recall(more: str) -> Callable[[Network], str]:
    return lambda network: f"/announcements/{network.post('rappel').rpartition('/')[2]}{more}"


ANNOUNCING = (
    View("announcing-compose", HEAD_OFFICE, "nadia", at("/announcements/new"), _address),
    View("announcing-preview", HEAD_OFFICE, "nadia", at("/announcements/new"), _preview),
    View("announcing-list", HEAD_OFFICE, "nadia", at("/announcements")),
    View("announcing-board", HEAD_OFFICE, "nadia", _recall("/board")),
    View("announcing-calls", HEAD_OFFICE, "nadia", _recall("/calls")),
    View("announcing-ledger", HEAD_OFFICE, "nadia", post("rappel", "/egress")),
    View("announcing-home", LYON, "ines", at("/")),
    View("announcing-lyon", LYON, "ines", at("/announcements"), _open_recall),
    View("announcing-bordeaux", BORDEAUX, "theo", at("/announcements"), _open_recall),
)
AWAY = (View("announcing-board-away", HEAD_OFFICE, "nadia", _recall("/board")),)
RETURNED = (View("announcing-board-returned", HEAD_OFFICE, "nadia", _recall("/board")),)
