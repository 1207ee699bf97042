"""Actors of other servers: known ones from the database, unknown ones fetched from their own address and kept."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from fedirse.activitypub import uris
from fedirse.activitypub.documents.actor import Actor, parse_actor
from fedirse.activitypub.signatures.keys import PublicKey, load_multikey, load_public_pem, public_der
from fedirse.activitypub.vocabulary import ACTOR_TYPES
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.clock import Clock
from fedirse.base.errors import OriginMismatch, RemoteRejected, SignatureError
from fedirse.base.types import JsonObject
from fedirse.storage.actors import StoredKey, find_actor_by_uri, fresh_actor_id, save_actor, save_public_keys
from fedirse.storage.database import Database
from fedirse.storage.transaction import Transaction

FRESH_FOR = timedelta(days=1)

FetchDocument = Callable[[str], Awaitable[JsonObject]]
"""Fetches a document from its own address, signed by the site's actor; the result is in normal form and from that origin."""


class KnownActors:
    """The actors one site has met.

    Args:
        database: where they are kept.
        fetch: how an unknown one is fetched.
        clock: dates what is fetched.
        own_origin: actors of this origin are ours, and never fetched.
    """

    def __init__(self, database: Database, fetch: FetchDocument, clock: Clock, own_origin: str) -> None:
        self._database = database
        self._fetch = fetch
        self._clock = clock
        self._own_origin = own_origin
        self._under_way: dict[str, asyncio.Task[StoredActor]] = {}
        self._listeners: list[Callable[[StoredActor], None]] = []

    def listen(self, listener: Callable[[StoredActor], None]) -> None:
        """Call `listener` whenever an actor was fetched anew."""
        self._listeners.append(listener)

    async def find(self, uri: str) -> StoredActor | None:
        """The actor if it is known here; nothing is fetched."""
        return await self._database.read(find_actor_by_uri, uri)

    async def resolve(self, uri: str, *, fresh: bool = False) -> StoredActor:
        """The actor, known or fetched.

        Args:
            uri: id of the actor.
            fresh: fetch again what was last fetched more than a day ago, when that works.

        Raises:
            RemoteError: it is unknown here and cannot be fetched.
            ProtocolError: what was fetched is not an actor, or not that one.
        """
        known = await self.find(uri)
        if known is None:
            return await self.fetch(uri)
        if fresh and not known.local and (known.fetched_at is None or known.fetched_at < self._clock.now() - FRESH_FOR):
            return await self.fetch(uri)
        return known

    async def fetch(self, uri: str) -> StoredActor:
        """The actor as its own server describes it now; kept with its keys. Several callers at once share one fetch."""
        if uris.origin_of(uri) == self._own_origin:
            raise RemoteRejected(f"{uri} would be ours", status=404)
        under_way = self._under_way.get(uri)
        if under_way is None:
            under_way = asyncio.create_task(self._fetch_and_keep(uri))
            self._under_way[uri] = under_way
            under_way.add_done_callback(lambda _: self._under_way.pop(uri, None))
        return await asyncio.shield(under_way)

    async def _fetch_and_keep(self, uri: str) -> StoredActor:
        document = await self._fetch(uri)
        if not any(kind in ACTOR_TYPES for kind in _types(document)):
            raise RemoteRejected(f"{uri} is not an actor", reason="not-an-actor")
        actor = parse_actor(document)
        if actor.id != uri:
            raise OriginMismatch(f"asked for the actor {uri}, got {actor.id}", reason="other-actor")
        stored = await self._database.write(_keep, actor, self._clock.now())
        for listener in self._listeners:
            listener(stored)
        return stored


def to_stored(actor: Actor, now: datetime) -> StoredActor:
    """A remote actor's document as a row; its host is the one it was fetched from."""
    return StoredActor(
        id=fresh_actor_id(now),
        uri=actor.id,
        host=uris.host_of(actor.id),
        local=False,
        kind=actor.type,
        handle=actor.handle or _handle_from(actor.id),
        name=actor.name or "",
        summary=actor.summary or "",
        url=actor.url,
        inbox=actor.inbox,
        shared_inbox=actor.shared_inbox,
        outbox=actor.outbox,
        followers=actor.followers,
        following=actor.following,
        icon=actor.icon.url if actor.icon else None,
        image=actor.image.url if actor.image else None,
        fields=tuple((field.name, field.value) for field in actor.fields),
        also_known_as=actor.also_known_as,
        implements=actor.implements,
        moved_to=actor.moved_to,
        locked=actor.manually_approves_followers,
        discoverable=actor.discoverable,
        published_at=actor.published,
        fetched_at=now,
        gone_at=None,
    )


def usable_keys(actor: Actor) -> list[tuple[str, str, PublicKey]]:
    """(key id, purpose, key) of the keys an actor lists that we can and may use; junk is left out.

    A key id that does not lie under the actor's own id is left out too: otherwise any actor of a shared host could list its
    neighbour's key id with a key of its own (the class of CVE-2025-54888).
    """
    listed = [(entry.id, "publicKey", load_public_pem, entry.pem) for entry in actor.public_keys]
    proofs = [(entry.id, "assertionMethod", load_multikey, entry.multibase) for entry in actor.assertion_keys]
    found: list[tuple[str, str, PublicKey]] = []
    for key_id, purpose, load, text in (*listed, *proofs):
        if lies_under(key_id, actor.id):
            try:
                found.append((key_id, purpose, load(text)))
            except SignatureError:
                continue
    return found


def lies_under(key_id: str, actor_uri: str) -> bool:
    """Whether the key id is the actor's with a fragment (`…/bob#main-key`) or below it (GoToSocial's `…/bob/main-key`)."""
    return key_id.partition("#")[0] == actor_uri or key_id.startswith(f"{actor_uri}/")


def _keep(tx: Transaction, actor: Actor, now: datetime) -> StoredActor:
    stored = save_actor(tx, to_stored(actor, now))
    keys = {key_id: StoredKey(key_id, stored.id, purpose, public_der(key), now) for key_id, purpose, key in usable_keys(actor)}
    save_public_keys(tx, stored.id, keys.values())
    return stored


def _handle_from(uri: str) -> str:
    """A name to show for an actor that gives none: the end of its address."""
    return uri.rstrip("/").rpartition("/")[2][: limits.HANDLE_LENGTH] or "unknown"


def _types(document: JsonObject) -> list[str]:
    value = document.get("type")
    return [kind for kind in (value if isinstance(value, list) else [value]) if isinstance(kind, str)]
