"""Chromium, a site it opens, and the rules of accessibility. Without them the tests are skipped, or fail where CI=true."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.eyes import AXE
from tests.browser.scene import Scene, open_scene
from tests.browser.served import ServedSite, made_site
from tests.fixtures_folder import in_ci
from tests.programs import find_program

# Nothing but the pages of the test is to be asked for.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window: one for all the tests, each of which has contexts of its own."""
    path = find_program("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedSite]:
    """A site made by `init` alone, not served yet."""
    with made_site(tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A site with a past, served to all the tests of a file."""
    with open_scene(tmp_path_factory.mktemp("scene")) as opened:
        yield opened


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that checks a page."""
    if not AXE.is_file():
        reason = "axe-core is not installed: run scripts/install-peer"
        if in_ci():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return AXE.read_text(encoding="utf-8")
