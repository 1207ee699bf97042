"""Rows of what was answered to requests that may come again."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text, delete, select
from sqlalchemy.engine import Connection

from fedirse.features.announcements.api.repeats.model import Done, Repeat
from fedirse.storage.columns import Instant, metadata

# The key is part of what tells them: one program learns nothing of what another one did.
api_answers = Table(
    "api_answers",
    metadata,
    Column("key_id", ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("location", Text, nullable=False),
    Column("done_at", Instant, nullable=False, index=True),
)


def find_done(tx: Connection, key_id: str, name: str) -> tuple[str, Done] | None:
    """The fingerprint of the request that came under that name, and what it was answered; None for no such request."""
    row = tx.execute(select(api_answers).where(api_answers.c.key_id == key_id, api_answers.c.name == name)).first()
    return None if row is None else (row.fingerprint, Done(row.status, row.body, row.location))


def keep_done(tx: Connection, key_id: str, repeat: Repeat, done: Done, now: datetime) -> None:
    """Keep what a request was answered."""
    values = {"key_id": key_id, "name": repeat.name, "fingerprint": repeat.fingerprint, "done_at": now}
    tx.execute(api_answers.insert().values(values | {"status": done.status, "body": done.body, "location": done.location}))


def forget_before(tx: Connection, before: datetime) -> None:
    """Forget what was answered earlier."""
    tx.execute(delete(api_answers).where(api_answers.c.done_at < before))
