"""Whom a site has nothing to do with: blocked hosts, hosts that are not on its list, blocked actors.

The one place that is asked at the door, before a fetch and before a delivery. `unseen_actors` is what follows from it for reading:
one row for each known actor whose words nobody is shown, so that a query looks up one key for each post.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    CompoundSelect,
    ForeignKey,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    false,
    literal,
    select,
    union_all,
)
from sqlalchemy.engine import Connection

from fedirse.storage.actors import actors
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import insert_ignore, upsert
from fedirse.storage.peers import in_portions

domain_blocks = Table(
    "domain_blocks",
    metadata,
    Column("host", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("subdomains", Boolean, nullable=False),
    Column("blocked_at", Instant, nullable=False),
)

allowed_hosts = Table(
    "allowed_hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("allowed_at", Instant, nullable=False),
)

# Members of the site's network count as if they were on the list; kept by the slice that knows who they are.
member_hosts = Table("member_hosts", metadata, Column("host", Text, primary_key=True))

# One row where only the hosts on the list are allowed; `own_host` always is. The setting says so, and this repeats it where SQL can see it.
closed_federation = Table(
    "closed_federation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("own_host", Text, nullable=False),
)

actor_blocks = Table(
    "actor_blocks",
    metadata,
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("blocked_at", Instant, nullable=False),
)

unseen_actors = Table("unseen_actors", metadata, Column("actor_id", ForeignKey("actors.id"), primary_key=True))

_BLOCK, _ALLOWED, _MEMBER, _CLOSED = "block", "allowed", "member", "closed"
_STANDING = (
    select(actors.c.gone_at, unseen_actors.c.actor_id)
    .select_from(actors.outerjoin(unseen_actors, unseen_actors.c.actor_id == actors.c.id))
    .where(actors.c.id == bindparam("id"))
)
_CLOSED_FOR: Final = select(closed_federation.c.own_host)


@dataclass(frozen=True, slots=True)
class RefusedHost:
    """A blocked host: why, since when, and whether everything below it is blocked too."""

    host: str
    reason: str
    subdomains: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """A host on the list of a site that has to do with nobody else."""

    host: str
    reason: str
    since: datetime


def block_domain(tx: Connection, host: str, *, reason: str, subdomains: bool, now: datetime) -> None:
    """Have nothing to do with `host` any more; blocking twice changes the reason."""
    values = {"host": host, "reason": reason, "subdomains": subdomains, "blocked_at": now}
    tx.execute(upsert(domain_blocks, values, key=("host",)))


def unblock_domain(tx: Connection, host: str) -> bool:
    """Lift the block of `host`; False when there was none."""
    return tx.execute(domain_blocks.delete().where(domain_blocks.c.host == host)).rowcount > 0


def list_refused_hosts(tx: Connection) -> list[RefusedHost]:
    """Every blocked host, by name."""
    columns = domain_blocks.c
    query = select(columns.host, columns.reason, columns.subdomains, columns.blocked_at).order_by(columns.host)
    return [RefusedHost(*row) for row in tx.execute(query)]


def allow_host(tx: Connection, host: str, *, reason: str, now: datetime) -> None:
    """Put `host` on the list; allowing twice changes the reason."""
    tx.execute(upsert(allowed_hosts, {"host": host, "reason": reason, "allowed_at": now}, key=("host",)))


def disallow_host(tx: Connection, host: str) -> bool:
    """Take `host` off the list; False when it was not on it."""
    return tx.execute(allowed_hosts.delete().where(allowed_hosts.c.host == host)).rowcount > 0


def list_allowed_hosts(tx: Connection) -> list[AllowedHost]:
    """The hosts on the list, by name."""
    columns = allowed_hosts.c
    return [AllowedHost(*row) for row in tx.execute(select(columns.host, columns.reason, columns.allowed_at).order_by(columns.host))]


def is_federation_closed(tx: Connection) -> bool:
    """Whether only the hosts on the list are allowed."""
    return tx.execute(_CLOSED_FOR).first() is not None


def close_federation(tx: Connection, own_host: str, *, closed: bool) -> None:
    """Allow only the hosts on the list from now on, besides our own, or everybody who is not blocked."""
    tx.execute(delete(closed_federation))
    if closed:
        tx.execute(closed_federation.insert().values(id=1, own_host=own_host))


def list_member_hosts(tx: Connection) -> frozenset[str]:
    """The members that count as if they were on the list."""
    return frozenset(tx.execute(select(member_hosts.c.host)).scalars())


def save_member_hosts(tx: Connection, hosts: Collection[str]) -> None:
    """Let these and no others count as if they were on the list."""
    known = list_member_hosts(tx)
    for some in in_portions(sorted(known - set(hosts))):
        tx.execute(delete(member_hosts).where(member_hosts.c.host.in_(some)))
    for host in sorted(set(hosts) - known):
        insert_ignore(tx, member_hosts, {"host": host})
    note_unseen_actors(tx)


def block_actor(tx: Connection, actor_id: str, *, reason: str, now: datetime) -> None:
    """Have nothing to do with one actor any more, whoever here might wish to; blocking twice changes the reason."""
    tx.execute(upsert(actor_blocks, {"actor_id": actor_id, "reason": reason, "blocked_at": now}, key=("actor_id",)))


def unblock_actor(tx: Connection, actor_id: str) -> bool:
    """Lift the block of an actor; False when there was none."""
    return tx.execute(actor_blocks.delete().where(actor_blocks.c.actor_id == actor_id)).rowcount > 0


def list_actor_blocks(tx: Connection) -> list[tuple[str, str, datetime]]:
    """(actor, reason, since) of each blocked actor, the latest first."""
    columns = actor_blocks.c
    rows = tx.execute(select(columns.actor_id, columns.reason, columns.blocked_at).order_by(columns.blocked_at.desc()))
    return [(row.actor_id, row.reason, row.blocked_at) for row in rows]


def is_refused_host(tx: Connection, host: str) -> bool:
    """Whether this site has nothing to do with `host`: blocked, itself or with a domain above it, or neither on the list, where there is
    one, nor a member of the network.

    Asked for every activity, so it is one statement.
    """
    own, above = {host, _without_port(host)}, _domains_above(host)
    names = [*own, *above]
    rows = tx.execute(_rules_named(len(names)), {f"name{number}": name for number, name in enumerate(names)}).all()
    if any(row.rule == _BLOCK and (row.subdomains or row.host in own) for row in rows):
        return True
    if not any(row.rule == _CLOSED and row.host != host for row in rows):
        return False
    # On the list by name or with a port; a member is exactly the host it was admitted as.
    return not any((row.rule == _ALLOWED and row.host in own) or (row.rule == _MEMBER and row.host == host) for row in rows)


def refused_among(tx: Connection, hosts: Collection[str]) -> frozenset[str]:
    """Those of `hosts` that `is_refused_host` refuses."""
    named = {host: _domains_above(host) for host in hosts}
    blocks: dict[str, bool] = {}
    for some in in_portions(sorted({domain for host, above in named.items() for domain in (host, _without_port(host), *above)})):
        query = select(domain_blocks.c.host, domain_blocks.c.subdomains).where(domain_blocks.c.host.in_(some))
        blocks |= {row.host: row.subdomains for row in tx.execute(query)}
    refused = {host for host in hosts if host in blocks or _without_port(host) in blocks}
    refused |= {host for host, above in named.items() if any(blocks.get(domain, False) for domain in above)}
    own_host = tx.execute(_CLOSED_FOR).scalar_one_or_none()
    return frozenset(refused if own_host is None else refused | _not_allowed(tx, {*hosts} - {own_host}))


def why_unheard(tx: Connection, actor_id: str) -> str | None:
    """Why nothing that a known actor says is accepted: "gone-actor" or "blocked-actor"; None when it may be."""
    row = tx.execute(_STANDING, {"id": actor_id}).one()
    if row.gone_at is not None:
        return "gone-actor"
    return "blocked-actor" if row.actor_id is not None else None


def is_unseen(actor_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The clause "nobody here is shown what the actor in this column says"."""
    return exists(select(unseen_actors.c.actor_id).where(unseen_actors.c.actor_id == actor_id))


def note_unseen_actors(tx: Connection) -> None:
    """Bring `unseen_actors` in line with the blocks and the list; to be called after any change of them.

    An actor of a refused host is never met for the first time, because nothing is fetched from there, so this covers all of them.
    """
    hosts = set(tx.execute(select(actors.c.host).where(~actors.c.local).distinct()).scalars())
    wanted = set(tx.execute(select(actor_blocks.c.actor_id)).scalars())
    for some in in_portions(sorted(refused_among(tx, hosts))):
        wanted |= set(tx.execute(select(actors.c.id).where(actors.c.host.in_(some), ~actors.c.local)).scalars())
    known = set(tx.execute(select(unseen_actors.c.actor_id)).scalars())
    for some in in_portions(sorted(known - wanted)):
        tx.execute(delete(unseen_actors).where(unseen_actors.c.actor_id.in_(some)))
    for actor_id in sorted(wanted - known):
        insert_ignore(tx, unseen_actors, {"actor_id": actor_id})


def _not_allowed(tx: Connection, hosts: Iterable[str]) -> set[str]:
    names = {host: {host, _without_port(host)} for host in hosts}
    allowed: set[str] = set()
    for some in in_portions(sorted(set().union(*names.values()))):
        allowed |= set(tx.execute(select(allowed_hosts.c.host).where(allowed_hosts.c.host.in_(some))).scalars())
    members: set[str] = set()
    for some in in_portions(sorted(names)):
        members |= set(tx.execute(select(member_hosts.c.host).where(member_hosts.c.host.in_(some))).scalars())
    return {host for host, own in names.items() if not own & allowed and host not in members}


@cache
def _rules_named(count: int) -> CompoundSelect[tuple[str, str, bool]]:
    """The rules about so many names, without the list of unknown length that makes a statement twice as dear."""
    names: list[ColumnElement[str]] = [bindparam(f"name{number}") for number in range(count)]
    return union_all(
        select(literal(_BLOCK).label("rule"), domain_blocks.c.host, domain_blocks.c.subdomains).where(domain_blocks.c.host.in_(names)),
        select(literal(_ALLOWED), allowed_hosts.c.host, false()).where(allowed_hosts.c.host.in_(names)),
        select(literal(_MEMBER), member_hosts.c.host, false()).where(member_hosts.c.host.in_(names)),
        select(literal(_CLOSED), closed_federation.c.own_host, false()),
    )


def _domains_above(host: str) -> list[str]:
    labels = _without_port(host).split(".")
    return [".".join(labels[index:]) for index in range(1, len(labels))]


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if port.isdigit() else host
