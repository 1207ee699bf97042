"""Whole sites in one process, each on its own host name, talking to each other without sockets.

Everything is real but the wire: the door, the signatures, the database files, the worker. A host can be cut off and come back.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from fedirse.activitypub.uris import Address
from fedirse.asgi import application
from fedirse.assembly import Ground, Process
from fedirse.base.actors import StoredActor
from fedirse.base.clock import Clock, FixedClock
from fedirse.base.errors import RemoteUnavailable
from fedirse.base.settings import ProcessSettings
from fedirse.installation import make_sites, read_wish
from fedirse.remote.answers import Answer
from fedirse.remote.client import Client, Headers
from fedirse.remote.guard import AddressPolicy
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.actions import follow
from fedirse.social.posts.actions import publish_post, reader_for
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.store import find_post_by_uri
from fedirse.social.timelines.store import Entry, home_timeline, local_timeline
from fedirse.storage.actors import get_actor
from fedirse.storage.lanes import Lanes

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """One POST that went over the in-process wire."""

    host: str
    headers: Headers
    body: bytes
    status: int


@dataclass
class Wire:
    """What connects the hosts: dispatches by host name, keeps a record, and can cut a host off."""

    applications: dict[str, ASGIApp] = field(default_factory=dict)
    offline: set[str] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    async def carry(self, request: httpx.Request) -> httpx.Response:
        """One request to whoever has that host name. Raises RemoteUnavailable for nobody."""
        host = request.headers["host"]
        app = self.applications.get(host)
        if app is None or host in self.offline:
            raise RemoteUnavailable(f"nobody answers at {host}", reason="connect")
        return await httpx.ASGITransport(app, raise_app_exceptions=True).handle_async_request(request)


class WireTransport(httpx.AsyncBaseTransport):
    """Fetches over a Wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._wire.fetched.append(str(request.url))
        return await self._wire.carry(request)


class WirePoster:
    """Delivers over a Wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def post(self, address: Address, body: bytes, headers: Headers) -> Answer:
        request = httpx.Request("POST", address.url, headers=list(headers), content=body)
        response = await self._wire.carry(request)
        content = await response.aread()
        self._wire.sent.append(Sent(str(address.authority), headers, body, response.status_code))
        return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, content.decode()[:500])

    async def aclose(self) -> None:
        """Nothing to close."""


class Network:
    """Sites on one wire.

    Args:
        folder: where their folders are made; each owner has a root of their own.
        clock: one time for all of them.

    Attributes:
        fetch_transport: what carries the fetches of the sites that are started next; the wire, unless a test says otherwise.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.wire = Wire()
        self.fetch_transport: httpx.AsyncBaseTransport = WireTransport(self.wire)
        self.processes: dict[str, Process] = {}

    async def add(self, domain: str, **settings: object) -> Site:
        """Make and serve a site in a process of its own."""
        root = self.folder / domain
        await make_sites(root, [read_wish({"domain": domain, **settings}, development=False)], development=False)
        return await self.start(domain)

    async def start(self, domain: str) -> Site:
        """Serve the site that lies under the root of that name."""
        process = Process(self._ground(), self.folder / domain)
        await process.open_sites()
        self.processes[domain] = process
        self.wire.applications[domain] = application(process.sites, process.router(process.outbox.peer_was_heard))
        for site in process.sites.values():
            await process.outbox.add_site(site)
        return process.sites[domain]

    async def stop(self, domain: str) -> None:
        """End a site's process; its folder stays."""
        del self.wire.applications[domain]
        process = self.processes.pop(domain)
        await process.stop()
        await process.outbox.idle()
        await process.close()

    async def settle(self) -> None:
        """Let everything that is due be delivered and done, until nothing is."""
        for _ in range(50):
            before = len(self.wire.sent), len(self.wire.fetched)
            for process in self.processes.values():
                for site in process.sites.values():
                    process.outbox.wake(site.settings.domain)
                    await process.outbox.idle()
                    await process.jobs.run_until_idle(site)
                    # Jobs publish as well.
                    process.outbox.wake(site.settings.domain)
                    await process.outbox.idle()
            if (len(self.wire.sent), len(self.wire.fetched)) == before:
                return
        raise AssertionError("the network does not come to rest")

    async def person(self, site: Site, handle: str) -> StoredActor:
        """A new account's actor."""
        account = await site.write(create_account, site, handle, handle.title(), None, self.clock.now())
        return await site.read(get_actor, account.actor_id)

    def _ground(self) -> Ground:
        client = Client(
            AddressPolicy(),
            user_agent="fedirse-tests",
            fetch_transport=self.fetch_transport,
            poster=WirePoster(self.wire),
            clock=self.clock,
        )
        return Ground(ProcessSettings(), Lanes(1, 1), client, self.clock)


@asynccontextmanager
async def running_network(folder: Path, clock: Clock | None = None) -> AsyncIterator[Network]:
    """A network whose sites are closed at the end."""
    network = Network(folder, clock or FixedClock(START))
    try:
        yield network
    finally:
        for domain in list(network.processes):
            await network.stop(domain)


async def site_actor(site: Site) -> StoredActor:
    """A site's own actor."""
    return await site.read(get_actor, site.actor_id)


async def follow_site(follower: Site, followee: Site) -> None:
    """Let one site's actor follow another's, as joining will do."""
    other = await follower.actors.resolve(followee.uris.site_actor)
    await follower.write(follow, follower, await site_actor(follower), other, follower.clock.now())


async def say(
    site: Site,
    author: StoredActor,
    text: str,
    audience: AudienceKind = AudienceKind.PUBLIC,
    *,
    reply_to: Post | None = None,
    title: str = "",
) -> Post:
    """Publish a post."""
    draft = Draft(text, Audience(audience), title=title, in_reply_to=reply_to.id if reply_to else None)
    return await site.write(publish_post, site, author, draft, site.clock.now())


async def find(site: Site, uri: str) -> Post | None:
    """A post as a site holds it."""
    return await site.read(find_post_by_uri, uri)


async def local(site: Site) -> list[Entry]:
    """A site's local timeline as its own actor reads it."""
    return await site.read(local_timeline, reader_for(await site_actor(site)), site.actor_id)


async def home(site: Site, reader: StoredActor) -> list[Entry]:
    """Somebody's home timeline."""
    return await site.read(home_timeline, reader_for(reader))


def texts(entries: Sequence[Entry]) -> list[str]:
    """The contents of a timeline."""
    return [entry.post.content for entry in entries]
