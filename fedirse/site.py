"""A site as a value: everything that belongs to one domain, and no way from it to another one."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from fedirse.activitypub.own_uris import OwnUris
from fedirse.base import limits
from fedirse.base.clock import Clock
from fedirse.base.counters import Counters
from fedirse.base.places import Places
from fedirse.base.settings import SiteSettings
from fedirse.base.throttle import Throttle
from fedirse.remote.actors import FetchDocument, KnownActors
from fedirse.remote.budget import FetchBudget
from fedirse.remote.client import Client
from fedirse.remote.keys import KnownKeys
from fedirse.remote.mail import Mailer
from fedirse.storage.database import Database
from fedirse.storage.room import StorageState
from fedirse.storage.signing import SigningKeys
from fedirse.storage.transaction import Transaction

P = ParamSpec("P")
T = TypeVar("T")


class Pulse:
    """A hint that a transaction left work for the workers; marked inside it, felt after the commit.

    A transaction that is rolled back may leave a mark too. That costs one needless look, never a delivery.
    """

    def __init__(self) -> None:
        self._marked = threading.Event()
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every commit that left work; it runs on the event loop and must return at once."""
        self._listeners.append(listener)

    def mark(self) -> None:
        """There will be work once this transaction is committed. Callable from any thread."""
        self._marked.set()

    def release(self) -> None:
        """Tell the listeners if anything was marked."""
        if self._marked.is_set():
            self._marked.clear()
            for listener in self._listeners:
                listener()


@dataclass(slots=True)
class SettingsInUse:
    """The settings of a site as they are now: the one thing about it that may change while it is served.

    Attributes:
        current: the settings.
        written: when the file they are in was written, in nanoseconds; 0 for not looked at yet.
    """

    current: SiteSettings
    written: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """One installation of one domain.

    Attributes:
        settings_in_use: holds its settings.
        folder: its folder on disk; database, keys and media lie there and nowhere else.
        database: its transactions.
        client: its way out, signed by its own actor.
        clock: what time it is for this site.
        uris: the addresses of its things.
        actor_id: the stored id of the site's own actor.
        signing: the private keys of its actors.
        actors: the actors of others it has met.
        keys: the public keys of others it has met.
        fetch_document: fetches a foreign document from its own address, signed by the site's actor.
        budget: how many fetches strangers may cause before anything of theirs is accepted.
        counters: what it refused and accepted, by reason.
        pulse: how a transaction wakes the workers.
        password_places: the places for hashing passwords; all the sites of a process share them.
        throttle: who failed to get in of late.
        mailer: its way out for mail.
        encoders: the places for programs that decode pictures; all the sites of a process share them.
        streams: the places for responses that go on while somebody looks at a page.
    """

    settings_in_use: SettingsInUse
    folder: Path
    database: Database
    client: Client
    clock: Clock
    uris: OwnUris
    actor_id: str
    signing: SigningKeys
    actors: KnownActors
    keys: KnownKeys
    fetch_document: FetchDocument
    budget: FetchBudget
    counters: Counters = field(default_factory=Counters)
    pulse: Pulse = field(default_factory=Pulse)
    password_places: Places = field(default_factory=lambda: Places(limits.PASSWORDS_AT_ONCE, limits.PASSWORDS_WAITING))
    throttle: Throttle = field(default_factory=lambda: Throttle(limits.SIGN_IN_FAILURES_REMEMBERED))
    mailer: Mailer = field(default_factory=Mailer)
    encoders: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(limits.ENCODERS_AT_ONCE))
    streams: Places = field(default_factory=lambda: Places(limits.STREAMS_AT_ONCE, 0))

    @property
    def settings(self) -> SiteSettings:
        """What was set for it, as of now."""
        return self.settings_in_use.current

    def adopt(self, settings: SiteSettings) -> None:
        """Go on with other settings, after they were written to its folder. Domain and scheme never change."""
        self.settings_in_use.current = settings

    @property
    def storage_state(self) -> StorageState:
        """Whether anything can be written at this moment; pages say so when it cannot."""
        return self.database.state

    async def write(self, function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a synchronous function in one write transaction; returns after the commit, then wakes the workers."""
        result = await self.database.write(function, *args, **kwargs)
        self.pulse.release()
        return result

    async def read(self, function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a synchronous function in one read transaction."""
        return await self.database.read(function, *args, **kwargs)
