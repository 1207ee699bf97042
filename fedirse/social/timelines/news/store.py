"""How far each reader has looked at their news."""

from sqlalchemy import Column, ForeignKey, String, Table, func, select
from sqlalchemy.engine import Connection

from fedirse.base.types import Reader
from fedirse.social.notifications.store import notifications
from fedirse.storage.columns import metadata
from fedirse.storage.dialect import upsert

MOST_COUNTED = 100
"""Beyond that nobody needs the number."""

news_seen = Table(
    "news_seen",
    metadata,
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
    Column("notification_id", String(26), nullable=False),
)


def last_seen(tx: Connection, actor_id: str) -> str:
    """Id of the newest notification that was seen; empty for none."""
    query = select(news_seen.c.notification_id).where(news_seen.c.actor_id == actor_id)
    return tx.execute(query).scalar_one_or_none() or ""


def note_seen(tx: Connection, actor_id: str, notification_id: str) -> None:
    """The reader has looked as far as this one; looking at older ones changes nothing."""
    if notification_id > last_seen(tx, actor_id):
        tx.execute(upsert(news_seen, {"actor_id": actor_id, "notification_id": notification_id}, key=("actor_id",), keep=("actor_id",)))


def count_unseen(tx: Connection, reader: Reader) -> int:
    """How much is new, up to MOST_COUNTED."""
    seen = select(news_seen.c.notification_id).where(news_seen.c.actor_id == reader.actor_id).scalar_subquery()
    unseen = (
        select(notifications.c.id)
        .where(notifications.c.for_actor_id == reader.actor_id, notifications.c.id > func.coalesce(seen, ""))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return int(tx.execute(select(func.count()).select_from(unseen)).scalar_one())
