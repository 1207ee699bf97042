"""A site with a past, served: everything a page can show is there, and somebody of each role is signed in."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, BrowserContext

from fedirse.assembly import lay_ground, open_site
from fedirse.base.settings import load_process_settings
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.storage.transaction import Transaction
from tests.browser.eyes import DESKTOP
from tests.browser.served import ServedSite, made_site
from tests.browser.story import PEOPLE, Storyteller, Told

LOCALES = {"fr": "fr-FR", "en": "en-GB"}


@dataclass
class Scene:
    """The served site, and what its addresses are made of.

    Attributes:
        served: the site.
        told: its posts and the like.
        secrets: what the browser of each of its people presents.
    """

    served: ServedSite
    told: Told
    secrets: dict[str, str]

    async def speak(self, language: str) -> None:
        """Have all its people choose that language."""

        def choose(tx: Transaction) -> None:
            for handle in PEOPLE:
                set_preferences(tx, get_account(tx, handle).id, language=language)

        async with _opened(self.served) as site:
            await site.write(choose)

    async def browse(self, chromium: Browser, who: str = "", language: str = "fr", **options: object) -> BrowserContext:
        """A browser of its own, with somebody signed in.

        Args:
            chromium: the browser.
            who: a handle of the scene; nobody when empty.
            language: what it prefers; what people chose counts more.
            options: of the context, such as `viewport` and `color_scheme`.
        """
        wanted = {"viewport": DESKTOP, "locale": LOCALES[language], "timezone_id": "Europe/Paris", "base_url": self.served.origin}
        context = await chromium.new_context(**wanted | options)  # type: ignore[arg-type]  # plain values are what it takes
        context.set_default_timeout(15_000)
        if who:
            await context.add_cookies([{"name": "session", "value": self.secrets[who], "url": self.served.origin}])
        return context


@contextmanager
def open_scene(folder: Path, name: str | None = None) -> Iterator[Scene]:
    """Make the site, fill it and serve it.

    Args:
        folder: where.
        name: its domain, when it shall not be one of this machine.
    """
    with made_site(folder, name) as served:
        secrets = {handle: new_secret() for handle in PEOPLE}
        told = asyncio.run(_fill(served, secrets))
        served.start()
        yield Scene(served, told, secrets)


async def _fill(served: ServedSite, secrets: dict[str, str]) -> Told:
    async with _opened(served) as site:
        now = site.clock.now()
        told = await Storyteller(site, now).tell()

        def sign_in(tx: Transaction) -> None:
            for handle, secret in secrets.items():
                # Sofia signed in this morning, so she is asked again who she is.
                open_session(tx, get_account(tx, handle), secret, "Firefox", now - timedelta(hours=2 if handle == "sofia" else 0))

        await site.write(sign_in)
        return told


@asynccontextmanager
async def _opened(served: ServedSite) -> AsyncIterator[Site]:
    ground = lay_ground(load_process_settings(served.root, {}))
    try:
        site = await open_site(served.folder, ground)
        yield site
        await site.database.close()
    finally:
        await ground.close()
