"""How a page is looked at: what the browser complains about, what the rules of accessibility find, whose language it speaks."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, CDPSession, Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Complaints:
    """What a browser said against the pages it showed."""

    said: list[str] = field(default_factory=list)


def listen(page: Page) -> Complaints:
    """Note every error and warning from now on: of scripts, of the policy, of what could not be loaded."""
    complaints = Complaints()

    def note(text: str) -> None:
        complaints.said.append(f"{page.url}: {text}")

    page.on("console", lambda message: note(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: note(str(error)))
    return complaints


@dataclass(frozen=True)
class Checker:
    """The rules of accessibility beside a page, in a world of their own: the policy of the page lets no script in but the site's."""

    session: CDPSession
    world: int

    async def find(self, rules: str = f"{{runOnly: {RULES}, preload: false}}") -> list[str]:
        """What the rules find wrong with the page as it stands: rule, and where."""
        expression = f"axe.run(document, {rules}).then(found => JSON.stringify(found.violations))"
        answer = await self.session.send(
            "Runtime.evaluate", {"expression": expression, "contextId": self.world, "awaitPromise": True, "returnByValue": True}
        )
        return [
            f"{found['id']} ({found['impact']}): {found['help']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for found in json.loads(answer["result"]["value"])
            if found["impact"] in SERIOUS
            for node in found["nodes"][:3]
        ]


async def bring_checker(context: BrowserContext, page: Page, axe: str) -> Checker:
    """Put the rules beside the page that is open; they are gone with it."""
    session = await context.new_cdp_session(page)
    frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    world = (await session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"}))["executionContextId"]
    await session.send("Runtime.evaluate", {"expression": axe, "contextId": world})
    return Checker(session, world)


async def serious_findings(context: BrowserContext, page: Page, axe: str) -> list[str]:
    """What the rules find wrong with the page as it stands: rule, and where."""
    checker = await bring_checker(context, page, axe)
    found = await checker.find()
    await checker.session.detach()
    return found
