"""Counts urgent announcements of this site."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fedirse.features.announcements.model import Priority
from fedirse.features.announcements.store import announcements
from fedirse.social.posts.store import posts


def count_urgent(tx: Connection, since: datetime) -> int:
    """How many were first published here since then; those that were withdrawn count no more."""
    query = select(func.count()).select_from(announcements.join(posts, posts.c.id == announcements.c.post_id))
    query = query.where(posts.c.local, posts.c.published_at >= since, announcements.c.priority == Priority.URGENT.value)
    return int(tx.execute(query).scalar_one())
