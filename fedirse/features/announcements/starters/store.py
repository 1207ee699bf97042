"""Rows of the texts to start from that a head office has kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, Text, delete, func, select, update
from sqlalchemy.engine import Connection

from fedirse.features.announcements.model import Asked, Priority
from fedirse.features.announcements.starters.model import Starter
from fedirse.storage.columns import identifier, metadata

announcement_starters = Table(
    "announcement_starters",
    metadata,
    identifier(),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("priority", String(16), nullable=False),
    Column("asked", String(16), nullable=False),
    Column("hours", Integer),
)


def add_starter(tx: Connection, starter: Starter) -> None:
    """Keep one."""
    values = {
        "id": starter.key,
        "name": starter.name,
        "title": starter.title,
        "text": starter.text,
        "priority": starter.priority.value,
        "asked": starter.asked.value,
        "hours": starter.hours,
    }
    tx.execute(announcement_starters.insert().values(values))


def list_starters(tx: Connection) -> Sequence[Starter]:
    """All that were kept, in the order in which that was."""
    return [_starter(row) for row in tx.execute(select(announcement_starters).order_by(announcement_starters.c.id))]


def find_starter(tx: Connection, key: str) -> Starter | None:
    """The one of that id, or None."""
    row = tx.execute(select(announcement_starters).where(announcement_starters.c.id == key)).first()
    return _starter(row) if row is not None else None


def count_starters(tx: Connection) -> int:
    """How many were kept."""
    return int(tx.execute(select(func.count()).select_from(announcement_starters)).scalar_one())


def rename_starter(tx: Connection, key: str, name: str) -> None:
    """Call it something else."""
    tx.execute(update(announcement_starters).where(announcement_starters.c.id == key).values(name=name))


def remove_starter(tx: Connection, key: str) -> None:
    """Keep it no more."""
    tx.execute(delete(announcement_starters).where(announcement_starters.c.id == key))


def _starter(row: Row[Any]) -> Starter:
    return Starter(row.id, row.name, row.title, row.text, Priority(row.priority), Asked(row.asked), row.hours)
