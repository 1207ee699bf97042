"""Rows of the number that this site gives to its head office."""

from sqlalchemy import Column, String, Table, Text, delete, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.storage.columns import metadata
from fedirse.storage.dialect import upsert

own_telephones = Table(
    "own_telephones",
    metadata,
    Column("network", Text, primary_key=True),
    Column("number", String(limits.TELEPHONE_CHARACTERS), nullable=False),
)


def save_own(tx: Connection, network: str, number: str) -> None:
    """Keep the number that this site gives to a head office; an empty one for none."""
    if number:
        tx.execute(upsert(own_telephones, {"network": network, "number": number}, key=("network",)))
    else:
        tx.execute(delete(own_telephones).where(own_telephones.c.network == network))


def find_own(tx: Connection, network: str) -> str:
    """The number that this site gives to a head office; empty for none."""
    found: str | None = tx.execute(select(own_telephones.c.number).where(own_telephones.c.network == network)).scalar()
    return found or ""
