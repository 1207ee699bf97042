"""One page of the demo as somebody sees it, and how its address is found."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from fedirse.demo.cast import CastSite
from fedirse.demo.network import Network

Step = Callable[[Page, Network], Awaitable[None]]


@dataclass(frozen=True)
class View:
    """One page of the demo as somebody sees it.

    Attributes:
        name: of its pictures.
        site: where.
        who: handle of who looks; nobody when empty.
        path: what is opened there; gets the network.
        step: what is done then.
    """

    name: str
    site: CastSite
    who: str
    path: Callable[[Network], str]
    step: Step | None = None


def at(path: str) -> Callable[[Network], str]:
    """Always that path."""
    return lambda _: path


def post(key: str, more: str = "") -> Callable[[Network], str]:
    """The page of a seeded post where it was written."""
    return lambda network: f"/posts/{network.post(key).rpartition('/')[2]}{more}"


async def send(page: Page, button: str) -> None:
    """Press the last of these buttons that is shown, and wait for the page that follows."""
    async with page.expect_navigation():
        await page.locator(f"{button}:visible:not(.composer-enter)").last.click()
