"""Where journeys are played: the network, the browser, and what somebody published that others have before them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fedirse.demo.cast import CastSite
from fedirse.demo.journeys.counter import Counter
from fedirse.demo.journeys.hand import SEEN_MILLISECONDS, Hand
from fedirse.demo.network import Network
from fedirse.demo.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LAPTOP: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 800}}
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}

_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
)
"""Nothing but the pages of the demo is to be asked for; and whoever is root in a container has no sandbox."""


@dataclass(frozen=True, slots=True)
class Published:
    """An announcement that a journey has made.

    Attributes:
        title: its title.
        text: some words of it.
        post_id: its id at the head office.
    """

    title: str
    text: str
    post_id: str

    @property
    def board(self) -> str:
        """Where the head office sees what became of it."""
        return f"/announcements/{self.post_id}/board"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything is running.

    Attributes:
        network: seeded.
        switches: domain of the page that stops and starts sites.
        browser: Chromium.
        counter: counts clicks.
    """

    network: Network
    switches: str
    browser: "Browser"
    counter: Counter

    @contextmanager
    def at_a_laptop(self, who: str, site: CastSite, handle: str) -> Iterator[Hand]:
        """Somebody who is signed in, with their home before them."""
        with self._at(who, LAPTOP, site, handle) as hand:
            yield hand

    @contextmanager
    def at_a_phone(self, who: str, site: CastSite, handle: str) -> Iterator[Hand]:
        """The same with a telephone."""
        with self._at(who, PHONE, site, handle) as hand:
            yield hand

    @contextmanager
    def at_the_switches(self, who: str) -> Iterator[Hand]:
        """Whoever runs the demo, with its switches."""
        context = self.browser.new_context(locale="fr-FR", **LAPTOP)
        context.set_default_timeout(SEEN_MILLISECONDS)
        page = context.new_page()
        page.goto(f"http://{self.switches}/")
        yield Hand(page, self.counter, who, self.network.folder)
        context.close()

    @contextmanager
    def _at(self, who: str, screen: dict[str, Any], site: CastSite, handle: str) -> Iterator[Hand]:
        origin = f"http://{self.network.domain(site.key)}"
        context = self.browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", base_url=origin, **screen)
        context.add_cookies([{"name": "session", "value": self.visitor(site, handle).session, "url": origin}])
        context.set_default_timeout(SEEN_MILLISECONDS)
        page = context.new_page()
        page.goto("/")
        yield Hand(page, self.counter, who, self.network.folder, taps=screen is PHONE)
        context.close()

    def visitor(self, site: CastSite, handle: str) -> Visitor:
        """The same person without a browser, to see what the site knows."""
        return Visitor(self.network, site, handle)


@contextmanager
def chromium(program: Path) -> "Iterator[Browser]":
    """The browser, without a window."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - for development only

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()
