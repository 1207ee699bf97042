"""How far this site is with what follows from the end of a membership."""

from typing import Any

from sqlalchemy import Column, Integer, Row, Table, Text, select, update
from sqlalchemy.engine import Connection

from fedirse.social.network.parting.model import Parting
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

partings = Table(
    "partings",
    metadata,
    Column("network", Text, primary_key=True),
    Column("began_at", Instant, nullable=False),
    Column("erased", Integer, nullable=False, default=0),
    Column("ended_at", Instant),
    Column("told_at", Instant),
)


def save_parting(tx: Connection, parting: Parting) -> None:
    """Keep how far a parting is, in the place of an earlier one from the same network."""
    values = {column.name: getattr(parting, column.name) for column in partings.columns}
    tx.execute(upsert(partings, values, key=("network",)))


def find_parting(tx: Connection, network: str) -> Parting | None:
    """The last parting from that network, or None."""
    return _parting(tx.execute(select(partings).where(partings.c.network == network)).first())


def list_unfinished(tx: Connection) -> list[str]:
    """The networks whose parting is not over: something is still to be erased, unless this site was let in again meanwhile."""
    return list(tx.execute(select(partings.c.network).where(partings.c.ended_at.is_(None))).scalars())


def count_erased(tx: Connection, network: str, items: int) -> None:
    """So many more are erased."""
    tx.execute(update(partings).where(partings.c.network == network).values(erased=partings.c.erased + items))


def _parting(row: Row[Any] | None) -> Parting | None:
    return None if row is None else Parting(**row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
