"""Sites made by hand, as `init` would make them, and what tests ask of their outboxes."""

import asyncio
import functools
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import create_engine, select

from fedirse.activitypub.own_uris import OwnUris
from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.base.errors import RemoteUnavailable
from fedirse.base.identifiers import new_id
from fedirse.base.settings import ProcessSettings, SiteSettings
from fedirse.base.types import Host, JsonObject
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import Inbox
from fedirse.outbox.rounds import MaySend
from fedirse.outbox.worker import OutboxWorker
from fedirse.remote.actors import KnownActors
from fedirse.remote.budget import FetchBudget
from fedirse.remote.client import Client
from fedirse.remote.guard import AddressPolicy
from fedirse.remote.keys import KnownKeys
from fedirse.site import SettingsInUse, Site
from fedirse.storage.actors import save_actor
from fedirse.storage.columns import metadata
from fedirse.storage.database import Database
from fedirse.storage.deliveries import deliveries
from fedirse.storage.keyring import Keyring
from fedirse.storage.lanes import Lanes
from fedirse.storage.peers import Peer, find_peer
from fedirse.storage.signing import SigningKeys
from fedirse.storage.transaction import Transaction
from tests.outbox.actors import remote_actor
from tests.outbox.wire import Wire

SETTINGS = ProcessSettings(deliveries_in_flight=16, deliveries_per_host=3, delivery_days=90)


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as it stands in the ledger."""

    host: str
    inbox: str
    activity_id: str
    state: str
    attempts: int
    refusals: int
    status: int | None
    answer: str | None
    not_before: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ground:
    """A site with its clock and its local actors by handle."""

    site: Site
    clock: FixedClock
    actors: dict[str, StoredActor]

    async def post(self, *hosts: str, by: str = "alice", item_id: str | None = None, inboxes: Sequence[Inbox] = ()) -> str:
        """Publish an activity to the shared inboxes of `hosts`, or to `inboxes`; returns its id on the wire."""
        activity = note(self.site, self.actors[by], self.clock.now())
        where = inboxes or [Inbox(host, f"https://{host}/inbox") for host in hosts]

        def write(tx: Transaction) -> str:
            published = publish(
                tx,
                self.site,
                actor=self.actors[by],
                activity=activity,
                inboxes=where,
                item_id=item_id,
                listed=True,
                now=self.clock.now(),
            )
            return published.uri

        return await self.site.write(write)

    async def rows(self, host: str | None = None) -> list[Row]:
        """The ledger in order, of one host or of all."""

        def read(tx: Transaction) -> list[Row]:
            columns = [deliveries.c[name] for name in Row.__dataclass_fields__]
            query = select(*columns).order_by(deliveries.c.id)
            return [Row(*row) for row in tx.execute(query if host is None else query.where(deliveries.c.host == host))]

        return await self.site.read(read)

    async def states(self, host: str | None = None) -> list[str]:
        """The states of the deliveries, in the order in which they were queued."""
        return [row.state for row in await self.rows(host)]

    async def peer(self, host: str) -> Peer:
        """What is stored about a host that deliveries went to."""
        found = await self.site.read(find_peer, host)
        assert found is not None
        return found

    def worker(
        self, settings: ProcessSettings = SETTINGS, *, may_send: MaySend | None = None, sole_worker: bool = True, stop_seconds: float = 8.0
    ) -> OutboxWorker:
        """A worker for this site, with no jitter."""
        return OutboxWorker(
            lambda: [self.site],
            settings,
            may_send or may_always_send,
            random=lambda: 0.0,
            sole_worker=sole_worker,
            stop_seconds=stop_seconds,
        )

    @asynccontextmanager
    async def working(
        self, settings: ProcessSettings = SETTINGS, *, may_send: MaySend | None = None, sole_worker: bool = True
    ) -> AsyncIterator[OutboxWorker]:
        """A worker that runs while the block lasts, and has started."""
        worker = self.worker(settings, may_send=may_send, sole_worker=sole_worker)
        await worker.add_site(self.site)
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.stop()
            await running

    async def deliver(self, settings: ProcessSettings = SETTINGS, *, may_send: MaySend | None = None) -> None:
        """Send what is due now, and stop."""
        async with self.working(settings, may_send=may_send) as worker:
            await worker.idle()

    async def later(self, worker: OutboxWorker, by: timedelta) -> None:
        """Let time pass, and the worker do what has become due."""
        self.clock.advance(by)
        worker.wake(self.site.settings.domain)
        await worker.idle()


def may_always_send(_tx: Transaction, _delivery: object, _now: object) -> str | None:
    """Nothing is withheld."""
    return None


def note(site: Site, actor: StoredActor, now: datetime) -> JsonObject:
    """A rendered Create of a Note, with a fresh id."""
    activity_id = new_id(now)
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
        "id": site.uris.activity(activity_id),
        "type": "Create",
        "actor": actor.uri,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "object": {"id": site.uris.post(activity_id), "type": "Note", "attributedTo": actor.uri, "content": "<p>Bonjour.</p>"},
    }


async def make_site(folder: Path, lanes: Lanes, wire: Wire, clock: FixedClock, domain: str) -> Ground:
    """A new site in `folder`."""
    Keyring.create(folder)
    (folder / "site.db").write_bytes(_empty_database())
    return await open_site(folder, lanes, wire, clock, domain, make_actors=True)


async def open_site(folder: Path, lanes: Lanes, wire: Wire, clock: FixedClock, domain: str, *, make_actors: bool = False) -> Ground:
    """The site in `folder`, as another process would open it."""
    database = Database(folder / "site.db", lanes)
    uris = OwnUris("https", Host(domain))
    signing = SigningKeys(Keyring(folder))
    actors = {handle: _local_actor(uris, handle, clock) for handle in ("site", "alice", "bob", "carol", "dora")}

    def write(tx: Transaction) -> dict[str, StoredActor]:
        saved = {handle: save_actor(tx, actor) for handle, actor in actors.items()}
        if make_actors:
            for actor in saved.values():
                signing.create(tx, actor.id, actor.uri, clock.now())
        return saved

    saved = await database.write(write)
    known = KnownActors(database, _fetch_nothing, clock, uris.origin)
    budget = FetchBudget(clock)
    site = Site(
        settings_in_use=SettingsInUse(SiteSettings(domain=domain, name="Here", handle="site")),
        folder=folder,
        database=database,
        client=Client(AddressPolicy(), user_agent="test", fetch_transport=httpx.MockTransport(_refuse), poster=wire, clock=clock),
        clock=clock,
        uris=uris,
        actor_id=saved["site"].id,
        signing=signing,
        actors=known,
        keys=KnownKeys(database, known, _fetch_nothing, clock, budget),
        fetch_document=_fetch_nothing,
        budget=budget,
    )
    return Ground(site, clock, saved)


@functools.cache
def _empty_database() -> bytes:
    """The file of a database with every table and no row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site.db"
        engine = create_engine(f"sqlite+pysqlite:///{path}")
        metadata.create_all(engine)
        engine.dispose()
        return path.read_bytes()


def _local_actor(uris: OwnUris, handle: str, clock: FixedClock) -> StoredActor:
    uri = uris.site_actor if handle == "site" else uris.person(handle)
    ways = {name: f"{uri}/{name}" for name in ("inbox", "outbox", "followers", "following")}
    return remote_actor(handle, uris.host, uri=uri, local=True, shared_inbox=uris.shared_inbox, published_at=clock.now(), **ways)


async def in_a_fresh_site(test: Callable[[Ground, Wire], Awaitable[None]]) -> None:
    """Run `test(ground, wire)` on a site of its own; Hypothesis asks for many."""
    clock = FixedClock(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    lanes, wire = Lanes(), Wire()
    with tempfile.TemporaryDirectory() as folder:
        ground = await make_site(Path(folder) / "here.example", lanes, wire, clock, "here.example")
        try:
            await test(ground, wire)
        finally:
            await ground.site.database.close()
            await asyncio.to_thread(lanes.close)


def without_repeats(ids: Sequence[str]) -> list[str]:
    """Each id once, where it came first."""
    return list(dict.fromkeys(ids))


async def _fetch_nothing(uri: str) -> JsonObject:
    raise RemoteUnavailable(f"the outbox fetches nothing, not even {uri}")


def _refuse(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"the outbox fetches nothing, not even {request.url}")
