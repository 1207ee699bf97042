"""One activity to one inbox: what waits, and what was sent to whom and answered how.

A row that is done stays: together they are the egress ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Select, String, Table, Text, bindparam, func, or_, select, update
from sqlalchemy.engine import Connection

from fedirse.storage.activities import activities
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.peers import wake_peers


class DeliveryState(StrEnum):
    """Where a delivery stands. Only QUEUED ones are ever sent."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    GONE = "gone"
    WITHHELD = "withheld"
    EXPIRED = "expired"


deliveries = Table(
    "deliveries",
    metadata,
    # A sequence, because the order of queuing is the order of sending; it is never shown outside this site.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("activity_id", ForeignKey("activities.id"), nullable=False),
    Column("host", ForeignKey("peers.host"), nullable=False),
    Column("inbox", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Instant),
    Column("status", Integer),
    Column("answer", Text),
    Column("queued_at", Instant, nullable=False),
    Column("done_at", Instant),
    Index("ix_deliveries_waiting", "host", "state", "id"),
    Index("ix_deliveries_activity", "activity_id"),
    Index("ix_deliveries_inbox", "inbox", "state"),
)


@dataclass(frozen=True, slots=True)
class WaitingDelivery:
    """A delivery that is due, with all that sending it needs."""

    id: int
    host: str
    inbox: str
    attempts: int
    queued_at: datetime
    activity_id: str
    activity_uri: str
    kind: str
    actor_id: str
    item_id: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of one attempt; a `not_before` keeps a QUEUED delivery out of the way of the later ones."""

    id: int
    state: DeliveryState
    attempts: int
    status: int | None
    answer: str
    not_before: datetime | None
    done_at: datetime | None


def queue_deliveries(tx: Connection, activity_id: str, inboxes: Sequence[tuple[str, str]], now: datetime) -> None:
    """Queue the activity for each (host, inbox), in order; the hosts become due."""
    if not inboxes:
        return
    wake_peers(tx, sorted({host for host, _ in inboxes}), now)
    tx.execute(
        deliveries.insert(),
        [
            {
                "activity_id": activity_id,
                "host": host,
                "inbox": inbox,
                "state": DeliveryState.QUEUED,
                "attempts": 0,
                "queued_at": now,
            }
            for host, inbox in inboxes
        ],
    )


def list_waiting(tx: Connection, host: str, *, now: datetime, limit: int) -> list[WaitingDelivery]:
    """The oldest deliveries to `host` that may be tried now, in the order in which they were queued."""
    due = or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now)
    query = (
        select(
            deliveries.c.id,
            deliveries.c.host,
            deliveries.c.inbox,
            deliveries.c.attempts,
            deliveries.c.queued_at,
            activities.c.id,
            activities.c.uri,
            activities.c.kind,
            activities.c.actor_id,
            activities.c.item_id,
            activities.c.body,
        )
        .join(activities, activities.c.id == deliveries.c.activity_id)
        .where(deliveries.c.host == host, deliveries.c.state == DeliveryState.QUEUED, due)
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    return [WaitingDelivery(*row) for row in tx.execute(query)]


def next_waiting(tx: Connection, host: str) -> tuple[bool, datetime | None]:
    """Whether anything still waits for `host`, and the earliest `not_before` when all of it is put off."""
    query = select(func.count(), func.count(deliveries.c.not_before), func.min(deliveries.c.not_before)).where(
        deliveries.c.host == host, deliveries.c.state == DeliveryState.QUEUED
    )
    waiting, put_off, earliest = tx.execute(query).one()
    return waiting > 0, earliest if waiting == put_off else None


def record_results(tx: Connection, results: Sequence[DeliveryResult]) -> None:
    """Write down what became of each attempt."""
    if not results:
        return
    statement = (
        update(deliveries)
        .where(deliveries.c.id == bindparam("of_id"))
        .values(
            state=bindparam("new_state"),
            attempts=bindparam("new_attempts"),
            status=bindparam("new_status"),
            answer=bindparam("new_answer"),
            not_before=bindparam("new_not_before"),
            done_at=bindparam("new_done_at"),
        )
    )
    tx.execute(
        statement,
        [
            {
                "of_id": result.id,
                "new_state": result.state,
                "new_attempts": result.attempts,
                "new_status": result.status,
                "new_answer": result.answer,
                "new_not_before": result.not_before,
                "new_done_at": result.done_at,
            }
            for result in results
        ],
    )


def close_inbox(tx: Connection, inbox: str, now: datetime) -> int:
    """Stop everything that waits for an inbox that answered 410; returns how many deliveries that ends."""
    closed = (
        update(deliveries)
        .where(deliveries.c.inbox == inbox, deliveries.c.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.GONE, answer="the inbox is gone", done_at=now)
    )
    return tx.execute(closed).rowcount


def count_by_state(tx: Connection) -> dict[str, int]:
    """How many deliveries stand in each state."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    return {state: count for state, count in tx.execute(query)}


def ledger() -> Select[tuple[object, ...]]:
    """The egress ledger as a statement: for every delivery the item, the host, the inbox, the dates and the answer."""
    return (
        select(
            deliveries.c.queued_at,
            deliveries.c.done_at,
            deliveries.c.host,
            deliveries.c.inbox,
            deliveries.c.state,
            deliveries.c.attempts,
            deliveries.c.status,
            deliveries.c.answer,
            activities.c.kind,
            activities.c.uri,
            activities.c.item_id,
        )
        .join(activities, activities.c.id == deliveries.c.activity_id)
        .order_by(deliveries.c.id)
    )
