"""What this site has asked of head offices: the last question to each."""

from datetime import datetime

from sqlalchemy import Column, Table, Text, select, update
from sqlalchemy.engine import Connection

from fedirse.social.network.joining.model import Asked
from fedirse.social.network.model import Network, NetworkState
from fedirse.social.network.store import find_network, networks
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

joinings = Table(
    "joinings",
    metadata,
    Column("network", Text, primary_key=True),
    Column("uri", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", Text, nullable=False, default=""),
    Column("answered_at", Instant),
)


def save_asked(tx: Connection, asked: Asked) -> None:
    """Keep a question in the place of the one before it to the same head office."""
    values = {
        "network": asked.network,
        "uri": asked.uri,
        "asked_at": asked.asked_at,
        "answer": asked.answer,
        "answered_at": asked.answered_at,
    }
    tx.execute(upsert(joinings, values, key=("network",)))


def find_asked(tx: Connection, network: str) -> Asked | None:
    """What was last asked of that head office, or None."""
    row = tx.execute(select(joinings).where(joinings.c.network == network)).first()
    return None if row is None else Asked(**row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name


def note_answer(tx: Connection, network: str, answer: str, now: datetime) -> None:
    """Keep what a head office answered."""
    tx.execute(update(joinings).where(joinings.c.network == network).values(answer=answer, answered_at=now))


def last_refused(tx: Connection) -> Asked | None:
    """The last question, when a head office has refused it and nothing was asked since; None otherwise."""
    row = tx.execute(
        select(joinings, networks.c.state).join(networks, networks.c.uri == joinings.c.network).order_by(joinings.c.asked_at.desc())
    ).first()
    if row is None or row.state != NetworkState.REFUSED:
        return None
    return Asked(network=row.network, uri=row.uri, asked_at=row.asked_at, answer=row.answer, answered_at=row.answered_at)


def list_engagements(tx: Connection) -> list[Network]:
    """The networks this site is in, or waits to be let into; the one it is in first."""
    query = select(networks.c.uri).where(networks.c.state.in_([NetworkState.MEMBER, NetworkState.ASKED])).order_by(networks.c.state.desc())
    found = [find_network(tx, uri) for uri in tx.execute(query).scalars()]
    return [network for network in found if network is not None]
