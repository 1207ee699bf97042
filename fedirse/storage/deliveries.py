"""One activity to one inbox: what waits, and what was sent to whom and answered how.

A row that is done stays: together they are the egress ledger.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Select, String, Table, Text, bindparam, func, or_, select, update
from sqlalchemy.engine import Connection

from fedirse.storage.activities import activities
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.peers import ensure_peers, in_portions, peers, wake_peers

_CLOSED: Final = "the inbox answered 410"


class DeliveryState(StrEnum):
    """Where a delivery stands. Only QUEUED ones are ever sent."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    GONE = "gone"
    WITHHELD = "withheld"
    EXPIRED = "expired"
    DROPPED = "dropped"
    """An operator gave it up; it may have been tried before."""


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
    Column("refusals", Integer, nullable=False, default=0),
    Column("not_before", Instant),
    Column("status", Integer),
    Column("answer", Text),
    Column("queued_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("standing", String(32)),
    Index("ix_deliveries_waiting", "host", "state", "id"),
    Index("uq_deliveries_activity_inbox", "activity_id", "inbox", unique=True),
    Index("ix_deliveries_inbox", "inbox", "state"),
)

_waiting = deliveries.alias("waiting")

# Statements of the busy paths, built once: to build one costs more than to run it.
_OLDEST_WAITING = (
    select(_waiting.c.id)
    .where(
        _waiting.c.host == peers.c.host,
        _waiting.c.state == DeliveryState.QUEUED,
        or_(_waiting.c.not_before.is_(None), _waiting.c.not_before <= bindparam("now")),
    )
    .order_by(_waiting.c.id)
    .limit(bindparam("limit"))
    .correlate(peers)
)
# Joined by the row ids alone: told about the host as well, SQLite would look through everything that was ever sent there.
_WAITING = (
    select(*(deliveries.c[name] for name in ("id", "host", "inbox", "attempts", "refusals", "queued_at", "activity_id")))
    .select_from(peers)
    .join(deliveries, deliveries.c.id.in_(_OLDEST_WAITING))
    .where(peers.c.host.in_(bindparam("hosts", expanding=True)))
    .order_by(deliveries.c.id)
)
_CONTENTS = select(
    activities.c.id,
    activities.c.uri.label("activity_uri"),
    activities.c.kind,
    activities.c.actor_id,
    activities.c.signer_id,
    activities.c.item_id,
    activities.c.body,
).where(activities.c.id.in_(bindparam("ids", expanding=True)))
_PUT_OFF = (
    select(deliveries.c.host, func.min(deliveries.c.not_before))
    .where(deliveries.c.host.in_(bindparam("hosts", expanding=True)), deliveries.c.state == DeliveryState.QUEUED)
    .group_by(deliveries.c.host)
)
_RECORD_RESULT = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of_id"))
    .values(
        state=bindparam("new_state"),
        attempts=bindparam("new_attempts"),
        refusals=bindparam("new_refusals"),
        status=bindparam("new_status"),
        answer=bindparam("new_answer"),
        not_before=bindparam("new_not_before"),
        done_at=bindparam("new_done_at"),
    )
)
_NOTE_STANDING = update(deliveries).where(deliveries.c.id == bindparam("of_id")).values(standing=bindparam("new_standing"))
_QUEUED_BEFORE = select(deliveries.c.inbox).where(deliveries.c.activity_id == bindparam("activity_id"))
_CLOSED_AMONG = select(deliveries.c.inbox).where(
    deliveries.c.inbox.in_(bindparam("inboxes", expanding=True)),
    deliveries.c.state == DeliveryState.GONE,
    deliveries.c.status == HTTPStatus.GONE,
    deliveries.c.done_at > bindparam("after"),
)
_SENT_INBOXES = (
    select(deliveries.c.host, deliveries.c.inbox)
    .join(activities, activities.c.id == deliveries.c.activity_id)
    .where(activities.c.item_id == bindparam("item_id"), deliveries.c.state.not_in([DeliveryState.WITHHELD, DeliveryState.GONE]))
    .distinct()
    .order_by(deliveries.c.host, deliveries.c.inbox)
)
_ADD_DELIVERY = deliveries.insert()


@dataclass(frozen=True, slots=True)
class WaitingDelivery:
    """A delivery that is due, with all that sending it needs.

    Attributes:
        id: its place in the order of sending.
        host, inbox: where to.
        attempts: how often it was tried, whatever came of it.
        refusals: how often the peer answered that it does not want it.
        queued_at: since when it waits.
        activity_id, activity_uri, kind: what is sent.
        actor_id: the actor of ours who sends it.
        item_id: the post it is about, whose audience decides whether it may still be sent.
        body: the bytes; deliveries of one activity share them.
        signer_id: who signs the request for that actor where it is for members of the network only; None where the actor does.
    """

    id: int
    host: str
    inbox: str
    attempts: int
    refusals: int
    queued_at: datetime
    activity_id: str
    activity_uri: str
    kind: str
    actor_id: str
    item_id: str | None
    body: bytes
    signer_id: str | None = None

    @property
    def signed_by(self) -> str:
        """The actor of ours whose key the request is signed with."""
        return self.signer_id or self.actor_id


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of one attempt; a `not_before` keeps a QUEUED delivery out of the way of the later ones."""

    id: int
    state: DeliveryState
    attempts: int
    refusals: int
    status: int | None
    answer: str
    not_before: datetime | None
    done_at: datetime | None


def queue_deliveries(
    tx: Connection, activity_id: str, inboxes: Sequence[tuple[str, str]], now: datetime, *, closed_after: datetime
) -> None:
    """Queue the activity for each (host, inbox) that it was not queued for before, in order; the hosts become due.

    An inbox that answered 410 after `closed_after` is not tried again: its row says so at once.
    """
    before = set(tx.execute(_QUEUED_BEFORE, {"activity_id": activity_id}).scalars())
    for some in in_portions([(host, inbox) for host, inbox in inboxes if inbox not in before]):
        closed = _closed_inboxes(tx, [inbox for _, inbox in some], closed_after)
        rows = [_fresh(activity_id, host, inbox, now, closed=inbox in closed) for host, inbox in some]
        ensure_peers(tx, {host for host, _ in some})
        wake_peers(tx, {host for host, inbox in some if inbox not in closed}, now)
        tx.execute(_ADD_DELIVERY, rows)


def list_waiting(tx: Connection, hosts: Collection[str], *, now: datetime, limit: int) -> dict[str, list[WaitingDelivery]]:
    """For each host the oldest `limit` deliveries that may be tried now, in the order in which they were queued.

    One statement for all hosts, and the body of an activity is read once however many hosts it goes to. A host for which
    nothing waits is left out.
    """
    if not hosts:
        return {}
    rows = tx.execute(_WAITING, {"hosts": list(hosts), "now": now, "limit": limit}).all()
    contents = _contents(tx, {row.activity_id for row in rows})
    found: defaultdict[str, list[WaitingDelivery]] = defaultdict(list)
    for row in rows:
        found[row.host].append(WaitingDelivery(**row._mapping, **contents[row.activity_id]))  # noqa: SLF001 - the documented way to a row's columns by name
    return dict(found)


def next_put_off(tx: Connection, hosts: Collection[str]) -> dict[str, datetime]:
    """For each host that has nothing due, the earliest date of what is put off; a host for which nothing waits is left out."""
    return {host: earliest for host, earliest in tx.execute(_PUT_OFF, {"hosts": list(hosts)}) if earliest is not None}


def record_results(tx: Connection, results: Sequence[DeliveryResult]) -> None:
    """Write down what became of each attempt."""
    if not results:
        return
    tx.execute(
        _RECORD_RESULT,
        [
            {
                "of_id": result.id,
                "new_state": result.state,
                "new_attempts": result.attempts,
                "new_refusals": result.refusals,
                "new_status": result.status,
                "new_answer": result.answer,
                "new_not_before": result.not_before,
                "new_done_at": result.done_at,
            }
            for result in results
        ],
    )


def note_standings(tx: Connection, standings: Mapping[int, str]) -> None:
    """Write down, by id of the delivery, as what each recipient is sent what leaves now; later tries may leave under another standing."""
    if standings:
        tx.execute(_NOTE_STANDING, [{"of_id": delivery_id, "new_standing": standing} for delivery_id, standing in standings.items()])


def close_inbox(tx: Connection, inbox: str, now: datetime) -> int:
    """Stop everything that waits for an inbox that answered 410; returns how many deliveries that ends."""
    closed = (
        update(deliveries)
        .where(deliveries.c.inbox == inbox, deliveries.c.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.GONE, answer=_CLOSED, done_at=now)
    )
    return tx.execute(closed).rowcount


def expire_deliveries(tx: Connection, host: str, *, queued_before: datetime, answer: str, now: datetime) -> int:
    """Give up what has waited for `host` since before that date; returns how many deliveries that ends."""
    old = (deliveries.c.host == host) & (deliveries.c.state == DeliveryState.QUEUED) & (deliveries.c.queued_at < queued_before)
    return tx.execute(update(deliveries).where(old).values(state=DeliveryState.EXPIRED, answer=answer, done_at=now)).rowcount


def list_sent_inboxes(tx: Connection, item_id: str) -> list[tuple[str, str]]:
    """(host, inbox) of every delivery of an item that was not withheld: those who have, or may have, a copy of it."""
    return [(row.host, row.inbox) for row in tx.execute(_SENT_INBOXES, {"item_id": item_id})]


def was_sent_to(tx: Connection, activity_id: str, host: str) -> bool:
    """Whether a host was sent an activity, or will be; not when it was withheld."""
    sent = deliveries.c.state != DeliveryState.WITHHELD
    query = select(deliveries.c.id).where(deliveries.c.activity_id == activity_id, deliveries.c.host == host, sent)
    return tx.execute(query.limit(1)).first() is not None


def was_tried(tx: Connection, item_id: str, inbox: str) -> bool:
    """Whether anything about an item was ever sent to an inbox, or tried to."""
    query = select(deliveries.c.id).join(activities, activities.c.id == deliveries.c.activity_id)
    tried = query.where(activities.c.item_id == item_id, deliveries.c.inbox == inbox, deliveries.c.attempts > 0)
    return tx.execute(tried.limit(1)).first() is not None


def measure_queue(tx: Connection) -> tuple[int, datetime | None]:
    """How many deliveries wait, and since when the oldest of them does; reads nothing of what is done."""
    waiting = (deliveries.c.host == peers.c.host) & (deliveries.c.state == DeliveryState.QUEUED)
    query = select(func.count(), func.min(deliveries.c.queued_at)).select_from(peers).join(deliveries, waiting)
    count, oldest = tx.execute(query.where(peers.c.next_attempt_at.is_not(None))).one()
    return count, oldest


def count_by_state(tx: Connection) -> dict[str, int]:
    """How many deliveries stand in each state."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    return {row[0]: row[1] for row in tx.execute(query)}


def ledger(item_id: str | None = None, activity_id: str | None = None) -> Select[tuple[object, ...]]:
    """The egress ledger as a statement: for each delivery what, where to, when, as what, and what was answered.

    Args:
        item_id: only of that post.
        activity_id: only of that activity.
    """
    query = (
        select(
            deliveries.c.queued_at,
            deliveries.c.done_at,
            deliveries.c.host,
            deliveries.c.inbox,
            deliveries.c.standing,
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
    if item_id is not None:
        query = query.where(activities.c.item_id == item_id)
    return query if activity_id is None else query.where(deliveries.c.activity_id == activity_id)


def _fresh(activity_id: str, host: str, inbox: str, now: datetime, *, closed: bool) -> dict[str, object]:
    state = DeliveryState.GONE if closed else DeliveryState.QUEUED
    done = {"answer": _CLOSED, "done_at": now} if closed else {"answer": None, "done_at": None}
    return {"activity_id": activity_id, "host": host, "inbox": inbox, "state": state, "queued_at": now, **done}


def _closed_inboxes(tx: Connection, inboxes: Sequence[str], after: datetime) -> set[str]:
    """Those that answered 410 themselves since then."""
    return set(tx.execute(_CLOSED_AMONG, {"inboxes": list(inboxes), "after": after}).scalars())


def _contents(tx: Connection, activity_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What deliveries need of their activities, by id."""
    rows = tx.execute(_CONTENTS, {"ids": list(activity_ids)}).mappings()
    return {row["id"]: {name: value for name, value in row.items() if name != "id"} for row in rows}
