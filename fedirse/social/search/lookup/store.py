"""Who asked other servers how often."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, Integer, Table, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.errors import RateLimited
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

HOUR = timedelta(hours=1)

search_lookups = Table(
    "search_lookups",
    metadata,
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("used", Integer, nullable=False),
)


def count_lookup(tx: Connection, actor_id: str, now: datetime) -> None:
    """Note that one of our people has another server asked. Raises RateLimited after `limits.LOOKUPS_PER_HOUR` within an hour."""
    row = tx.execute(select(search_lookups.c.since, search_lookups.c.used).where(search_lookups.c.actor_id == actor_id)).first()
    since, used = (row.since, row.used) if row is not None and row.since > now - HOUR else (now, 0)
    if used >= limits.LOOKUPS_PER_HOUR:
        raise RateLimited(f"{actor_id} looks up too much", retry_after=(since + HOUR - now).total_seconds(), reason="lookups")
    tx.execute(upsert(search_lookups, {"actor_id": actor_id, "since": since, "used": used + 1}, key=("actor_id",)))
