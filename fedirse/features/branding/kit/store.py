"""Rows of kits: at the head office the one it offers, and whom it was told; at a site the one it was offered, and what it had before."""

from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, Integer, Row, String, Table, Text, select
from sqlalchemy.engine import Connection

from fedirse.base.types import Reader
from fedirse.features.branding.kit.model import Choice, Kit, KnownKit, Look, Wish
from fedirse.social.network.store import current_network
from fedirse.storage.columns import Instant, Json, metadata
from fedirse.storage.dialect import upsert

brand_kits = Table(
    "brand_kits",
    metadata,
    Column("network", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("look", Json, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("choice", String(16), nullable=False),
    Column("wish", Json),
    Column("given", Json),
    Column("before", Json),
)

brand_kit_tellings = Table(
    "brand_kit_tellings",
    metadata,
    Column("member", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)


def find_kit(tx: Connection, network: str) -> KnownKit | None:
    """The kit of that head office, or None."""
    row = tx.execute(select(brand_kits).where(brand_kits.c.network == network)).first()
    return _known(row) if row is not None else None


def save_kit(tx: Connection, known: KnownKit) -> None:
    """Keep a kit and what was done about it, in the place of what was known of it."""
    kit = known.kit
    values = {
        "network": known.network,
        "version": kit.version,
        "name": kit.name,
        "sentence": kit.sentence,
        "look": msgspec.to_builtins(kit.look),
        "withdrawn": kit.withdrawn,
        "at": known.at,
        "choice": known.choice.value,
        "wish": msgspec.to_builtins(known.wish),
        "given": msgspec.to_builtins(known.given),
        "before": msgspec.to_builtins(known.before),
    }
    tx.execute(upsert(brand_kits, values, key=("network",)))


def count_waiting(tx: Connection, _reader: Reader) -> int:
    """How many kits wait for this site to decide: one or none."""
    network = current_network(tx)
    known = find_kit(tx, network.uri) if network is not None and not network.head_office else None
    return int(known is not None and known.waits)


def list_told(tx: Connection, version: int) -> frozenset[str]:
    """The members that were told of that version, or of a later one."""
    query = select(brand_kit_tellings.c.member).where(brand_kit_tellings.c.version >= version)
    return frozenset(tx.execute(query).scalars())


def list_ever_told(tx: Connection) -> frozenset[str]:
    """The members that were ever told of a kit."""
    return frozenset(tx.execute(select(brand_kit_tellings.c.member)).scalars())


def note_told(tx: Connection, member: str, version: int) -> None:
    """A member is told of that version."""
    tx.execute(upsert(brand_kit_tellings, {"member": member, "version": version}, key=("member",)))


def _known(row: Row[Any]) -> KnownKit:
    kit = Kit(row.version, row.name, row.sentence, msgspec.convert(row.look, Look), row.withdrawn)
    wish = msgspec.convert(row.wish, Wish | None)
    given, before = (msgspec.convert(value, Look | None) for value in (row.given, row.before))
    return KnownKit(row.network, kit, row.at, Choice(row.choice), wish, given, before)
