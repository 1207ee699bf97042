"""Public keys of others: from memory, from the database, or by one bounded fetch; each with the actor it belongs to."""

from collections import OrderedDict
from dataclasses import dataclass

from fedirse.activitypub import uris, values
from fedirse.activitypub.signatures.keys import PublicKey, load_public_der
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.clock import Clock
from fedirse.base.errors import MalformedDocument, ProtocolError, RemoteError, RemoteGone, RemoteUnavailable, SignatureError
from fedirse.remote.actors import FetchDocument, KnownActors
from fedirse.remote.budget import FetchBudget
from fedirse.storage.actors import find_public_key, get_actor
from fedirse.storage.database import Database
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key whose owner lists it; `actor` is that owner."""

    uri: str
    key: PublicKey
    actor: StoredActor


class KnownKeys:
    """The public keys one site has met.

    Args:
        database: where they are kept.
        actors: fetches an owner with all its keys.
        fetch: fetches a key that has a document of its own.
        clock: for memory that fades and for the budget.
    """

    def __init__(self, database: Database, actors: KnownActors, fetch: FetchDocument, clock: Clock) -> None:
        self._database = database
        self._actors = actors
        self._fetch = fetch
        self._clock = clock
        self._known: OrderedDict[str, KnownKey] = OrderedDict()
        self._of_actor: dict[str, set[str]] = {}
        self._unknown_until: OrderedDict[str, float] = OrderedDict()
        self._settled_until: OrderedDict[str, float] = OrderedDict()
        self._budget = FetchBudget(clock)
        actors.listen(self._forget_keys_of)

    async def resolve(self, key_id: str) -> KnownKey:
        """The key of that id, known or fetched once.

        Raises:
            SignatureError: nobody owns such a key, or it may not be used; remembered for a while so that it is not asked again.
            RemoteUnavailable: its server does not answer.
            RemoteGone: its server says that the owner is gone.
        """
        known = self._known.get(key_id) or await self._database.read(_stored_key, key_id)
        if known is not None:
            self._remember(known)
            return known
        return await self.refresh(key_id)

    async def refresh(self, key_id: str) -> KnownKey:
        """The key as its owner lists it now; for unknown keys, and once after a signature that did not hold.

        Raises: as `resolve`.
        """
        self._check_worth_asking(key_id)
        try:
            owner = await self._fetch_owner(key_id)
            known = await self._database.read(_stored_key, key_id)
        except (RemoteUnavailable, RemoteGone):
            self._remember_unknown(key_id)
            raise
        except (RemoteError, ProtocolError) as error:
            self._remember_unknown(key_id)
            raise SignatureError(f"key {key_id}: {error}", reason="unknown-key") from error
        if known is None or known.actor.id != owner.id:
            self._remember_unknown(key_id)
            raise SignatureError(f"{owner.uri} does not list the key {key_id}", reason="key-not-listed")
        self._remember(known)
        return known

    async def refresh_once(self, known: KnownKey) -> KnownKey | None:
        """The key as listed now, if it changed: its owner may have rotated it. None when it was asked lately or is the same."""
        if self._settled_until.get(known.uri, 0.0) > self._clock.monotonic():
            return None
        _remember_until(self._settled_until, known.uri, self._clock.monotonic() + limits.UNKNOWN_KEY_MEMORY_SECONDS)
        fresh = await self.refresh(known.uri)
        return fresh if fresh.key != known.key else None

    async def _fetch_owner(self, key_id: str) -> StoredActor:
        """The owner by its own document, never by what the key's document says about it (the class of CVE-2026-96625)."""
        document_id = key_id.partition("#")[0]
        if "#" in key_id:
            return await self._actors.fetch(document_id)
        document = await self._fetch(key_id)
        owner = values.link_id(document.get("owner")) or values.link_id(document.get("controller"))
        listed = values.first(document.get("publicKey"))
        if owner is None and isinstance(listed, dict):
            # GoToSocial serves a stripped actor at the key's own address.
            owner = values.link_id(listed.get("owner"))
        if owner is None or not uris.same_origin(owner, key_id):
            raise SignatureError(f"the key {key_id} names no owner on its own origin", reason="unknown-key")
        return await self._actors.fetch(owner)

    def _check_worth_asking(self, key_id: str) -> None:
        try:
            host = uris.host_of(key_id)
        except MalformedDocument as error:
            raise SignatureError(f"key id {key_id!r:.200} is no address", reason="bad-key-id") from error
        if self._unknown_until.get(key_id, 0.0) > self._clock.monotonic():
            raise SignatureError(f"key {key_id} was asked for a moment ago, in vain", reason="unknown-key")
        if not self._budget.spend(host):
            raise SignatureError(f"too many key fetches for {host}", reason="key-fetch-budget")

    def _remember(self, known: KnownKey) -> None:
        self._known[known.uri] = known
        self._known.move_to_end(known.uri)
        self._of_actor.setdefault(known.actor.id, set()).add(known.uri)
        if len(self._known) > limits.REMEMBERED_KEYS:
            oldest, forgotten = self._known.popitem(last=False)
            self._of_actor.get(forgotten.actor.id, set()).discard(oldest)

    def _remember_unknown(self, key_id: str) -> None:
        _remember_until(self._unknown_until, key_id, self._clock.monotonic() + limits.UNKNOWN_KEY_MEMORY_SECONDS)

    def _forget_keys_of(self, actor: StoredActor) -> None:
        for uri in self._of_actor.pop(actor.id, ()):
            self._known.pop(uri, None)


def _remember_until(memory: OrderedDict[str, float], key_id: str, until: float) -> None:
    memory[key_id] = until
    memory.move_to_end(key_id)
    if len(memory) > limits.REMEMBERED_KEYS:
        memory.popitem(last=False)


def _stored_key(tx: Transaction, key_id: str) -> KnownKey | None:
    stored = find_public_key(tx, key_id)
    if stored is None:
        return None
    return KnownKey(stored.uri, load_public_der(stored.der), get_actor(tx, stored.actor_id))
