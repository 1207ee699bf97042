"""A real browser opens what strangers wrote: nothing runs, nothing is asked of another host, and nobody is led away.

The site answers the browser without a network between them. That the probe would see a script run is shown first, on a page whose policy
and cleaning are both taken away.
"""

from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Dialog, Page, Route

from fedirse.storage.actors import save_actor
from tests.attacks.shown import prose_of
from tests.attacks.test_shown_posts import FRAMES, SCHEMES, SCRIPTS
from tests.attacks.visiting.requests import ask
from tests.browser.conftest import chromium
from tests.visitors import HTML, ORIGIN, Shop, remote_actor

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVERYTHING = "<p>avant</p>" + "".join([*SCRIPTS, *(f'<a href="{scheme}">là</a>' for scheme in SCHEMES), *FRAMES]) + "<p>après</p>"
PATIENCE = 500.0
"""Milliseconds; what a press sets off begins at once."""
HOLE = "<img src=/nothing onerror=alert(2)><script>alert(1)</script><form action=https://evil.example/ id=f><button id=go>x</button></form>"


@dataclass
class Probe:
    """A page of the site in a browser, and what happened there.

    Attributes:
        ran: the words of every dialog, which only a script opens.
        elsewhere: what was asked of other hosts.
        hole: markup that is put into the page as it leaves the site, as if nothing were cleaned.
        without_policy: whether the answer loses its policy on the way.
    """

    shop: Shop
    page: Page
    hole: str = ""
    without_policy: bool = False
    ran: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("dialog", self._see)

    async def open(self, path: str) -> None:
        """Open a page."""
        await self.page.unroute("**/*")
        await self.page.route("**/*", self._answer)
        await self.page.goto(f"{ORIGIN}{path}")
        await self.page.wait_for_load_state("networkidle")

    async def press(self, selector: str) -> None:
        """Press everything of a kind, as a curious reader does, and wait for what may come of it."""
        pressed = await self.page.evaluate(
            "selector => [...document.querySelectorAll(selector)].map(one => one.click?.()).length", selector
        )
        assert pressed > 0
        await self.page.wait_for_timeout(PATIENCE)

    async def _see(self, dialog: Dialog) -> None:
        self.ran.append(dialog.message)
        await dialog.dismiss()

    async def _answer(self, route: Route) -> None:
        url = route.request.url
        if not url.startswith(f"{ORIGIN}/"):
            self.elsewhere.append(url)
            await route.abort()
            return
        answer = await ask(self.shop, url.removeprefix(ORIGIN), headers=[("accept", await route.request.header_value("accept") or HTML)])
        headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy" or not self.without_policy}
        await route.fulfill(status=answer.status, headers=headers, body=answer.body.replace(b"</main>", self.hole.encode() + b"</main>"))


async def written(shop: Shop, content: str) -> str:
    """The path of a post whose text went into the database as it is."""
    evil = remote_actor("eve", "evil.example", name=HOLE, summary=content, fields=((HOLE, content),))
    post = await shop.receive(await shop.site.write(save_actor, evil), content)
    return f"/posts/{post.id}"


@pytest.mark.attack("CNT-001")
async def test_the_probe_sees_a_script_and_the_policy_alone_stops_it(shop: Shop, chromium: Chromium) -> None:
    path = await written(shop, "<p>Bonjour</p>")
    open_door = Probe(shop, await chromium.new_page(), HOLE, without_policy=True)
    await open_door.open(path)
    assert sorted(open_door.ran) == ["1", "2"]
    await open_door.press("#go")
    assert open_door.elsewhere == ["https://evil.example/?"]
    await open_door.page.close()
    closed = Probe(shop, await chromium.new_page(), HOLE)
    await closed.open(path)
    await closed.press("#go")
    assert (closed.ran, closed.elsewhere) == ([], [])
    await closed.page.close()


@pytest.mark.attack("CNT-001")
@pytest.mark.attack("CNT-002")
@pytest.mark.attack("CNT-004")
@pytest.mark.attack("CNT-010")
async def test_nothing_that_a_stranger_wrote_runs_even_without_the_policy(shop: Shop, chromium: Chromium) -> None:
    path = await written(shop, EVERYTHING)
    probe = Probe(shop, await chromium.new_page(), without_policy=True)
    for opened in (path, "/@eve@evil.example"):
        assert "avant" in prose_of((await shop.get(opened)).text)[0]
        await probe.open(opened)
        assert await probe.page.locator(".prose").first.is_visible()
        # Honest links to pages are left out: they may lead away.
        await probe.press(".prose *:not([href^=http]), dd *:not([href^=http]), dt, bdi:not(a bdi)")
        assert probe.page.url == f"{ORIGIN}{opened}"
    assert (probe.ran, probe.elsewhere) == ([], [])
    await probe.page.close()
