"""The pages of announcements from both sides: where they are written, and where they are read."""

import html
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from fedirse.base.actors import StoredActor
from fedirse.base.roles import Role
from fedirse.features.announcements.acknowledgement.actions import acknowledge
from fedirse.features.announcements.acknowledgement.model import Acknowledgement
from fedirse.features.announcements.acknowledgement.store import find_acknowledgement, find_confirmation
from fedirse.features.announcements.actions import announce
from fedirse.features.announcements.model import Announcement, Asked, Terms
from fedirse.features.announcements.store import list_announcements, save_announcement
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.store import get_account, set_roles
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.store import current_network
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Draft, Post, PostKind
from fedirse.storage.actors import find_local_actor
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.console.office import admit_site, open_office
from tests.social.network.roster.test_wire import NETWORK, fresh_key
from tests.social.network.test_scopes import NETWORK_WIDE, join
from tests.visitors import Browser, Shop, open_shop

TITLE = "Rappel : lot 4821"
TEXT = "Retirez le lot 4821 des rayons."
EVERYONE, RESPONSIBLE = Terms(asked=Asked.EVERYONE), Terms(asked=Asked.RESPONSIBLE)
WRITTEN = {"title": TITLE, "text": TEXT, "audience": "network", "priority": "urgent", "asked_of": "everyone", "language": "fr"}
"""What somebody types into the fields of a new announcement."""


@dataclass(frozen=True)
class Office:
    """A head office that has a network."""

    shop: Shop

    @property
    def site(self) -> Site:
        return self.shop.site

    async def announce(self, terms: Terms = EVERYONE, title: str = TITLE, **values: object) -> Post:
        """An announcement for the whole network."""
        site = self.site

        def say(tx: Transaction) -> Post:
            network = current_network(tx)
            assert network is not None
            draft = replace(Draft(TEXT, Audience(AudienceKind.NETWORK, of=network.members), title=title), **values)  # type: ignore[arg-type]
            return announce(tx, site, draft, terms, site.clock.now(), by=Runner())

        return await site.write(say)

    async def all(self) -> list[tuple[Post, Announcement]]:
        """Everything that was announced, as lea reads it."""
        reader = reader_for(await self.shop.person("lea"))
        return await self.site.read(lambda tx: list_announcements(tx, reader, limit=100))


@dataclass(frozen=True)
class Desk:
    """A site of somebody else's network."""

    shop: Shop
    siege: StoredActor

    @property
    def site(self) -> Site:
        return self.shop.site

    async def receive(self, terms: Terms = EVERYONE, title: str = TITLE, *, at: datetime = START, content: str = TEXT) -> Post:
        """An announcement of the head office, as it is kept here."""
        post = await self.shop.receive(self.siege, f"<p>{content}</p>", NETWORK_WIDE, title=title, kind=PostKind.ARTICLE, published_at=at)
        await self.keep(post, terms, at=at)
        return post

    async def keep(self, post: Post, terms: Terms, *, at: datetime = START) -> None:
        """What the head office asks of it by now."""
        await self.site.write(save_announcement, Announcement(post.id, terms, at, at))

    async def hire(self, *handles: str) -> list[StoredActor]:
        """More people of the site."""
        return [await self._person(handle) for handle in handles]

    async def acknowledge(self, post: Post, handle: str, version: int = 1) -> None:
        """Somebody here has read and understood it."""
        actor = await self.site.read(find_local_actor, handle)
        assert actor is not None
        await self.site.write(acknowledge, self.site, reader_for(actor), post.id, version, START)

    async def done_by(self, post: Post, handle: str) -> Acknowledgement | None:
        """What somebody did about it."""
        actor = await self.shop.person(handle)
        return await self.site.read(find_acknowledgement, post.id, actor.id)

    async def confirmed(self, post: Post) -> int:
        """The version that the site has confirmed; 0 for none."""
        found = await self.site.read(find_confirmation, post.id)
        return found.version if found is not None else 0

    async def _person(self, handle: str) -> StoredActor:
        await self.site.write(create_account, self.site, handle, handle.title(), None, START, roles=(Role.READER,))
        return await self.shop.person(handle)


async def give(shop: Shop, handle: str, roles: Iterable[Role]) -> None:
    """Let somebody have these roles and no others."""
    await shop.site.write(lambda tx: set_roles(tx, get_account(tx, handle).id, list(roles)))


async def press(browser: Browser, page: str, action: str, **typed: str) -> httpx.Response:
    """Send the first form of a page that goes to a path beginning so, with its hidden fields as they stand."""
    for found, inside in re.findall(r'<form[^>]* action="([^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL):
        if found.startswith(action):
            hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))
            return await browser.post(html.unescape(found), {name: html.unescape(value) for name, value in hidden.items()} | typed)
    raise AssertionError(f"no form to {action}")


def path_of(response: httpx.Response) -> str:
    """Where a redirect leads."""
    assert response.status_code == 303, response.text[:500]
    return urlsplit(response.headers["location"]).path


@asynccontextmanager
async def open_speaking(made: Path, folder: Path) -> AsyncIterator[Office]:
    """A copy of the made site as a head office with one other member."""
    async with open_office(made, folder) as shop:
        await admit_site(shop, "lyon")
        yield Office(shop)


@asynccontextmanager
async def open_desk(made: Path, folder: Path) -> AsyncIterator[Desk]:
    """A copy of the made site as a member of a network, for which marc answers."""
    async with open_shop(made, folder) as shop:
        await join(shop)
        await give(shop, "marc", [Role.ADMINISTRATOR, Role.RESPONSIBLE])
        siege = await shop.stranger("siege", "siege.example", key=fresh_key(), uri=NETWORK, kind="Application", name="Maison Aubrelle")
        yield Desk(shop, siege.actor)
