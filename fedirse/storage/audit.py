"""The audit log: what administrators, moderators and operators did, in a chain that shows any later change.

Each entry carries a digest of itself and of the one before it. Entries are added and read, never changed or removed.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import Column, Integer, RowMapping, String, Table, Text, select
from sqlalchemy.engine import Connection

from fedirse.base.types import JsonObject
from fedirse.storage.columns import Instant, Json, metadata

OPERATOR = ""
"""Stands for whoever runs commands on the server, in place of an account."""

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("account_id", String(26), nullable=False),
    Column("who", Text, nullable=False),
    Column("deed", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Json, nullable=False),
    Column("digest", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed.

    Attributes:
        number: its place in the chain, from 1.
        at: when.
        account_id: whose deed; OPERATOR for a command.
        who: their handle at that time, or `operator`.
        deed: what was done, as a code: `account.disabled`, `host.blocked`, …
        subject: to whom or what, in words that last: a handle, a host, an id.
        details: what else is worth knowing; no content and no secret.
        digest: of this entry and the one before.
    """

    number: int
    at: datetime
    account_id: str
    who: str
    deed: str
    subject: str
    details: JsonObject
    digest: str


def record(
    tx: Connection, deed: str, subject: str, now: datetime, *, account_id: str = OPERATOR, who: str = "operator", **details: Any
) -> None:
    """Add an entry, in the transaction of the deed itself."""
    last = tx.execute(select(audit.c.number, audit.c.digest).order_by(audit.c.number.desc()).limit(1)).first()
    number, before = (last.number + 1, last.digest) if last is not None else (1, "")
    values = {
        "number": number,
        "at": now,
        "account_id": account_id,
        "who": who,
        "deed": deed,
        "subject": subject,
        "details": details,
    }
    tx.execute(audit.insert().values(values | {"digest": _digest(values, before)}))


def list_entries(tx: Connection, *, before: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """Entries, the newest first, below the number `before`."""
    query = select(audit).order_by(audit.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.number < before)
    return [AuditEntry(*row) for row in tx.execute(query)]


def list_entries_about(tx: Connection, subject: str, *, limit: int) -> list[AuditEntry]:
    """Entries about exactly that subject, the newest first."""
    query = select(audit).where(audit.c.subject == subject).order_by(audit.c.number.desc()).limit(limit)
    return [AuditEntry(*row) for row in tx.execute(query)]


def find_broken_entry(tx: Connection) -> int | None:
    """The number of the first entry that was changed, or whose predecessor was; None for an unbroken chain (WEB-043).

    The end of the chain can be cut off unseen; whoever wants to rule that out notes the newest number and digest elsewhere.
    """
    before, expected = "", 1
    for entry in _all(tx):
        values = {name: entry[name] for name in ("number", "at", "account_id", "who", "deed", "subject", "details")}
        if entry["number"] != expected or entry["digest"] != _digest(values, before):
            return expected
        before, expected = entry["digest"], expected + 1
    return None


def _all(tx: Connection) -> Iterator[RowMapping]:
    for row in tx.execute(select(audit).order_by(audit.c.number)):
        yield row._mapping  # noqa: SLF001 - the documented way to a row's columns by name


def _digest(values: Mapping[str, Any], before: str) -> str:
    shown = {**values, "at": int(values["at"].timestamp() * 1000), "before": before}
    return hashlib.sha256(rfc8785.dumps(shown)).hexdigest()
