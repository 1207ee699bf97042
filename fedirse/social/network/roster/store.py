"""What is known of rosters: the last signed statement about each member, and the last signed snapshot, as they came."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import orjson
from sqlalchemy import Column, Index, Integer, String, Table, Text, bindparam, func, select, type_coerce, update
from sqlalchemy.engine import Connection

from fedirse.activitypub import uris
from fedirse.base.errors import NotFound
from fedirse.base.types import JsonObject
from fedirse.social.network.roster.model import Contact, Held, Roster, Snapshot, Statement
from fedirse.social.network.roster.wire import parse_snapshot, parse_statement
from fedirse.storage.columns import Instant, Json, metadata
from fedirse.storage.dialect import upsert

roster_statements = Table(
    "roster_statements",
    metadata,
    Column("network", Text, primary_key=True),
    Column("member", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("document", Json, nullable=False),
    Index("ix_roster_statements_serial", "network", "serial"),
    Index("ix_roster_statements_host", "network", "host"),
)

roster_snapshots = Table(
    "roster_snapshots",
    metadata,
    Column("network", Text, primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("document", Json, nullable=False),
)

roster_contacts = Table(
    "roster_contacts",
    metadata,
    Column("network", Text, primary_key=True),
    Column("serial", Integer, nullable=False, default=0),
    Column("asked_at", Instant),
    Column("tried_at", Instant),
    Column("trouble", Text, nullable=False, default=""),
)

_REMEMBERED: Final = 4096
"""How many statements a process keeps read: a large network, whose roster is asked about for every post."""
_REMEMBERED_SNAPSHOTS: Final = 32

_STATEMENTS: Final = select(roster_statements).where(roster_statements.c.network == bindparam("network"))
_TEXTS: Final = select(
    roster_statements.c.member,
    roster_statements.c.digest,
    roster_statements.c.received_at,
    type_coerce(roster_statements.c.document, Text).label("text"),
).where(roster_statements.c.network == bindparam("network"))
_TEXTS_OF: Final = _TEXTS.where(roster_statements.c.member.in_(bindparam("members", expanding=True)))
_SNAPSHOT: Final = select(roster_snapshots).where(roster_snapshots.c.network == bindparam("network"))
_SNAPSHOT_TEXT: Final = select(roster_snapshots.c.digest, type_coerce(roster_snapshots.c.document, Text).label("text")).where(
    roster_snapshots.c.network == bindparam("network")
)
_MEMBERS_AT: Final = select(roster_statements.c.member).where(
    roster_statements.c.network == bindparam("network"), roster_statements.c.host == bindparam("host")
)
_HIGHEST: Final = [
    select(func.max(table.c.serial)).where(table.c.network == bindparam("network")) for table in (roster_statements, roster_snapshots)
]
_CONTACT: Final = select(roster_contacts).where(roster_contacts.c.network == bindparam("network"))


def save_statement(tx: Connection, statement: Statement, document: JsonObject, now: datetime) -> None:
    """Keep a statement that won over what was known of the member, with the document that proves it to others."""
    values = {
        "network": statement.network,
        "member": statement.member,
        "host": uris.host_of(statement.member),
        "serial": statement.serial,
        "digest": statement.digest,
        "received_at": now,
        "document": document,
    }
    tx.execute(upsert(roster_statements, values, key=("network", "member")))


def save_snapshot(tx: Connection, snapshot: Snapshot, document: JsonObject, now: datetime) -> None:
    """Keep a snapshot that won over the known one, with the document that proves it to others."""
    values = {
        "network": snapshot.network,
        "serial": snapshot.serial,
        "digest": snapshot.digest,
        "received_at": now,
        "document": document,
    }
    tx.execute(upsert(roster_snapshots, values, key=("network",)))


def load_roster(tx: Connection, network: str, *, only: Collection[str] | None = None) -> Roster:
    """What is known of a network; empty for one that was never heard of.

    Args:
        tx: a transaction.
        network: URI of its head office's actor.
        only: members that are asked about; statements about others, and their lines in the snapshot, are left out then.
    """
    values: dict[str, object] = {"network": network} | ({"members": list(only)} if only is not None else {})
    rows = tx.execute(_TEXTS if only is None else _TEXTS_OF, values)
    held = {row.member: Held(_read(row.text, row.digest), row.received_at) for row in rows}
    row = tx.execute(_SNAPSHOT_TEXT, {"network": network}).first()
    snapshot = _read_snapshot(row.text, row.digest) if row is not None else None
    return Roster(network, MappingProxyType(held), _pick(snapshot, only) if snapshot is not None and only is not None else snapshot)


def list_members_at(tx: Connection, network: str, host: str) -> list[str]:
    """Whom a network has said something of on that host, whatever it said; the host exactly, not what lies under it."""
    return list(tx.execute(_MEMBERS_AT, {"network": network, "host": host}).scalars())


def list_members_among(tx: Connection, network: str, hosts: Collection[str]) -> list[str]:
    """As `list_members_at`, of several hosts at once."""
    query = select(roster_statements.c.member).where(roster_statements.c.network == network, roster_statements.c.host.in_(sorted(hosts)))
    return list(tx.execute(query).scalars())


def list_documents_after(tx: Connection, network: str, serial: int, *, limit: int) -> Sequence[JsonObject]:
    """The documents of statements later than `serial`, oldest first, for whoever knows everything up to it."""
    query = _STATEMENTS.where(roster_statements.c.serial > serial).order_by(roster_statements.c.serial).limit(limit)
    return [row.document for row in tx.execute(query, {"network": network})]


def get_document(tx: Connection, network: str, member: str) -> JsonObject:
    """The last statement about a member as it was signed. Raises NotFound."""
    query = select(roster_statements.c.document).where(roster_statements.c.network == network, roster_statements.c.member == member)
    row = tx.execute(query).first()
    if row is None:
        raise NotFound(f"nothing is known of {member} in {network}")
    document: JsonObject = row.document
    return document


def highest_serial(tx: Connection, network: str) -> int:
    """The highest serial known here of anything that is said of members; 0 for nothing. As `rules.counter_of`, without reading it all."""
    return max(tx.execute(highest, {"network": network}).scalar_one() or 0 for highest in _HIGHEST)


def find_snapshot_document(tx: Connection, network: str) -> JsonObject | None:
    """The last snapshot as it was signed."""
    row = tx.execute(_SNAPSHOT, {"network": network}).first()
    return None if row is None else row.document


def prove_statements(tx: Connection, network: str, prove: Callable[[JsonObject], JsonObject]) -> None:
    """Put other proofs on every statement and on the last snapshot; what they say stays."""
    for row in tx.execute(_STATEMENTS, {"network": network}).all():
        same = (roster_statements.c.network == network) & (roster_statements.c.member == row.member)
        tx.execute(update(roster_statements).where(same).values(document=prove(row.document)))
    snapshot = find_snapshot_document(tx, network)
    if snapshot is not None:
        tx.execute(update(roster_snapshots).where(roster_snapshots.c.network == network).values(document=prove(snapshot)))


def find_contact(tx: Connection, network: str) -> Contact:
    """How far a network's roster was asked for; nothing of it at first."""
    row = tx.execute(_CONTACT, {"network": network}).first()
    return Contact() if row is None else Contact(row.serial, row.asked_at, row.tried_at, row.trouble)


def save_contact(tx: Connection, network: str, contact: Contact) -> None:
    """Write down how far it was asked for."""
    values = {
        "network": network,
        "serial": contact.serial,
        "asked_at": contact.asked_at,
        "tried_at": contact.tried_at,
        "trouble": contact.trouble,
    }
    tx.execute(upsert(roster_contacts, values, key=("network",)))


@lru_cache(_REMEMBERED)
def _read(text: str, digest: str) -> Statement:
    """A statement by the very text it was stored as, so that what is remembered can never be that of another."""
    return parse_statement(orjson.loads(text), digest)


@lru_cache(_REMEMBERED_SNAPSHOTS)
def _read_snapshot(text: str, digest: str) -> Snapshot:
    """A snapshot, remembered as a statement is."""
    snapshot = parse_snapshot(orjson.loads(text), digest)
    return replace(snapshot, listing=MappingProxyType(snapshot.listing))


def _pick(snapshot: Snapshot, members: Collection[str]) -> Snapshot:
    """The snapshot with the lines of these members alone."""
    return replace(snapshot, listing={member: snapshot.listing[member] for member in members if member in snapshot.listing})
