"""Other hosts: how they take our signatures, whether they answer, and since when.

Back-off and the circuit breaker live here, on the host, never on a single delivery.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, bindparam, select, update
from sqlalchemy.engine import Connection

from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

peers = Table(
    "peers",
    metadata,
    Column("host", Text, primary_key=True),
    Column("signature", String(16)),
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", Instant),
    Column("last_error", Text),
    Column("last_success_at", Instant),
    Column("next_attempt_at", Instant),
    Column("lease", Text),
    Column("lease_until", Instant),
    Index("ix_peers_due", "next_attempt_at"),
)

domain_blocks = Table(
    "domain_blocks",
    metadata,
    Column("host", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("subdomains", Boolean, nullable=False),
    Column("blocked_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another host as this site has met it.

    `next_attempt_at` is None while nothing waits for it; `signature` names the scheme that last worked (`cavage` or
    `message`); `lease` is the fencing token of the worker that sends to it at the moment.
    """

    host: str
    signature: str | None
    failures: int
    failing_since: datetime | None
    last_error: str | None
    last_success_at: datetime | None
    next_attempt_at: datetime | None
    lease: str | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class PeerResult:
    """What a round of deliveries taught us about a peer; `next_attempt_at` None means that nothing waits."""

    signature: str | None
    failures: int
    failing_since: datetime | None
    last_error: str | None
    last_success_at: datetime | None
    next_attempt_at: datetime | None


def find_peer(tx: Connection, host: str) -> Peer | None:
    """What is known of `host`, or None."""
    row = tx.execute(select(peers).where(peers.c.host == host)).first()
    return Peer(*row) if row else None


def list_peers(tx: Connection) -> list[Peer]:
    """Every host ever sent to, by name."""
    return [Peer(*row) for row in tx.execute(select(peers).order_by(peers.c.host))]


def wake_peers(tx: Connection, hosts: Iterable[str], now: datetime) -> None:
    """Let the worker look at these hosts; one that is backing off keeps its own date."""
    for host in hosts:
        tx.execute(upsert(peers, {"host": host, "failures": 0, "next_attempt_at": now}, key=("host",), keep=("host", "failures", "next_attempt_at")))
        tx.execute(update(peers).where(peers.c.host == host, peers.c.next_attempt_at.is_(None)).values(next_attempt_at=now))


def claim_due_peers(tx: Connection, *, now: datetime, until: datetime, lease: str, limit: int) -> list[Peer]:
    """Lease at most `limit` hosts that are due and that nobody else holds.

    Args:
        now: hosts whose next attempt is not after it are due; leases that ended by it are free.
        until: when this lease ends unless it is settled or renewed.
        lease: fencing token; only its holder may settle.
        limit: how many at most.
    """
    free = peers.c.lease_until.is_(None) | (peers.c.lease_until <= now)
    due = select(peers).where(peers.c.next_attempt_at <= now, free).order_by(peers.c.next_attempt_at).limit(limit)
    found = [Peer(*row) for row in tx.execute(due)]
    if found:
        claim = update(peers).where(peers.c.host == bindparam("of_host")).values(lease=lease, lease_until=until)
        tx.execute(claim, [{"of_host": peer.host} for peer in found])
    return found


def holds_lease(tx: Connection, host: str, lease: str) -> bool:
    """Whether `lease` is still the one that holds `host`: a worker that slept through its lease must not write."""
    return tx.execute(select(peers.c.host).where(peers.c.host == host, peers.c.lease == lease)).first() is not None


def settle_peer(tx: Connection, host: str, result: PeerResult) -> None:
    """Record what a round taught and give the lease back."""
    tx.execute(
        update(peers)
        .where(peers.c.host == host)
        .values(
            signature=result.signature,
            failures=result.failures,
            failing_since=result.failing_since,
            last_error=result.last_error,
            last_success_at=result.last_success_at,
            next_attempt_at=result.next_attempt_at,
            lease=None,
            lease_until=None,
        )
    )


def next_due(tx: Connection) -> datetime | None:
    """When the next host wants a look, or None while nothing waits."""
    query = select(peers.c.next_attempt_at).where(peers.c.next_attempt_at.is_not(None)).order_by(peers.c.next_attempt_at).limit(1)
    due: datetime | None = tx.execute(query).scalar_one_or_none()
    return due


def block_domain(tx: Connection, host: str, *, reason: str, subdomains: bool, now: datetime) -> None:
    """Have nothing to do with `host` any more; blocking twice changes the reason."""
    values = {"host": host, "reason": reason, "subdomains": subdomains, "blocked_at": now}
    tx.execute(upsert(domain_blocks, values, key=("host",)))


def unblock_domain(tx: Connection, host: str) -> bool:
    """Lift the block of `host`; False when there was none."""
    return tx.execute(domain_blocks.delete().where(domain_blocks.c.host == host)).rowcount > 0


def is_blocked_domain(tx: Connection, host: str) -> bool:
    """Whether `host`, or a domain above it whose subdomains are blocked too, is blocked."""
    labels = host.split(".")
    above: Sequence[str] = [".".join(labels[index:]) for index in range(1, len(labels))]
    exact = domain_blocks.c.host == host
    inherited = domain_blocks.c.host.in_(above) & domain_blocks.c.subdomains
    return tx.execute(select(domain_blocks.c.host).where(exact | inherited).limit(1)).first() is not None


def list_domain_blocks(tx: Connection) -> list[tuple[str, str, datetime]]:
    """Blocked hosts with reason and date, by name."""
    query = select(domain_blocks.c.host, domain_blocks.c.reason, domain_blocks.c.blocked_at).order_by(domain_blocks.c.host)
    return [(row.host, row.reason, row.blocked_at) for row in tx.execute(query)]
