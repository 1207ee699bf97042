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
    Column("asked", Integer, nullable=False, default=0),
    Index("ix_jobs_due", "not_before"),
    Index("uq_jobs_kind_subject", "kind", "subject", unique=True),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: `kind` names the function, `subject` what it is about (one job per kind and subject).

    `asked` counts how often it was asked for afresh while it waited or ran.
    """

    id: str
    kind: str
    subject: str
    details: JsonObject
    attempts: int
    not_before: datetime
    last_error: str | None
    asked: int


def add_job(
    tx: Connection,
    kind: str,
    subject: str,
    now: datetime,
    details: JsonObject | None = None,
    *,
    not_before: datetime | None = None,
    afresh: bool = False,
) -> None:
    """Ask for `kind` to be done about `subject`, now or when `not_before` says; asking again while it waits changes nothing.

    A job that runs already may have looked before there was what it is asked for now. `afresh` has it run once more then; not to be used
    by what such a job does itself, which would never end.
    """
    due = not_before or now
    values = {"id": new_id(now), "kind": kind, "subject": subject, "details": details or {}, "attempts": 0, "not_before": due, "asked": 0}
    if not insert_ignore(tx, jobs, values) and afresh:
        waiting = (jobs.c.kind == kind) & (jobs.c.subject == subject)
        tx.execute(update(jobs).where(waiting).values(asked=jobs.c.asked + 1))


def list_due_jobs(tx: Connection, now: datetime, limit: int) -> list[Job]:
    """Jobs that may be tried now, oldest first."""
    query = select(jobs).where(jobs.c.not_before <= now).order_by(jobs.c.not_before).limit(limit)
    return [Job(*row) for row in tx.execute(query)]


def list_job_subjects(tx: Connection, kind: str) -> frozenset[str]:
    """What jobs of that kind wait for, due or not."""
    return frozenset(tx.execute(select(jobs.c.subject).where(jobs.c.kind == kind)).scalars())


def find_job_date(tx: Connection, kind: str, subject: str) -> datetime | None:
    """When a job may be tried; None when there is none."""
    query = select(jobs.c.not_before).where(jobs.c.kind == kind, jobs.c.subject == subject)
    found: datetime | None = tx.execute(query).scalar_one_or_none()
    return found


def hasten_job(tx: Connection, kind: str, subject: str, when: datetime) -> bool:
    """Try a job by then at the latest, as if for the first time; False when there is nothing to hasten."""
    waiting = (jobs.c.kind == kind) & (jobs.c.subject == subject) & (jobs.c.not_before > when)
    return tx.execute(update(jobs).where(waiting).values(attempts=0, not_before=when)).rowcount > 0


def finish_job(tx: Connection, job: Job) -> None:
    """The work is done, or will never be possible; unless it was asked for afresh since it was begun, then it is to be done again."""
    if not tx.execute(jobs.delete().where((jobs.c.id == job.id) & (jobs.c.asked == job.asked))).rowcount:
        tx.execute(update(jobs).where(jobs.c.id == job.id).values(attempts=0, last_error=None))


def put_off_job(tx: Connection, job_id: str, *, attempts: int, not_before: datetime, error: str) -> None:
    """Try again later."""
    tx.execute(update(jobs).where(jobs.c.id == job_id).values(attempts=attempts, not_before=not_before, last_error=error))


def next_job_due(tx: Connection) -> datetime | None:
    """When the next job wants to run, or None."""
    due: datetime | None = tx.execute(select(jobs.c.not_before).order_by(jobs.c.not_before).limit(1)).scalar_one_or_none()
    return due
