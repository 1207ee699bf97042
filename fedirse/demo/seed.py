"""Fills a new network: makes the sites and accounts, lets them follow each other, and says what is to be said.

Everything goes through the product's own actions, with a date of the past for `now`; what they queue is delivered by the running
processes. An answer is given where its author works, so it waits until the post has arrived there.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from fedirse import assembly
from fedirse.base.actors import StoredActor
from fedirse.base.clock import Clock
from fedirse.base.errors import ConfigurationError
from fedirse.base.settings import load_process_settings
from fedirse.demo.cast import OWNERS, PASSWORD, SITES, CastSite, Owner, follows, roles_of
from fedirse.demo.content import HAPPENINGS, Boosted, Happening, Liked, Said, spoken
from fedirse.demo.logos import LOGO_FILE, draw_logo
from fedirse.demo.network import Network
from fedirse.installation import make_sites, read_wish
from fedirse.outbox.wake import WakeSender
from fedirse.remote.handles import try_to_resolve
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account, hash_password
from fedirse.social.audiences.model import Audience
from fedirse.social.follows.actions import follow
from fedirse.social.follows.commands import local_actor, resolve_anybody
from fedirse.social.follows.store import is_follower
from fedirse.social.posts.actions import publish_post, resolve_mentions
from fedirse.social.posts.model import Draft
from fedirse.social.posts.reactions.actions import boost_post, like_post
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.deliveries import DeliveryState, count_by_state
from fedirse.storage.jobs import next_job_due

OPENED: Final = timedelta(days=40)
"""How long ago the sites were set up and began to follow each other."""

ARRIVAL_SECONDS: Final = 30.0
LOOK_AGAIN_SECONDS: Final = 0.03


async def make_network(network: Network) -> None:
    """Make every owner's sites, with their colours and logos. Nothing has to run yet."""
    for owner in OWNERS:
        wishes = [read_wish(_settings(network, site), development=True) for site in owner.sites]
        await make_sites(network.root(owner), wishes, development=True)
        for site in owner.sites:
            media = assembly.site_folder(network.root(owner), network.domain(site.key)) / assembly.MEDIA_FOLDER
            (media / LOGO_FILE).write_text(draw_logo(site.look), encoding="utf-8")


def _settings(network: Network, site: CastSite) -> dict[str, object]:
    return {
        "domain": network.domain(site.key),
        "name": site.name,
        "handle": site.key,
        "head_office": site.head_office,
        "description": site.description,
        "colour": site.look.colour,
        "accent": site.look.accent,
        "logo": LOGO_FILE,
    }


@asynccontextmanager
async def open_sites(network: Network) -> AsyncIterator[dict[str, Site]]:
    """Every site by its key, opened in this process beside the serving ones, which are told what is queued here."""
    async with AsyncExitStack() as opened:
        ground = assembly.lay_ground(load_process_settings(network.root(OWNERS[0]), {}))
        opened.push_async_callback(ground.close)
        sites: dict[str, Site] = {}
        for owner in OWNERS:
            for site in owner.sites:
                sites[site.key] = await _open(network, owner, site.key, ground, opened)
        yield sites


async def _open(network: Network, owner: Owner, key: str, ground: assembly.Ground, opened: AsyncExitStack) -> Site:
    root = network.root(owner)
    site = await assembly.open_site(assembly.site_folder(root, network.domain(key)), ground)
    opened.push_async_callback(site.database.close)
    sender = WakeSender(root)
    opened.callback(sender.close)
    site.pulse.listen(partial(sender.wake, site.settings.domain))
    return site


async def seed(network: Network, clock: Clock, tell: Callable[[str], None]) -> dict[str, str]:
    """Fill a new network whose processes run.

    Args:
        network: made, with nobody in it.
        clock: what "today" is for the content.
        tell: is given a line at each stage.

    Returns:
        The address of each post by its key.

    Raises:
        ConfigurationError: something did not arrive; the message says what, and where.
    """
    async with open_sites(network) as sites:
        seeding = Seeding(network, sites, clock.now())
        await seeding.employ()
        tell(f"{len(sites)} sites with {sum(len(site.people) for site in SITES.values())} people")
        tell(f"{await seeding.introduce()} follows, each accepted by the other site")
        for happening in HAPPENINGS:
            await seeding.let_happen(happening)
        tell(f"{len(seeding.posts)} posts over three weeks, with boosts and likes")
        await seeding.settle()
        return seeding.posts


@dataclass(frozen=True, slots=True)
class Where:
    """An actor of the cast: its name there, and its site."""

    actor: StoredActor
    site: Site


class Seeding:
    """One filling of a network.

    Args:
        network: where.
        sites: its sites by key.
        now: what content dates are counted back from.
    """

    def __init__(self, network: Network, sites: dict[str, Site], now: datetime) -> None:
        self._network = network
        self._sites = sites
        self._now = now
        self.posts: dict[str, str] = {}

    async def employ(self) -> None:
        """Make the accounts, all with the one password of the demo."""
        password_hash = await asyncio.to_thread(hash_password, PASSWORD)
        for key, cast_site in SITES.items():
            site = self._sites[key]
            for person in cast_site.people:
                roles = roles_of(cast_site, person)
                await site.write(create_account, site, person.handle, person.name, password_hash, self._now - OPENED, roles=roles)

    async def introduce(self) -> int:
        """Let everybody follow whom the cast says, and wait until it is accepted; returns how many follows that is."""
        wanted = list(follows())
        made = await asyncio.gather(*(self._follow_all(key, wanted) for key in self._sites))
        for site, follower, followee in (one for some in made for one in some):
            await self._until(
                partial(site.read, is_follower, follower.id, followee.id), f"{followee.address} to accept {follower.address}", site
            )
        return len(wanted)

    async def _follow_all(self, key: str, wanted: list[tuple[str, str]]) -> list[tuple[Site, StoredActor, StoredActor]]:
        made = []
        for who, whom in wanted:
            if who.partition("@")[2] == key:
                follower = await self._find(who)
                followee = await self._meet(follower.site, whom)
                await follower.site.write(follow, follower.site, follower.actor, followee, self._now - OPENED)
                made.append((follower.site, follower.actor, followee))
        return made

    async def let_happen(self, happening: Happening) -> None:
        """One thing of the content."""
        match happening:
            case Said():
                await self._say(happening)
            case Boosted():
                await self._act(happening.by, happening.post, boost_post, happening.when.before(self._now))
            case Liked():
                for who in happening.by:
                    await self._act(who, happening.post, like_post, happening.when.before(self._now))

    async def _say(self, said: Said) -> None:
        author = await self._find(said.by)
        site = author.site
        parent = await self._arrived(site, said.answers) if said.answers else None
        text = spoken(said.text, self._network.domains)
        await resolve_mentions(site, text, _resolve)
        audience = Audience(said.audience, listed=not said.quiet)
        draft = Draft(text, audience, title=said.title, warning=said.warning, in_reply_to=parent)
        post = await site.write(publish_post, site, author.actor, draft, said.when.before(self._now))
        self.posts[said.key] = post.uri

    async def _act(self, who: str, post: str, action: Callable[..., object], when: datetime) -> None:
        actor = await self._find(who)
        post_id = await self._arrived(actor.site, post)
        await actor.site.write(action, actor.site, actor.actor, post_id, when)

    async def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        for site in self._sites.values():
            await self._until(partial(_is_quiet, site), "all deliveries to be done", site)

    async def _find(self, who: str) -> Where:
        handle, _, key = who.partition("@")
        site = self._sites[key]
        return Where(await local_actor(site, None if handle == key else handle), site)

    async def _meet(self, site: Site, whom: str) -> StoredActor:
        """An actor of the cast as `site` knows it; fetched from its own site the first time."""
        handle, _, key = whom.partition("@")
        other = self._sites[key].uris
        if SITES[key].in_group and SITES[site.settings.handle].in_group:
            return await resolve_anybody(site, other.site_actor if handle == key else other.person(handle))
        # Somebody from outside types a handle, which WebFinger then explains.
        return await resolve_anybody(site, f"@{handle}@{other.host}")

    async def _arrived(self, site: Site, key: str) -> str:
        """The id that a post of the content has at `site`, once it is there."""
        uri = self.posts[key]
        await self._until(partial(_has, site, uri), f"the post “{key}” ({uri})", site)
        post = await site.read(find_post_by_uri, uri)
        assert post is not None  # noqa: S101 - it was there a moment ago, and nothing in the content is deleted
        return post.id

    async def _until(self, is_so: Callable[[], Awaitable[bool]], what: str, site: Site) -> None:
        try:
            async with asyncio.timeout(ARRIVAL_SECONDS):
                while not await is_so():  # noqa: ASYNC110 - what is waited for happens in other processes
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
        except TimeoutError as error:
            raise ConfigurationError(
                f"{site.settings.domain} waited {ARRIVAL_SECONDS:.0f} s for {what}: see the logs of both sites' processes under "
                f"{self._network.folder}."
            ) from error


async def _resolve(site: Site, name: str) -> None:
    await try_to_resolve(name, client=site.client, actors=site.actors, fetch=site.fetch_document)


async def _has(site: Site, uri: str) -> bool:
    return await site.read(find_post_by_uri, uri) is not None


async def _is_quiet(site: Site) -> bool:
    waiting = (await site.read(count_by_state)).get(DeliveryState.QUEUED, 0)
    return not waiting and await site.read(next_job_due) is None
