"""The private keys of our own actors, sealed: a copy of the database alone lets nobody sign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, String, Table, Text, bindparam, delete, false, select, update
from sqlalchemy.engine import Connection

from fedirse.storage.actors import actors
from fedirse.storage.columns import Instant, metadata

own_keys = Table(
    "own_keys",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("actor_id", ForeignKey("actors.id"), nullable=False, index=True),
    Column("algorithm", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("retired_at", Instant),
    Column("waits", Boolean, nullable=False, default=False, server_default=false()),
)

# Statements of the busy paths, built once: to build one costs more than to run it.
_CURRENT = select(own_keys.c.uri).where(own_keys.c.actor_id == bindparam("actor_id"), own_keys.c.retired_at.is_(None))


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A private key of a local actor; `sealed` opens only with the site's keyring. A retired key signs no more, one that waits not yet."""

    uri: str
    actor_id: str
    algorithm: str
    sealed: bytes
    created_at: datetime
    retired_at: datetime | None
    waits: bool = False


def add_own_keys(tx: Connection, keys: Iterable[OwnKey]) -> None:
    """Store freshly made keys."""
    tx.execute(
        own_keys.insert(),
        [
            {
                "uri": key.uri,
                "actor_id": key.actor_id,
                "algorithm": key.algorithm,
                "sealed": key.sealed,
                "created_at": key.created_at,
                "retired_at": key.retired_at,
                "waits": key.waits,
            }
            for key in keys
        ],
    )


def list_own_keys(tx: Connection, actor_id: str) -> list[OwnKey]:
    """Every key the actor ever had, newest first."""
    query = select(own_keys).where(own_keys.c.actor_id == actor_id).order_by(own_keys.c.created_at.desc(), own_keys.c.uri.desc())
    return [OwnKey(**row._mapping) for row in tx.execute(query)]  # noqa: SLF001 - the documented way to a row's columns by name


def list_sealed_keys(tx: Connection, actor_id: str) -> list[tuple[str, str, bytes]]:
    """(uri, algorithm, sealed) of every key that is not retired; asks for what databases of all versions hold."""
    query = select(own_keys.c.uri, own_keys.c.algorithm, own_keys.c.sealed)
    rows = tx.execute(query.where(own_keys.c.actor_id == actor_id, own_keys.c.retired_at.is_(None)))
    return [(row.uri, row.algorithm, row.sealed) for row in rows]


def current_key_uris(tx: Connection, actor_id: str) -> set[str]:
    """The ids of the keys the actor signs with now, or waits to sign with."""
    return set(tx.execute(_CURRENT, {"actor_id": actor_id}).scalars())


def list_key_uris(tx: Connection, actor_uri: str, *, limit: int) -> list[str]:
    """The ids of the latest keys of the local actor of that URI, newest first; empty when there is none."""
    query = select(own_keys.c.uri).join(actors, actors.c.id == own_keys.c.actor_id).where(actors.c.uri == actor_uri)
    return list(tx.execute(query.order_by(own_keys.c.created_at.desc(), own_keys.c.uri.desc()).limit(limit)).scalars())


def promote_own_key(tx: Connection, uri: str, actor_id: str, algorithm: str, now: datetime) -> None:
    """Sign with that key from now on, and no more with the others of its algorithm."""
    table = own_keys.c
    others = (table.actor_id == actor_id) & (table.algorithm == algorithm) & (table.uri != uri) & table.retired_at.is_(None)
    tx.execute(update(own_keys).where(others).values(retired_at=now, waits=False))
    tx.execute(update(own_keys).where(table.uri == uri).values(waits=False))


def forget_waiting_keys(tx: Connection, actor_id: str) -> None:
    """Wait for no key of the actor any more."""
    tx.execute(delete(own_keys).where(own_keys.c.actor_id == actor_id, own_keys.c.waits))


def forget_retired_keys(tx: Connection, actor_id: str) -> None:
    """Forget every key the actor signs with no more: what they signed can be verified by nobody who asks for them from now on."""
    tx.execute(delete(own_keys).where(own_keys.c.actor_id == actor_id, own_keys.c.retired_at.is_not(None)))


def retire_own_keys(tx: Connection, actor_id: str, now: datetime) -> None:
    """Stop signing with every key the actor has; what they signed can still be verified."""
    tx.execute(update(own_keys).where(own_keys.c.actor_id == actor_id, own_keys.c.retired_at.is_(None)).values(retired_at=now))
