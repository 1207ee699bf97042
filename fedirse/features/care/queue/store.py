"""The queue by peer, and the two things that can be done to it; every row stays in the egress ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import case, func, select, update

from fedirse.features.care.queue.model import QueuedPeer
from fedirse.storage.deliveries import DeliveryState, deliveries
from fedirse.storage.peers import in_portions, peers
from fedirse.storage.transaction import Transaction

_QUEUED: Final = deliveries.c.state == DeliveryState.QUEUED
_AT_WORK: Final = peers.c.lease.is_not(None)


def list_queue(tx: Transaction, host: str | None = None) -> list[QueuedPeer]:
    """The peers that something waits for, or that one, by how long it waits; reads nothing of what is done."""
    answered = deliveries.c.answer.is_not(None)
    query = (
        select(
            peers,
            func.count().label("waiting"),
            func.min(deliveries.c.queued_at).label("oldest_at"),
            func.max(deliveries.c.id).filter(answered).label("answered_id"),
        )
        .join(deliveries, (deliveries.c.host == peers.c.host) & _QUEUED)
        .group_by(peers.c.host)
        .order_by(func.min(deliveries.c.queued_at), peers.c.host)
    )
    if host is not None:
        query = query.where(peers.c.host == host)
    rows = tx.execute(query).all()
    answers = _read_answers(tx, [row.answered_id for row in rows if row.answered_id is not None and not row.last_error])
    return [
        QueuedPeer(
            host=row.host,
            waiting=row.waiting,
            oldest_at=row.oldest_at,
            next_attempt_at=row.next_attempt_at,
            failures=row.failures,
            failing_since=row.failing_since,
            last_error=row.last_error or text,
            last_status=status,
            sending=row.lease is not None,
        )
        for row in rows
        for status, text in (answers.get(row.answered_id, (None, None)),)
    ]


def _read_answers(tx: Transaction, delivery_ids: Sequence[int]) -> dict[int, tuple[int | None, str | None]]:
    """The status and the words of what these deliveries were answered."""
    found: dict[int, tuple[int | None, str | None]] = {}
    for some in in_portions(delivery_ids):
        query = select(deliveries.c.id, deliveries.c.status, deliveries.c.answer).where(deliveries.c.id.in_(some))
        found |= {row.id: (row.status, row.answer) for row in tx.execute(query)}
    return found


def make_due(tx: Transaction, hosts: Sequence[str], now: datetime) -> None:
    """Have everything that waits for these hosts tried now; a failing one still has to take one delivery before the others follow.

    A host that is being sent to keeps the date of its lease; what it refused becomes due like the rest.
    """
    for some in in_portions(hosts):
        tx.execute(update(deliveries).where(deliveries.c.host.in_(some), _QUEUED).values(not_before=None))
        at_once = {"next_attempt_at": now, "failures": case((peers.c.failures > 0, 1), else_=0)}
        tx.execute(update(peers).where(peers.c.host.in_(some), ~_AT_WORK).values(at_once))


def drop_deliveries(tx: Transaction, hosts: Sequence[str], *, answer: str, answer_at_work: str, now: datetime) -> int:
    """Give up everything that waits for these hosts; returns how many deliveries that ends.

    A worker that sends to one of them at this moment loses its lease, so that what it reports later cannot queue anything again;
    its deliveries are noted as `answer_at_work`, because they may have arrived.
    """
    dropped = 0
    for some in in_portions(hosts):
        at_work = set(tx.execute(select(peers.c.host).where(peers.c.host.in_(some), _AT_WORK)).scalars())
        noted = case((deliveries.c.host.in_(at_work), answer_at_work), else_=answer)
        gone = {"state": DeliveryState.DROPPED, "answer": noted, "done_at": now, "not_before": None}
        dropped += tx.execute(update(deliveries).where(deliveries.c.host.in_(some), _QUEUED).values(gone)).rowcount
        tx.execute(update(peers).where(peers.c.host.in_(some)).values(next_attempt_at=None, lease=None))
    return dropped
