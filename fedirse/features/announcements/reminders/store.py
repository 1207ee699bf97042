"""Rows of how far this site has reminded its own people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, Table, and_, func, or_, select
from sqlalchemy.engine import Connection

from fedirse.features.announcements.model import Announcement
from fedirse.features.announcements.reminders.model import Stage
from fedirse.features.announcements.store import announcements, find_announcement
from fedirse.social.posts.store import GOES_WITH_POST
from fedirse.storage.columns import metadata
from fedirse.storage.dialect import upsert

announcement_stages = Table(
    "announcement_stages",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("confirm_from", Integer, nullable=False),
    Column("stage", Integer, nullable=False),
    info={GOES_WITH_POST: "post_id"},
)


def list_dated(tx: Connection, now: datetime, *, before: datetime, limit: int) -> Sequence[tuple[Announcement, Stage]]:
    """The announcements in force whose date comes before that, with what was done about the version that counts, where all is not done."""
    of_version = and_(
        announcement_stages.c.post_id == announcements.c.post_id, announcement_stages.c.confirm_from == announcements.c.confirm_from
    )
    stage = func.coalesce(announcement_stages.c.stage, Stage.NONE.value)
    query = (
        select(announcements.c.post_id, stage.label("stage"))
        .select_from(announcements.outerjoin(announcement_stages, of_version))
        .where(announcements.c.before <= before, stage < Stage.OVER.value)
        .where(or_(announcements.c.ends_at.is_(None), announcements.c.ends_at > now))
        .order_by(announcements.c.before)
        .limit(limit)
    )
    found = [(find_announcement(tx, row.post_id), Stage(row.stage)) for row in tx.execute(query)]
    return [(announcement, stage) for announcement, stage in found if announcement is not None]


def save_stage(tx: Connection, announcement: Announcement, stage: Stage) -> None:
    """Keep what was done about an announcement."""
    values = {"post_id": announcement.post_id, "confirm_from": announcement.terms.confirm_from, "stage": stage.value}
    tx.execute(upsert(announcement_stages, values, key=("post_id",)))
