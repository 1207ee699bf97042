"""Everybody with an inbox: people, sites and groups, ours and everybody else's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, Row, String, Table, Text, bindparam, select, update
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.storage.columns import Instant, Json, identifier, metadata
from fedirse.storage.dialect import upsert

actors = Table(
    "actors",
    metadata,
    identifier(),
    Column("uri", Text, nullable=False, unique=True),
    Column("host", Text, nullable=False),
    Column("local", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("handle", Text, nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("summary", Text, nullable=False, default=""),
    Column("url", Text),
    Column("inbox", Text, nullable=False),
    Column("shared_inbox", Text),
    Column("outbox", Text),
    Column("followers", Text),
    Column("following", Text),
    Column("icon", Text),
    Column("image", Text),
    Column("fields", Json, nullable=False, default=list),
    Column("also_known_as", Json, nullable=False, default=list),
    Column("implements", Json, nullable=False, default=list),
    Column("moved_to", Text),
    Column("locked", Boolean, nullable=False, default=False),
    Column("discoverable", Boolean, nullable=False, default=False),
    Column("published_at", Instant),
    Column("fetched_at", Instant),
    Column("gone_at", Instant),
    Index("ix_actors_handle_host", "handle", "host"),
    Index("ix_actors_followers", "followers"),
)

public_keys = Table(
    "public_keys",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", String(16), nullable=False),
    Column("der", LargeBinary, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

# Statements of the busy paths, built once: to build one costs more than to run it.
_BY_ID = select(actors).where(actors.c.id == bindparam("id"))
_BY_URI = select(actors).where(actors.c.uri == bindparam("uri"))
_BY_IDS = select(actors).where(actors.c.id.in_(bindparam("ids", expanding=True)))
_BY_URIS = select(actors).where(actors.c.uri.in_(bindparam("uris", expanding=True)))
_LOCAL_BY_HANDLE = select(actors).where(actors.c.handle == bindparam("handle"), actors.c.local)
_NAMES = tuple(column.name for column in actors.columns)
_KEY_BY_URI = select(public_keys).where(public_keys.c.uri == bindparam("uri"))


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One public key of an actor, DER-encoded; `purpose` is `publicKey` or `assertionMethod`."""

    uri: str
    actor_id: str
    purpose: str
    der: bytes
    fetched_at: datetime


def save_actor(tx: Connection, actor: StoredActor) -> StoredActor:
    """Insert `actor`, or update the row that has its URI; returns the row as stored (the first id given to a URI stays)."""
    values = _values(actor)
    tx.execute(upsert(actors, values, key=("uri",), keep=("id", "uri", "local")))
    return get_actor_by_uri(tx, actor.uri)


def find_actor(tx: Connection, actor_id: str) -> StoredActor | None:
    """The actor of that id, or None."""
    return _one(tx.execute(_BY_ID, {"id": actor_id}).first())


def get_actor(tx: Connection, actor_id: str) -> StoredActor:
    """The actor of that id. Raises NotFound."""
    return _required(find_actor(tx, actor_id), actor_id)


def find_actor_by_uri(tx: Connection, uri: str) -> StoredActor | None:
    """The actor of that URI, or None."""
    return _one(tx.execute(_BY_URI, {"uri": uri}).first())


def get_actor_by_uri(tx: Connection, uri: str) -> StoredActor:
    """The actor of that URI. Raises NotFound."""
    return _required(find_actor_by_uri(tx, uri), uri)


def find_local_actor(tx: Connection, handle: str) -> StoredActor | None:
    """The local actor of that handle (any case), or None."""
    return _one(tx.execute(_LOCAL_BY_HANDLE, {"handle": handle.lower()}).first())


def find_actor_by_address(tx: Connection, handle: str, host: str) -> StoredActor | None:
    """The known actor `@handle@host`, or None."""
    query = select(actors).where(actors.c.handle == handle, actors.c.host == host)
    return _one(tx.execute(query).first())


def list_actors(tx: Connection, ids: Iterable[str]) -> dict[str, StoredActor]:
    """The known actors among `ids`, by id."""
    wanted = list(set(ids))
    found = [_actor(row) for row in tx.execute(_BY_IDS, {"ids": wanted})] if wanted else []
    return {actor.id: actor for actor in found}


def list_actors_by_uri(tx: Connection, uris: Iterable[str]) -> dict[str, StoredActor]:
    """The known actors among `uris`, by URI."""
    wanted = list(set(uris))
    found = [_actor(row) for row in tx.execute(_BY_URIS, {"uris": wanted})] if wanted else []
    return {actor.uri: actor for actor in found}


def set_locked(tx: Connection, actor_id: str, *, locked: bool) -> None:
    """Whether the actor approves each of its followers."""
    tx.execute(update(actors).where(actors.c.id == actor_id).values(locked=locked))


def mark_actor_gone(tx: Connection, actor_id: str, now: datetime) -> None:
    """Remember that the actor was deleted by its own server."""
    tx.execute(update(actors).where(actors.c.id == actor_id).values(gone_at=now))


def save_public_keys(tx: Connection, actor_id: str, keys: Iterable[StoredKey]) -> None:
    """Replace the public keys known for an actor by `keys`."""
    tx.execute(public_keys.delete().where(public_keys.c.actor_id == actor_id))
    for key in keys:
        values = {"uri": key.uri, "actor_id": actor_id, "purpose": key.purpose, "der": key.der, "fetched_at": key.fetched_at}
        tx.execute(upsert(public_keys, values, key=("uri",)))


def find_public_key(tx: Connection, uri: str) -> StoredKey | None:
    """The public key of that id, or None."""
    row = tx.execute(_KEY_BY_URI, {"uri": uri}).first()
    return StoredKey(row.uri, row.actor_id, row.purpose, row.der, row.fetched_at) if row else None


def list_public_keys(tx: Connection, actor_id: str) -> list[StoredKey]:
    """All public keys known for an actor."""
    rows = tx.execute(select(public_keys).where(public_keys.c.actor_id == actor_id)).all()
    return [StoredKey(row.uri, row.actor_id, row.purpose, row.der, row.fetched_at) for row in rows]


def fresh_actor_id(now: datetime) -> str:
    """An id for an actor first seen now."""
    return new_id(now)


def actor_from_row(row: Row[tuple[object, ...]]) -> StoredActor:
    """A StoredActor from a row of `select(actors)`."""
    return _actor(row)


def _values(actor: StoredActor) -> dict[str, object]:
    values: dict[str, object] = {column.name: getattr(actor, column.name) for column in actors.columns}
    values["fields"] = [list(pair) for pair in actor.fields]
    values["also_known_as"] = list(actor.also_known_as)
    values["implements"] = list(actor.implements)
    return values


def _one(row: Row[tuple[object, ...]] | None) -> StoredActor | None:
    return _actor(row) if row is not None else None


def _required(actor: StoredActor | None, what: str) -> StoredActor:
    if actor is None:
        raise NotFound(f"no actor {what}")
    return actor


def _actor(row: Row[tuple[object, ...]]) -> StoredActor:
    values: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    values["fields"] = tuple((name, value) for name, value in values["fields"])
    values["also_known_as"] = tuple(values["also_known_as"])
    values["implements"] = tuple(values["implements"])
    return StoredActor(**values)
