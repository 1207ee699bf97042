"""The networks a site has to do with, and the keys it trusts in each."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, bindparam, select, update
from sqlalchemy.engine import Connection, Row

from fedirse.social.network.model import Network, NetworkKey, NetworkState
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

networks = Table(
    "networks",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("members", Text, nullable=False),
    Column("head_office", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("counter", Integer, nullable=False, default=0),
    Column("since", Instant, nullable=False),
)

network_keys = Table(
    "network_keys",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("network", Text, nullable=False, index=True),
    Column("key", Text, nullable=False),
    Column("trusted_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

_CURRENT: Final = select(networks).where(networks.c.state == NetworkState.MEMBER).limit(1)
_STANDING_SO: Final = select(networks).where(networks.c.state.in_(bindparam("states", expanding=True))).order_by(networks.c.uri)
_KEYS: Final = (
    select(network_keys)
    .where(network_keys.c.network == bindparam("network"), network_keys.c.ended_at.is_(None))
    .order_by(network_keys.c.trusted_at.desc())
)
_COUNT: Final = (
    update(networks).where(networks.c.uri == bindparam("of_uri")).values(counter=networks.c.counter + 1).returning(networks.c.counter)
)


def save_network(tx: Connection, network: Network) -> None:
    """Write down where the site stands with a network; the counter of a known one stays."""
    values = {
        "uri": network.uri,
        "name": network.name,
        "members": network.members,
        "head_office": network.head_office,
        "state": network.state,
        "counter": network.counter,
        "since": network.since,
    }
    tx.execute(upsert(networks, values, key=("uri",), keep=("counter",)))


def find_network(tx: Connection, uri: str) -> Network | None:
    """The network of that head office, or None."""
    row = tx.execute(select(networks).where(networks.c.uri == uri)).first()
    return None if row is None else _network(row)


def find_network_of(tx: Connection, members: str) -> Network | None:
    """The network with that collection of members, or None."""
    row = tx.execute(select(networks).where(networks.c.members == members)).first()
    return None if row is None else _network(row)


def list_networks(tx: Connection, states: Collection[NetworkState]) -> list[Network]:
    """The networks with which this site stands so; hardly ever more than one."""
    return [_network(row) for row in tx.execute(_STANDING_SO, {"states": list(states)})]


def current_network(tx: Connection) -> Network | None:
    """The network that this site is a member of, or None."""
    row = tx.execute(_CURRENT).first()
    return None if row is None else _network(row)


def next_serial(tx: Connection, network: str) -> int:
    """The next number of the head office's counter; given once, also to transactions at the same time."""
    return int(tx.execute(_COUNT, {"of_uri": network}).scalar_one())


def trust_key(tx: Connection, key: NetworkKey) -> None:
    """Trust a key of a head office; one that is trusted already stays as it is."""
    values = {"uri": key.uri, "network": key.network, "key": key.key, "trusted_at": key.trusted_at, "ended_at": key.ended_at}
    tx.execute(upsert(network_keys, values, key=("uri",), keep=("network", "key", "trusted_at", "ended_at")))


def end_key(tx: Connection, uri: str, now: datetime) -> None:
    """Trust a key no more."""
    tx.execute(update(network_keys).where(network_keys.c.uri == uri, network_keys.c.ended_at.is_(None)).values(ended_at=now))


def list_trusted_keys(tx: Connection, network: str) -> list[NetworkKey]:
    """The keys of a head office that are trusted now: one, and while it changes it the one before after it."""
    return [NetworkKey(**row._mapping) for row in tx.execute(_KEYS, {"network": network})]  # noqa: SLF001 - the documented way to a row's columns by name


def _network(row: Row[tuple[object, ...]]) -> Network:
    known = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return Network(**{**known, "state": NetworkState(known["state"])})
