"""Work that needs the network, written down in the transaction that found it necessary."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, Table, Text, select, update
from sqlalchemy.engine import Connection

from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.storage.columns import Instant, Json, identifier, metadata
from fedirse.storage.dialect import insert_ignore

jobs = Table(
    "jobs",
    metadata,
    identifier(),
    Column("kind", String(48), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Json, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Instant, nullable=False),
    Column("last_error", Text),
    Index("ix_jobs_due", "not_before"),
    Index("uq_jobs_kind_subject", "kind", "subject", unique=True),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: `kind` names the function, `subject` what it is about (one job per kind and subject)."""

    id: str
    kind: str
    subject: str
    details: JsonObject
    attempts: int
    not_before: datetime
    last_error: str | None


def add_job(
    tx: Connection, kind: str, subject: str, now: datetime, details: JsonObject | None = None, *, not_before: datetime | None = None
) -> None:
    """Ask for `kind` to be done about `subject`, now or when `not_before` says; asking again while it waits changes nothing."""
    due = not_before or now
    values = {"id": new_id(now), "kind": kind, "subject": subject, "details": details or {}, "attempts": 0, "not_before": due}
    insert_ignore(tx, jobs, values)


def list_due_jobs(tx: Connection, now: datetime, limit: int) -> list[Job]:
    """Jobs that may be tried now, oldest first."""
    query = select(jobs).where(jobs.c.not_before <= now).order_by(jobs.c.not_before).limit(limit)
    return [Job(*row) for row in tx.execute(query)]


def finish_job(tx: Connection, job_id: str) -> None:
    """The work is done, or will never be possible."""
    tx.execute(jobs.delete().where(jobs.c.id == job_id))


def put_off_job(tx: Connection, job_id: str, *, attempts: int, not_before: datetime, error: str) -> None:
    """Try again later."""
    tx.execute(update(jobs).where(jobs.c.id == job_id).values(attempts=attempts, not_before=not_before, last_error=error))


def next_job_due(tx: Connection) -> datetime | None:
    """When the next job wants to run, or None."""
    due: datetime | None = tx.execute(select(jobs.c.not_before).order_by(jobs.c.not_before).limit(1)).scalar_one_or_none()
    return due
