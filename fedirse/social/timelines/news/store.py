"""How far each reader has looked at their news."""

from typing import Final

from sqlalchemy import Column, ForeignKey, String, Table, bindparam, exists, func, or_, select
from sqlalchemy.engine import Connection

from fedirse.base.types import Reader
from fedirse.social.audiences.store import readable
from fedirse.social.notifications.store import notifications
from fedirse.social.posts.store import posts
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

_SEEN: Final = select(news_seen.c.notification_id).where(news_seen.c.actor_id == bindparam("actor_id")).scalar_subquery()
_UNSEEN: Final = select(notifications.c.id).where(
    notifications.c.for_actor_id == bindparam("actor_id"), notifications.c.id > func.coalesce(_SEEN, "")
)
# Asked on every page, and mostly answered with nothing: then no more is asked.
_ANY_UNSEEN: Final = _UNSEEN.limit(1)


def last_seen(tx: Connection, actor_id: str) -> str:
    """Id of the newest notification that was seen; empty for none."""
    query = select(news_seen.c.notification_id).where(news_seen.c.actor_id == actor_id)
    return tx.execute(query).scalar_one_or_none() or ""


def note_seen(tx: Connection, actor_id: str, notification_id: str) -> None:
    """The reader has looked as far as this one; looking at older ones changes nothing."""
    if notification_id > last_seen(tx, actor_id):
        tx.execute(upsert(news_seen, {"actor_id": actor_id, "notification_id": notification_id}, key=("actor_id",), keep=("actor_id",)))


def count_unseen(tx: Connection, reader: Reader) -> int:
    """How much is new of what the list shows, up to MOST_COUNTED: what is about a post that they may no longer read is left out."""
    if tx.execute(_ANY_UNSEEN, {"actor_id": reader.actor_id}).first() is None:
        return 0
    about = select(posts.c.id).where(posts.c.id == notifications.c.post_id, posts.c.deleted_at.is_(None), readable(posts, reader))
    shown = _UNSEEN.where(or_(notifications.c.post_id == "", exists(about))).limit(MOST_COUNTED).subquery()
    return int(tx.execute(select(func.count()).select_from(shown), {"actor_id": reader.actor_id}).scalar_one())
