"""Public keys of others: from memory, from the database, or by one bounded fetch; each with the actor it belongs to."""

import asyncio
from collections import OrderedDict
from typing import TypeVar

from fedirse.activitypub import uris
from fedirse.activitypub.signatures.keys import load_public_der
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.clock import Clock
from fedirse.base.errors import MalformedDocument, ProtocolError, RemoteError, RemoteGone, RemoteUnavailable, SignatureError
from fedirse.base.types import Host
from fedirse.remote.actors import FetchDocument, KnownActors
from fedirse.remote.budget import FetchBudget
from fedirse.remote.key_memory import KeyMemory, KnownKey
from fedirse.storage.actors import find_public_key, get_actor
from fedirse.storage.database import Database
from fedirse.storage.transaction import Transaction

T = TypeVar("T")


class KnownKeys:
    """The public keys one site has met.

    Args:
        database: where they are kept.
        actors: fetches an owner with all its keys.
        fetch: fetches a key that has a document of its own.
        clock: for memory that fades.
        budget: how many fetches strangers may cause.
    """

    def __init__(self, database: Database, actors: KnownActors, fetch: FetchDocument, clock: Clock, budget: FetchBudget) -> None:
        self._database = database
        self._actors = actors
        self._fetch = fetch
        self._clock = clock
        self._budget = budget
        self._memory = KeyMemory(clock)
        self._in_vain: OrderedDict[str, tuple[float, bool]] = OrderedDict()  # until when, and whether it may pass sooner
        self._settled_until: OrderedDict[str, float] = OrderedDict()
        self._refreshing: dict[str, asyncio.Task[KnownKey]] = {}
        actors.listen(self._memory.forget_keys_of)

    async def find(self, key_id: str) -> KnownKey | None:
        """The key of that id if it is known here; nothing is fetched."""
        return self._memory.find(key_id) or await self._find_stored(key_id)

    async def resolve(self, key_id: str) -> KnownKey:
        """The key of that id, known or fetched once.

        Raises:
            SignatureError: nobody owns such a key, or it may not be used; remembered for a while so that it is not asked again.
            RemoteUnavailable: its server does not answer, or did not a moment ago.
            RemoteGone: its server says that the owner is gone.
            RateLimited: too many keys had to be fetched lately; nothing is said about this one.
        """
        known = await self.find(key_id)
        # Whoever is gone signs no more. A server that gave the name to somebody else lists another key for it.
        return known if known is not None and known.actor.gone_at is None else await self.refresh(key_id)

    async def refresh(self, key_id: str) -> KnownKey:
        """The key as its owner lists it now; for unknown keys, and once after a signature that did not hold.

        Raises: as `resolve`.
        """
        host = self._check_worth_asking(key_id)
        try:
            with self._budget.fetching(host):
                owner = await self._fetch_owner(key_id)
            known = await self._find_stored(key_id)
        except (RemoteUnavailable, RemoteGone) as error:
            self._remember_in_vain(key_id, may_pass=isinstance(error, RemoteUnavailable))
            raise
        except (RemoteError, ProtocolError) as error:
            self._remember_in_vain(key_id)
            raise SignatureError(f"key {key_id}: {error}", reason="unknown-key") from error
        if known is None or known.actor.id != owner.id:
            self._remember_in_vain(key_id)
            raise SignatureError(f"{owner.uri} does not list the key {key_id}", reason="key-not-listed")
        return known

    async def refresh_once(self, known: KnownKey) -> KnownKey | None:
        """The key as listed now, if it changed: its owner may have rotated it. None when it is the same, or was asked for lately.

        Of several requests that find out at once, one asks and all of them get the answer.
        """
        under_way = self._refreshing.get(known.uri)
        if under_way is not None:
            fresh = await asyncio.shield(under_way)
        elif self._settled_until.get(known.uri, 0.0) > self._clock.monotonic():
            # Somebody may have asked since `known` was read.
            fresh = await self._find_stored(known.uri) or known
        else:
            _remember(self._settled_until, known.uri, self._clock.monotonic() + limits.UNKNOWN_KEY_MEMORY_SECONDS)
            fresh = await asyncio.shield(self._start_refreshing(known.uri))
        return fresh if fresh.key != known.key else None

    def _start_refreshing(self, key_id: str) -> asyncio.Task[KnownKey]:
        task = asyncio.create_task(self.refresh(key_id))
        self._refreshing[key_id] = task
        task.add_done_callback(lambda _: self._refreshing.pop(key_id, None))
        return task

    async def _find_stored(self, key_id: str) -> KnownKey | None:
        known = await self._database.read(_stored_key, key_id)
        if known is not None:
            self._memory.keep(known)
        return known

    async def _fetch_owner(self, key_id: str) -> StoredActor:
        """The owner by its own document, never by what the key's document says about it (the class of CVE-2026-96625)."""
        document_id = key_id.partition("#")[0]
        if "#" in key_id:
            return await self._actors.fetch(document_id)
        document = await self._fetch(key_id)
        owner = document.get("owner") or document.get("controller")
        if owner is None and isinstance(document.get("publicKey"), dict):
            # GoToSocial serves a stripped actor at the key's own address.
            owner = document["publicKey"].get("owner")
        if not isinstance(owner, str) or not uris.same_origin(owner, key_id):
            raise SignatureError(f"the key {key_id} names no owner on its own origin", reason="unknown-key")
        return await self._actors.fetch(owner)

    def _check_worth_asking(self, key_id: str) -> Host:
        try:
            host = uris.host_of(key_id)
        except MalformedDocument as error:
            raise SignatureError(f"key id {key_id!r:.200} is no address", reason="bad-key-id") from error
        until, may_pass = self._in_vain.get(key_id, (0.0, False))
        if until > self._clock.monotonic():
            if may_pass:
                raise RemoteUnavailable(f"key {key_id} could not be had a moment ago", retry_after=until - self._clock.monotonic())
            raise SignatureError(f"key {key_id} was asked for a moment ago, in vain", reason="unknown-key")
        return host

    def _remember_in_vain(self, key_id: str, *, may_pass: bool = False) -> None:
        _remember(self._in_vain, key_id, (self._clock.monotonic() + limits.UNKNOWN_KEY_MEMORY_SECONDS, may_pass))


def _remember(memory: OrderedDict[str, T], key_id: str, value: T) -> None:
    memory[key_id] = value
    memory.move_to_end(key_id)
    if len(memory) > limits.REMEMBERED_KEYS:
        memory.popitem(last=False)


def _stored_key(tx: Transaction, key_id: str) -> KnownKey | None:
    stored = find_public_key(tx, key_id)
    if stored is None:
        return None
    return KnownKey(stored.uri, load_public_der(stored.der), get_actor(tx, stored.actor_id))
