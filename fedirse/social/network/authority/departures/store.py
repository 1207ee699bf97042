"""Rows of the sites that are no members any more."""

from datetime import datetime

from sqlalchemy import Column, Integer, Table, Text, select, update
from sqlalchemy.engine import Connection

from fedirse.social.network.authority.departures.model import Departure
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

departures = Table(
    "departures",
    metadata,
    Column("member", Text, primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("removed_at", Instant, nullable=False),
    Column("erased", Integer),
    Column("purged_at", Instant),
    Column("received_at", Instant),
)


def save_departure(tx: Connection, departure: Departure) -> None:
    """Remember a site that is no member any more, in the place of what was remembered of it before."""
    values = {column.name: getattr(departure, column.name) for column in departures.columns}
    tx.execute(upsert(departures, values, key=("member",)))


def find_departure(tx: Connection, member: str) -> Departure | None:
    """How that site went, when it last did, or None."""
    row = tx.execute(select(departures).where(departures.c.member == member)).first()
    return None if row is None else Departure(**row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name


def list_departures(tx: Connection) -> list[Departure]:
    """Every site that ever went, the last one first."""
    rows = tx.execute(select(departures).order_by(departures.c.removed_at.desc(), departures.c.member))
    return [Departure(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way to a row's columns by name


def note_receipt(tx: Connection, member: str, *, erased: int, purged_at: datetime, now: datetime) -> None:
    """Keep what a site says of its parting."""
    said = {"erased": erased, "purged_at": purged_at, "received_at": now}
    tx.execute(update(departures).where(departures.c.member == member).values(said))
