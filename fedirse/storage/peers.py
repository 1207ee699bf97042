"""Other hosts: how they take our signatures, whether they answer, and since when.

Back-off and the circuit breaker live here, on the host, never on a single delivery.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Column, Index, Integer, String, Table, Text, bindparam, case, or_, select, update
from sqlalchemy.engine import Connection

from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import insert_ignore

T = TypeVar("T")

# SQLite takes 32,766 parameters in one statement.
_VALUES_PER_STATEMENT: Final = 5_000

peers = Table(
    "peers",
    metadata,
    Column("host", Text, primary_key=True),
    Column("stated", String(16)),
    Column("signature", String(16)),
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", Instant),
    Column("last_error", Text),
    Column("last_success_at", Instant),
    Column("next_attempt_at", Instant),
    Column("lease", Text),
    Index("ix_peers_due", "next_attempt_at"),
)

# Statements of the busy paths, built once: to build one costs more than to run it.
_LEASES_AMONG = select(peers.c.host, peers.c.lease).where(peers.c.host.in_(bindparam("hosts", expanding=True)))
_WELL, _FAILING = peers.c.failures == 0, peers.c.failures > 0
_DUE = {
    failing: select(peers)
    .where(peers.c.next_attempt_at <= bindparam("now"), _FAILING if failing else _WELL)
    .order_by(peers.c.next_attempt_at)
    .limit(bindparam("limit"))
    for failing in (False, True)
}
_NEXT_DUE = {
    failing: select(peers.c.next_attempt_at)
    .where(peers.c.next_attempt_at.is_not(None), _FAILING if failing else _WELL)
    .order_by(peers.c.next_attempt_at)
    .limit(1)
    for failing in (False, True)
}
_KNOWN_AMONG = select(peers.c.host).where(peers.c.host.in_(bindparam("hosts", expanding=True)))
_PUT_OFF = _WELL & peers.c.lease.is_(None) & (peers.c.next_attempt_at > bindparam("now"))
_WAKE = (
    update(peers)
    .where(peers.c.host.in_(bindparam("hosts", expanding=True)), peers.c.next_attempt_at.is_(None) | _PUT_OFF)
    .values(next_attempt_at=bindparam("now"))
)
_CLAIM = (
    update(peers)
    .where(peers.c.host == bindparam("of_host"))
    .values(lease=bindparam("new_lease"), next_attempt_at=bindparam("new_next_attempt_at"))
)
_SETTLED = ("failures", "failing_since", "last_error", "last_success_at", "next_attempt_at", "lease")
_SAID_NOTHING_NEW = peers.c.stated.is_not_distinct_from(bindparam("of_stated", type_=peers.c.stated.type))
_SETTLE = (
    update(peers)
    .where(peers.c.host == bindparam("of_host"))
    .values(
        {name: bindparam(f"new_{name}") for name in _SETTLED}
        | {"signature": case((_SAID_NOTHING_NEW, bindparam("new_signature", type_=peers.c.signature.type)), else_=peers.c.signature)}
    )
)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another host as this site has met it.

    Attributes:
        host: authority of its inboxes.
        stated: the signature scheme its actors last said they take (FEP-844e), None when they say nothing.
        signature: the scheme to try first: the one that last worked, or what was stated since; None while nothing is known.
        failures: attempts in a row that it did not answer; 0 while it is well.
        failing_since: when the first of them was.
        last_error: what the last of them met.
        last_success_at: when it last took a delivery.
        next_attempt_at: when it wants a look, None while nothing waits for it. While it is leased, the end of the lease.
        lease: fencing token of the worker that sends to it at the moment.
    """

    host: str
    stated: str | None
    signature: str | None
    failures: int
    failing_since: datetime | None
    last_error: str | None
    last_success_at: datetime | None
    next_attempt_at: datetime | None
    lease: str | None


def in_portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in pieces that one statement can name."""
    return (values[start : start + _VALUES_PER_STATEMENT] for start in range(0, len(values), _VALUES_PER_STATEMENT))


def find_peer(tx: Connection, host: str) -> Peer | None:
    """What is known of `host`, or None."""
    row = tx.execute(select(peers).where(peers.c.host == host)).first()
    return Peer(*row) if row else None


def list_peers(tx: Connection) -> list[Peer]:
    """Every host ever sent to, by name."""
    return [Peer(*row) for row in tx.execute(select(peers).order_by(peers.c.host))]


def ensure_peers(tx: Connection, hosts: Iterable[str]) -> None:
    """Have a row for each of these hosts; one that is known stays as it is."""
    for some in in_portions(sorted(set(hosts))):
        known = set(tx.execute(_KNOWN_AMONG, {"hosts": some}).scalars())
        for host in some:
            if host not in known:
                insert_ignore(tx, peers, {"host": host, "failures": 0})


def wake_peers(tx: Connection, hosts: Iterable[str], now: datetime) -> None:
    """Let the worker look at these known hosts; one that is backing off, or being sent to, keeps its own date.

    A host that is well and has a date waits for it with something it refused, which is no reason for anything else to wait.
    """
    for some in in_portions(sorted(set(hosts))):
        tx.execute(_WAKE, {"hosts": some, "now": now})


def note_statements(tx: Connection, schemes: Mapping[str, str]) -> None:
    """Remember which signature scheme the actors of known hosts state; a statement that is new decides what is tried first."""
    for scheme in sorted(set(schemes.values())):
        for some in in_portions([host for host, stated in schemes.items() if stated == scheme]):
            news = peers.c.host.in_(some) & or_(peers.c.stated.is_(None), peers.c.stated != scheme)
            tx.execute(update(peers).where(news).values(stated=scheme, signature=scheme))


def claim_due_peers(tx: Connection, *, failing: bool, now: datetime, until: datetime, lease: str, limit: int) -> list[Peer]:
    """Lease at most `limit` hosts that are due: those that wait longest first.

    A host that is leased already is due when that lease has ended.

    Args:
        tx: a write transaction.
        failing: hosts that did not answer last time, or those that are well.
        now: hosts whose next attempt is not after it are due.
        until: when this lease ends unless it is settled or renewed.
        lease: fencing token; only its holder may settle.
        limit: how many at most.
    """
    found = [Peer(*row) for row in tx.execute(_DUE[failing], {"now": now, "limit": limit})]
    if found:
        tx.execute(_CLAIM, [{"of_host": peer.host, "new_lease": lease, "new_next_attempt_at": until} for peer in found])
    return found


def list_leases(tx: Connection, hosts: Collection[str]) -> dict[str, str | None]:
    """Who holds each of the known hosts now. A worker that slept through its lease must not write."""
    return {row.host: row.lease for row in tx.execute(_LEASES_AMONG, {"hosts": list(hosts)})}


def settle_peers(tx: Connection, known: Sequence[Peer]) -> None:
    """Record what rounds of deliveries taught, and give the leases back or renew them.

    `signature` is left as it is where the peer's actors have stated something new since `known` was read.
    """
    if not known:
        return
    tx.execute(
        _SETTLE,
        [
            {"of_host": peer.host, "of_stated": peer.stated, "new_signature": peer.signature}
            | {f"new_{name}": getattr(peer, name) for name in _SETTLED}
            for peer in known
        ],
    )


def release_peers(tx: Connection, leases: Mapping[str, str], now: datetime) -> None:
    """Give up these hosts, by lease, with everything that still waits for them; a lease that was lost meanwhile is let be."""
    held = [host for host, lease in list_leases(tx, leases).items() if lease == leases[host]]
    tx.execute(update(peers).where(peers.c.host.in_(held)).values(lease=None, next_attempt_at=now))


def recover_peers(tx: Connection, now: datetime, *, latest: datetime, sole_worker: bool) -> int:
    """What a worker does when it starts: hosts that nobody would look at again become due. Returns how many.

    Args:
        tx: a write transaction.
        now: the present.
        latest: later dates cannot have been meant: they were written while the clock was wrong.
        sole_worker: whether this is the only process that sends for the site; every lease is then that of one that has ended.
    """
    stuck = peers.c.next_attempt_at > latest
    if sole_worker:
        stuck = stuck | peers.c.lease.is_not(None)
    return tx.execute(update(peers).where(stuck).values(lease=None, next_attempt_at=now)).rowcount


def hasten_peer(tx: Connection, host: str, when: datetime) -> bool:
    """Try a failing host by then at the latest, and start its back-off anew; False when there is nothing to hasten."""
    waiting = (peers.c.host == host) & (peers.c.failures > 0) & peers.c.lease.is_(None) & (peers.c.next_attempt_at > when)
    return tx.execute(update(peers).where(waiting).values(failures=1, next_attempt_at=when)).rowcount > 0


def list_failing_hosts(tx: Connection) -> list[str]:
    """The hosts that did not answer last time and that something waits for."""
    return list(tx.execute(select(peers.c.host).where(_FAILING, peers.c.next_attempt_at.is_not(None))).scalars())


def next_due(tx: Connection, *, failing: bool) -> datetime | None:
    """When the next host wants a look, or None while nothing waits. A leased one does when its lease ends."""
    due: datetime | None = tx.execute(_NEXT_DUE[failing]).scalar_one_or_none()
    return due
