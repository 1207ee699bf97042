"""Rows of what is planned. They stand beside drafts of the head office and go when those are published or given back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Row, String, Table, Text, delete, select
from sqlalchemy.engine import Connection

from fedirse.features.announcements.planning.model import Failure, Plan
from fedirse.storage.columns import Instant, Json, metadata
from fedirse.storage.dialect import upsert

announcement_plans = Table(
    "announcement_plans",
    metadata,
    Column("id", String(26), primary_key=True),
    # No reference: what is planned stays the head office's when whoever planned it is erased.
    Column("author_id", String(26), nullable=False),
    Column("publish_at", Instant, nullable=False),
    Column("failed_at", Instant),
    Column("why", Text, nullable=False),
    Column("words", Json, nullable=False),
    # No reference: where it was taken back, that is the reason why this is not published.
    Column("first_id", String(26), nullable=False),
    Index("ix_announcement_plans_due", "publish_at"),
)


def save_plan(tx: Connection, plan: Plan) -> None:
    """Keep a plan, in the place of what was planned before under that id."""
    failure = plan.failure
    values = {
        "id": plan.id,
        "author_id": plan.author_id,
        "publish_at": plan.publish_at,
        "failed_at": failure.at if failure is not None else None,
        "why": failure.why if failure is not None else "",
        "words": dict(failure.words) if failure is not None else {},
        "first_id": plan.first_id,
    }
    tx.execute(upsert(announcement_plans, values, key=("id",)))


def find_plan(tx: Connection, plan_id: str) -> Plan | None:
    """The plan of that id, or None."""
    row = tx.execute(select(announcement_plans).where(announcement_plans.c.id == plan_id)).first()
    return _plan(row) if row is not None else None


def list_plans(tx: Connection) -> Sequence[Plan]:
    """All that is planned, the next first."""
    return [_plan(row) for row in tx.execute(select(announcement_plans).order_by(announcement_plans.c.publish_at, announcement_plans.c.id))]


def list_due(tx: Connection, now: datetime, *, limit: int) -> Sequence[Plan]:
    """What is to be published by now and was not tried in vain already, the oldest first."""
    query = select(announcement_plans).where(announcement_plans.c.publish_at <= now, announcement_plans.c.failed_at.is_(None))
    return [_plan(row) for row in tx.execute(query.order_by(announcement_plans.c.publish_at, announcement_plans.c.id).limit(limit))]


def remove_plan(tx: Connection, plan_id: str) -> None:
    """Nothing is planned under that id any more."""
    tx.execute(delete(announcement_plans).where(announcement_plans.c.id == plan_id))


def _plan(row: Row[Any]) -> Plan:
    failure = Failure(row.failed_at, row.why, row.words) if row.failed_at is not None else None
    return Plan(row.id, row.author_id, row.publish_at, failure, row.first_id)
