"""Fills a new network: makes the accounts, founds the network, lets people follow each other, and says what is to be said.

Everything goes through the product's own actions, with a date of the past for `now`; what they queue is delivered by the running
processes. An answer is given where its author works, so it waits until the post has arrived there.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Final

from fedirse.base.actors import StoredActor
from fedirse.base.clock import Clock
from fedirse.base.errors import ConfigurationError
from fedirse.demo.announcing import Ways, announce_all
from fedirse.demo.cast import CHANNEL, GROUP, HEAD_OFFICE, PASSWORD, SITES, follows, roles_of
from fedirse.demo.content import HAPPENINGS
from fedirse.demo.drawings import draw
from fedirse.demo.founding import found
from fedirse.demo.making import open_sites
from fedirse.demo.membership import SELECTIONS
from fedirse.demo.network import Network
from fedirse.demo.partnering import open_channel, runner
from fedirse.demo.saying import Boosted, Happening, Liked, Said, spoken
from fedirse.demo.store import date_deliveries
from fedirse.remote.handles import try_to_resolve
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account, hash_password
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.actions import follow
from fedirse.social.follows.commands import local_actor, resolve_anybody
from fedirse.social.follows.store import is_follower
from fedirse.social.media.actions import accept_upload
from fedirse.social.media.model import Purpose
from fedirse.social.network.actions import find_scope
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.mentions.actions import resolve_mentions
from fedirse.social.posts.model import Draft, DraftFile
from fedirse.social.posts.reactions.actions import boost_post, like_post
from fedirse.social.posts.speaking.actions import publish_in_channel
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.deliveries import DeliveryState, count_by_state
from fedirse.storage.jobs import next_job_due

OPENED: Final = timedelta(days=40)
"""How long ago the sites were set up and began to follow each other."""

SOON: Final = timedelta(minutes=1)
"""What is to be done later than that is not waited for."""

ARRIVAL_SECONDS: Final = 30.0
LOOK_AGAIN_SECONDS: Final = 0.03


async def seed(network: Network, clock: Clock, tell: Callable[[str], None]) -> None:
    """Fill a new network whose processes run, and write down in its plan what was said where.

    Args:
        network: made, with nobody in it.
        clock: what "today" is for the content.
        tell: is given a line at each stage.

    Raises:
        ConfigurationError: something did not arrive; the message says what, and where.
    """
    async with open_sites(network) as sites:
        seeding = Seeding(network, sites, clock.now())
        await seeding.employ()
        tell(f"{len(sites)} sites with {sum(len(site.people) for site in SITES.values())} people")
        invitation, follows, _ = await asyncio.gather(
            found(sites, seeding.until),
            seeding.introduce(),
            open_channel(sites, seeding.until, seeding.find, seeding.opened),
        )
        tell(f"a network of {len(GROUP)} sites with {len(SELECTIONS)} selections, and a channel with {len(CHANNEL.partners)} partners")
        tell(f"{follows} follows, each accepted by the other site")
        for happening in HAPPENINGS:
            await seeding.let_happen(happening)
        tell(f"{len(seeding.posts)} posts over three weeks, with boosts and likes")
        tell(f"{await announce_all(seeding.ways)} announcements of the head office, some read and confirmed")
        await seeding.settle()
        for site in sites.values():
            await site.write(date_deliveries)
        network.plan.posts, network.plan.invitation = seeding.posts, invitation
        network.save()


class Sent:
    """Bytes as somebody uploads them."""

    def __init__(self, content: bytes) -> None:
        self._rest = BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        """At most `size` bytes more."""
        return self._rest.read(size)


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

    @property
    def opened(self) -> datetime:
        """When the sites were set up."""
        return self._now - OPENED

    @property
    def ways(self) -> Ways:
        """What announcing needs of it."""
        return Ways(self._now, self.find, self._arrived, self._upload, self.until, self.posts)

    async def find(self, who: str) -> tuple[StoredActor, Site]:
        """An actor of the cast, with its site."""
        found = await self._find(who)
        return found.actor, found.site

    async def employ(self) -> None:
        """Make the accounts, all with the one password of the demo."""
        password_hash = await asyncio.to_thread(hash_password, PASSWORD)
        for key, cast_site in SITES.items():
            site = self._sites[key]
            for person in cast_site.people:
                roles = roles_of(cast_site, person)
                await site.write(create_account, site, person.handle, person.name, password_hash, self.opened, roles=roles)

    async def introduce(self) -> int:
        """Let everybody follow whom the cast says, and wait until it is accepted; returns how many follows that is."""
        wanted = list(follows())
        made = await asyncio.gather(*(self._follow_all(key, wanted) for key in self._sites))
        for site, follower, followee in (one for some in made for one in some):
            await self.until(
                partial(site.read, is_follower, follower.id, followee.id), f"{followee.address} to accept {follower.address}", site
            )
        return len(wanted)

    async def _follow_all(self, key: str, wanted: list[tuple[str, str]]) -> list[tuple[Site, StoredActor, StoredActor]]:
        made = []
        for who, whom in wanted:
            if who.partition("@")[2] == key:
                follower = await self._find(who)
                followee = await self._meet(follower.site, whom)
                await follower.site.write(follow, follower.site, follower.actor, followee, self.opened)
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
        audience = Audience(said.audience, listed=not said.quiet, of=await site.read(find_scope, said.audience.value, said.segment))
        in_channel = said.audience is AudienceKind.PARTNERS
        owner = await self._find(f"{CHANNEL.run_by}@{HEAD_OFFICE.key}") if in_channel else author
        files = [await self._upload(owner.actor, owner.site, name, alt) for name, alt in said.pictures]
        draft = Draft(text, audience, title=said.title, warning=said.warning, in_reply_to=parent, files=tuple(files) or None)
        when = said.when.before(self._now)
        if in_channel:
            by = await site.read(runner, CHANNEL.run_by)
            post = await site.write(publish_in_channel, site, author.actor, draft, when, by=by, owner=owner.actor)
        else:
            post = await site.write(publish_post, site, author.actor, draft, when)
        self.posts[said.key] = post.uri

    async def _upload(self, owner: StoredActor, site: Site, name: str, alt: str) -> DraftFile:
        content = await asyncio.to_thread(draw, name)
        media = await accept_upload(site, owner.id, Sent(content), filename=f"{name}.jpg", purpose=Purpose.POST, now=self._now)
        return DraftFile(media.id, alt)

    async def _act(self, who: str, post: str, action: Callable[..., object], when: datetime) -> None:
        actor = await self._find(who)
        post_id = await self._arrived(actor.site, post)
        await actor.site.write(action, actor.site, actor.actor, post_id, when)

    async def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        for site in self._sites.values():
            await self.until(partial(_is_quiet, site), "all deliveries to be done", site)

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
        await self.until(partial(_has, site, uri), f"the post “{key}” ({uri})", site)
        post = await site.read(find_post_by_uri, uri)
        assert post is not None  # noqa: S101 - it was there a moment ago, and nothing in the content is deleted
        return post.id

    async def until(self, is_so: Callable[[], Awaitable[bool]], what: str, site: Site) -> None:
        """Wait for something that other processes do. Raises ConfigurationError when it is not so in time."""
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
    due = await site.read(next_job_due)
    return not waiting and (due is None or due > site.clock.now() + SOON)
