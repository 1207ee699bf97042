"""How far the clocks of other hosts are from ours, as the dates of their answers say; kept while it is more than clocks may differ."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from sqlalchemy import Column, Integer, Table, Text, delete, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert
from fedirse.storage.peers import in_portions, peers

peer_clocks = Table(
    "peer_clocks",
    metadata,
    Column("host", Text, primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

MAY_DIFFER: Final = timedelta(seconds=limits.CLOCK_AHEAD_SECONDS)
_MOST: Final = timedelta(days=36500)


def clock_of(date: str | None, now: datetime) -> timedelta | None:
    """How far ahead of ours the clock is that wrote a Date header; None for a header that is missing or cannot be read."""
    try:
        there = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return None
    ahead = (there if there.tzinfo is not None else there.replace(tzinfo=UTC)) - now
    return ahead if abs(ahead) < _MOST else None


def is_off(date: str | None, now: datetime) -> bool:
    """Whether the clock that wrote a Date header differs from ours by more than clocks may."""
    ahead = clock_of(date, now)
    return ahead is not None and abs(ahead) > MAY_DIFFER


def note_clock(tx: Connection, host: str, date: str | None, now: datetime) -> None:
    """Keep how far the clock of a host is off, or forget that it was; a date that cannot be read says nothing."""
    ahead = clock_of(date, now)
    if ahead is None:
        return
    if abs(ahead) <= MAY_DIFFER:
        tx.execute(delete(peer_clocks).where(peer_clocks.c.host == host))
        return
    tx.execute(upsert(peer_clocks, {"host": host, "seconds": int(ahead.total_seconds()), "seen_at": now}, key=("host",)))


def list_clocks(tx: Connection, hosts: Collection[str]) -> Mapping[str, timedelta]:
    """By how much the clocks of those of these hosts are ahead of ours (behind, where it is less than nothing) that are off.

    A host that has taken something since then has a clock that does: it refuses what is signed at another time than its own.
    """
    found: dict[str, timedelta] = {}
    for some in in_portions(sorted(hosts)):
        query = (
            select(peer_clocks.c.host, peer_clocks.c.seconds)
            .outerjoin(peers, peers.c.host == peer_clocks.c.host)
            .where(peer_clocks.c.host.in_(some))
            .where(peers.c.last_success_at.is_(None) | (peers.c.last_success_at <= peer_clocks.c.seen_at))
        )
        found |= {row.host: timedelta(seconds=row.seconds) for row in tx.execute(query)}
    return found
