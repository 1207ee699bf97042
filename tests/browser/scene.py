"""A site with a past, served: everything a page can show is there, and somebody of each role is signed in."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from playwright.async_api import Browser, BrowserContext

from fedirse.assembly import lay_ground, open_site
from fedirse.base.settings import load_process_settings
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import find_local_actor
from fedirse.storage.transaction import Transaction
from tests.browser.eyes import DESKTOP
from tests.browser.neighbour import open_neighbour
from tests.browser.rarities import add_rarities, mails
from tests.browser.served import ServedSite, made_site
from tests.browser.story import PEOPLE, Storyteller, Told

LOCALES = {"fr": "fr-FR", "en": "en-GB"}

T = TypeVar("T")


@dataclass
class Scene:
    """The served site, and what its addresses are made of.

    Attributes:
        served: the site.
        told: its posts and the like.
        secrets: what the browser of each of its people presents.
        language: what its people speak.
    """

    served: ServedSite
    told: Told = field(default_factory=Told)
    secrets: dict[str, str] = field(default_factory=dict)
    language: str = "fr"

    @property
    def papers(self) -> Path:
        """The folder of what people have on their own machine: mails, archives."""
        return self.served.root.parent / "papers"

    def named(self, text: str) -> str:
        """An address or the like with the names of the scene in it."""
        papers = f"file://{self.papers}/{self.language}"
        return text.format(origin=self.served.origin, port=self.served.port, papers=papers, **self.told.others, **self.told.posts)

    async def unpack(self) -> None:
        """Have the archives that were asked for put together, and unpack each where its owner opens it."""
        for who, language in (("ines", "fr"), ("marc", "en")):
            archive = await asyncio.to_thread(self.served.fetch, "/settings/data/archive.zip", self.secrets[who])
            with zipfile.ZipFile(io.BytesIO(archive)) as packed:
                packed.extractall(self.papers / language)

    async def speak(self, language: str) -> None:
        """Have all its people choose that language."""

        def choose(tx: Transaction) -> None:
            for handle in PEOPLE:
                set_preferences(tx, get_account(tx, handle).id, language=language)

        await self.write(choose)
        self.language = language

    async def write(self, function: Callable[[Transaction], T]) -> T:
        """Run a transaction function beside the serving process."""
        async with opened(self.served) as site:
            return await site.write(function)

    async def sign_in(self, who: str) -> None:
        """Give somebody a session of their own from now on, which they may end."""
        secret = new_secret()
        async with opened(self.served) as site:
            await site.write(lambda tx: _open_session(tx, who, secret, site.clock.now()))
        self.secrets[who] = secret

    async def publish(self, who: str, draft: Draft) -> str:
        """Somebody says something now; gives how a page names the post."""
        async with opened(self.served) as site:
            author = await site.read(find_local_actor, who)
            assert author is not None
            post = await site.write(publish_post, site, author, draft, site.clock.now())
            return f"#post-{post.id}"

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
    with made_site(folder, name) as served, open_neighbour() as neighbour:
        served.deliver_mail_to(folder / "mails")
        scene = Scene(served, secrets={handle: new_secret() for handle in PEOPLE})
        scene.told = asyncio.run(_fill(scene))
        scene.told.others["neighbour"] = neighbour
        served.start()
        yield scene


async def _fill(scene: Scene) -> Told:
    async with opened(scene.served) as site:
        now = site.clock.now()
        teller = Storyteller(site, now)
        await teller.tell()
        await add_rarities(site, teller)

        def sign_in(tx: Transaction) -> None:
            for handle, secret in scene.secrets.items():
                # Sofia signed in this morning, so she is asked again who she is.
                _open_session(tx, handle, secret, now - timedelta(hours=2 if handle == "sofia" else 0))

        await site.write(sign_in)
        for language, text in (await site.write(mails, site)).items():
            folder = scene.papers / language
            folder.mkdir(parents=True)
            (folder / "mail.html").write_text(text, encoding="utf-8")
        return teller.told


def _open_session(tx: Transaction, who: str, secret: str, now: datetime) -> None:
    open_session(tx, get_account(tx, who), secret, "Firefox", now)


@asynccontextmanager
async def opened(served: ServedSite) -> AsyncIterator[Site]:
    """The site in this process, whether or not it is served."""
    ground = lay_ground(load_process_settings(served.root, {}))
    try:
        site = await open_site(served.folder, ground)
        yield site
        await site.database.close()
    finally:
        await ground.close()
