"""What a site shows that was away and has just come back: the newest posts of its network, which are on their way."""

from datetime import datetime, timedelta

from playwright.async_api import Page

from fedirse.base.clock import SystemClock
from fedirse.social.catching_up.model import Headline
from fedirse.social.catching_up.store import announce
from fedirse.storage.transaction import Transaction
from tests.browser.membership import HEAD_OFFICE
from tests.browser.scene import Scene

WORDS = (
    ("Le camion passe au jeudi jusqu’à la fin du mois", "Maison Aubrelle"),
    ("Échange sans ticket : comment faites-vous ?", "Inès Benali"),
    ("L’inventaire en une après-midi", "Maison Aubrelle"),
)


async def come_back(page: Page, scene: Scene) -> None:
    """A step: members have said what their newest posts are, and the page is opened again."""
    await scene.write(_announce)
    await page.reload()


def _announce(tx: Transaction) -> None:
    now = SystemClock().now()
    announce(tx, [_headline(number, now) for number in range(len(WORDS))], now)


def _headline(number: int, now: datetime) -> Headline:
    words, author = WORDS[number]
    return Headline(f"{HEAD_OFFICE}/posts/arriving-{number}", words, author, now - timedelta(hours=5 * number + 2))
