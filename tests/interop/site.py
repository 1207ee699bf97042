"""A whole fedirse site for the tests against other programs: real sockets, real worker, under the development switch.

It runs in the test's own event loop, so that a test can look into it and a failure can say what it held, refused and sent.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Concatenate, Never, ParamSpec, Self, TypeVar

import httpx
from sqlalchemy import Row

from fedirse.activitypub import uris
from fedirse.asgi import application
from fedirse.assembly import Process, lay_ground
from fedirse.base.actors import StoredActor
from fedirse.base.clock import SystemClock
from fedirse.base.settings import load_process_settings
from fedirse.base.types import JsonObject
from fedirse.installation import make_sites, read_wish
from fedirse.remote.handles import resolve_typed
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows import actions as follows
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import find_follow, list_followers
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.mentions.actions import resolve_mentions
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.actors import get_actor, save_actor
from fedirse.storage.deliveries import DeliveryState, count_by_state, ledger
from fedirse.storage.jobs import list_due_jobs
from fedirse.storage.peers import Peer, find_peer
from fedirse.storage.transaction import Transaction
from tests.interop.peer_control import PeerControl
from tests.interop.peer_wire import PeerWire
from tests.interop.two_peers import AS2, CONTEXT
from tests.listening import listening

PATIENCE = 60.0
"""Seconds one waits for something that should happen within milliseconds."""
LOOK_AGAIN = 0.01

P = ParamSpec("P")
T = TypeVar("T")


class MovableClock(SystemClock):
    """The machine's clock, which a test may set forward instead of waiting."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        return super().monotonic() + self._ahead.total_seconds()

    def advance(self, by: timedelta) -> None:
        """Let `by` pass at once."""
        self._ahead += by


@dataclass(frozen=True)
class LiveSite:
    """One running site: `async with LiveSite.start(tmp_path) as site: …`.

    Attributes:
        site: the site.
        process: what serves it and works for it.
        clock: its time.
    """

    site: Site
    process: Process
    clock: MovableClock

    @classmethod
    @asynccontextmanager
    async def start(cls, folder: Path, **settings: object) -> AsyncIterator[Self]:
        """A site of its own under `folder` for the length of the block, with `settings` besides its domain."""
        with _listening() as listener, _reporting():
            domain = f"127.0.0.1:{listener.getsockname()[1]}"
            root = Path(mkdtemp(prefix="root-", dir=folder))
            await make_sites(root, [read_wish({"domain": domain, "handle": "shop", **settings}, development=True)], development=True)
            clock = MovableClock()
            process = Process(lay_ground(load_process_settings(root), clock), root)
            await process.open_sites()
            app = application(process.sites, process.router(process.outbox.peer_was_heard))
            working = asyncio.create_task(process.work())
            try:
                async with listening(app, [listener]):
                    yield cls(process.sites[domain], process, clock)
            finally:
                await process.stop()
                await working
                await process.close()

    # Addresses

    @property
    def origin(self) -> str:
        return self.site.uris.origin

    @property
    def host(self) -> str:
        return self.site.uris.host

    @property
    def shared_inbox(self) -> str:
        return self.site.uris.shared_inbox

    # What its people do

    async def do(self, action: Callable[Concatenate[Transaction, Site, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One action of a slice in a transaction of its own; the deliveries it queues leave at once."""
        return await self.site.write(action, self.site, *args, **kwargs)

    async def person(self, handle: str = "anna", *, locked: bool = False) -> StoredActor:
        """A new account's actor; a locked one answers requests to follow by hand."""
        account = await self.do(create_account, handle, handle.title(), None, self.clock.now())
        return await self.site.write(_save_person, account.actor_id, locked)

    async def itself(self) -> StoredActor:
        """The site's own actor."""
        return await self.site.read(get_actor, self.site.actor_id)

    async def resolve(self, typed: str) -> StoredActor:
        """Anybody by `@name@host` or address, as somebody here would look for them."""
        return await resolve_typed(typed, client=self.site.client, actors=self.site.actors, fetch=self.site.fetch_document)

    async def follow(self, follower: StoredActor, followee: str) -> None:
        """Ask to follow somebody elsewhere; returns without an answer."""
        await self.do(follows.follow, follower, await self.resolve(followee), self.clock.now())

    async def unfollow(self, follower: StoredActor, followee: str) -> None:
        await self.do(follows.unfollow, follower, await self.resolve(followee), self.clock.now())

    async def say(
        self,
        author: StoredActor,
        text: str,
        audience: AudienceKind = AudienceKind.PUBLIC,
        *,
        reply_to: Post | None = None,
        title: str = "",
    ) -> Post:
        """Publish a post as its author would write it; `@name@host` in it is looked up first."""
        await resolve_mentions(self.site, text, _resolve_quietly)
        draft = Draft(text, Audience(audience), title=title, in_reply_to=reply_to.id if reply_to else None)
        return await self.do(publish_post, author, draft, self.clock.now())

    # What it holds

    async def find(self, uri: str) -> Post | None:
        """A post as the site holds it, whoever may read it."""
        return await self.site.read(find_post_by_uri, uri)

    async def get(self, uri: str) -> Post:
        """The same where there must be one."""
        post = await self.find(uri)
        assert post is not None, f"{self.host} does not know {uri}"
        return post

    async def follow_state(self, follower: StoredActor, followee: str) -> FollowState | None:
        """Where a follow of somebody elsewhere stands."""
        other = await self.resolve(followee)
        known = await self.site.read(find_follow, follower.id, other.id)
        return known.state if known else None

    async def followers(self, followee: StoredActor) -> list[str]:
        """Addresses of those who follow."""
        return [actor.uri for actor in await self.site.read(list_followers, followee.id)]

    async def news(self, actor: StoredActor) -> list[tuple[NotificationKind, str, str | None]]:
        """What one of its people heard, oldest first: why, by whom, about which post."""
        return await self.site.read(_read_news, actor.id)

    async def peer(self, host: str) -> Peer:
        """What it remembers of another host."""
        peer = await self.site.read(find_peer, host)
        assert peer is not None, f"{self.host} never sent anything to {host}"
        return peer

    async def ledger(self) -> list[Row[tuple[object, ...]]]:
        """Every delivery it ever queued, in order."""
        return await self.site.read(_read_ledger)

    def counted(self, name: str) -> int:
        """How often something happened, by the name it is counted under."""
        return self.site.counters.read().get(name, 0)

    # Waiting

    async def eventually(self, what: str, look: Callable[[], Awaitable[T | None]], *, within: float = PATIENCE) -> T:
        """What `look` finds, once it finds something.

        Raises:
            AssertionError: it found nothing in time; says what the site received, refused and sent instead.
        """
        deadline = self.clock.monotonic() + within
        while not (found := await look()):
            if self.clock.monotonic() > deadline:
                await self._give_up(what, within)
            await asyncio.sleep(LOOK_AGAIN)
        return found

    async def eventually_post(self, uri: str) -> Post:
        """The post of that address, once it has arrived."""
        return await self.eventually(f"the post {uri}", lambda: self.find(uri))

    async def eventually_edited(self, uri: str, **fields: object) -> Post:
        """The post of that address, once these fields of it are as given."""

        async def look() -> Post | None:
            post = await self.find(uri)
            return post if post is not None and all(getattr(post, name) == value for name, value in fields.items()) else None

        return await self.eventually(f"the post {uri} with {fields}", look)

    async def eventually_news(self, actor: StoredActor, kind: NotificationKind, by: str) -> str | None:
        """The post of one of its people's notifications, once there is one of that kind by that actor."""

        async def look() -> list[str | None]:
            return [post for known, who, post in await self.news(actor) if (known, who) == (kind, by)]

        return (await self.eventually(f"a notification of {actor.uri} about a {kind} by {by}", look))[0]

    async def eventually_follows(self, follower: StoredActor, followee: str) -> None:
        """Return once a follow of somebody elsewhere was accepted."""

        async def look() -> bool:
            return await self.follow_state(follower, followee) is FollowState.ACCEPTED

        await self.eventually(f"that {follower.uri} follows {followee}", look)

    async def eventually_no_follow(self, follower: StoredActor, followee: str) -> None:
        """Return once a follow of somebody elsewhere has ended."""

        async def look() -> bool:
            return await self.follow_state(follower, followee) is None

        await self.eventually(f"that {follower.uri} no longer follows {followee}", look)

    async def eventually_follower(self, followee: StoredActor, follower: str) -> None:
        """Return once somebody elsewhere follows one of its people."""

        async def look() -> bool:
            return follower in await self.followers(followee)

        await self.eventually(f"that {follower} follows {followee.uri}", look)

    async def eventually_no_follower(self, followee: StoredActor, follower: str) -> None:
        """Return once somebody elsewhere follows one of its people no longer."""

        async def look() -> bool:
            return follower not in await self.followers(followee)

        await self.eventually(f"that {follower} no longer follows {followee.uri}", look)

    async def settled(self) -> None:
        """Return once nothing it queued waits for its first try and no job is due."""

        async def look() -> bool:
            await self.process.outbox.idle()
            waiting = [row for row in await self.ledger() if row.state == DeliveryState.QUEUED and row.attempts == 0]
            return not waiting and not await self.site.read(list_due_jobs, self.clock.now(), 1)

        await self.eventually("an end of its deliveries and jobs", look)

    async def later(self, by: timedelta) -> None:
        """Let time pass, and its worker and its jobs look what is due by then."""
        self.clock.advance(by)
        self.process.wake(self.host)

    async def _give_up(self, what: str, within: float) -> Never:
        counts = [f"- {count} × {name}" for name, count in self.site.counters.read().items()]
        sent = [f"- {row.kind} to {row.inbox}: {row.state} after {row.attempts}, {row.status} {row.answer}" for row in await self.ledger()]
        states = await self.site.read(count_by_state)
        report = "\n  ".join([f"{self.host} waited {within:g} s for {what}", "counted:", *counts, "sent:", *sent, f"states: {states}"])
        raise AssertionError(report)


async def get(url: str, *, accept: str = AS2) -> httpx.Response:
    """An unsigned GET by nobody in particular, following no redirect."""
    async with httpx.AsyncClient(headers={"Accept": accept}, trust_env=False) as nobody:
        return await nobody.get(url)


def host_of(peer: PeerWire) -> str:
    """The authority under which a site remembers a peer."""
    return uris.host_of(f"{peer.origin}/")


def note_for(actor: StoredActor, by: PeerControl, **changes: object) -> JsonObject:
    """A Create of a public note that mentions `actor`, as karim of a peer could have written it by hand; `changes` are of the note."""
    note = {
        "id": by.new_id().replace("/activities/", "/raw/"),
        "type": "Note",
        "attributedTo": by.actor(),
        "content": "<p>By hand</p>",
        "to": "as:Public",
        "cc": actor.uri,
        "tag": {"type": "Mention", "href": actor.uri, "name": "@anna"},
    } | changes
    create = {"@context": CONTEXT, "id": by.new_id(), "type": "Create", "actor": by.actor()}
    return create | {"to": note["to"], "cc": note["cc"], "object": note}


@contextmanager
def _listening() -> Iterator[socket.socket]:
    # Bound before the site is made, whose domain has the port; and listening, so that nobody has to wait until the server is.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@contextmanager
def _reporting() -> Iterator[None]:
    """Let pytest show with a failure what the site logged about refusals."""
    logger = logging.getLogger("fedirse")
    level = logger.level
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)


async def _resolve_quietly(site: Site, handle: str) -> None:
    await resolve_typed(handle, client=site.client, actors=site.actors, fetch=site.fetch_document)


def _save_person(tx: Transaction, actor_id: str, locked: bool) -> StoredActor:
    actor = get_actor(tx, actor_id)
    return save_actor(tx, replace(actor, locked=True)) if locked else actor


def _read_news(tx: Transaction, actor_id: str) -> list[tuple[NotificationKind, str, str | None]]:
    found = list_notifications(tx, actor_id, limit=100)
    return [(news.kind, get_actor(tx, news.actor_id).uri, news.post_id) for news in reversed(found)]


def _read_ledger(tx: Transaction) -> list[Row[tuple[object, ...]]]:
    return list(tx.execute(ledger()))
