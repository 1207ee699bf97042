"""Rows of notifications."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, delete, select, update
from sqlalchemy.engine import Connection

from fedirse.base.identifiers import new_id
from fedirse.social.notifications.model import OF_AN_OFFICE, Notification, NotificationKind
from fedirse.social.notifications.mutes.store import is_muted
from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.dialect import insert_ignore

notifications = Table(
    "notifications",
    metadata,
    identifier(),
    Column("for_actor_id", ForeignKey("actors.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("actor_id", ForeignKey("actors.id"), nullable=False),
    # Empty instead of NULL when it is about no post, so that the unique index sees two such rows as the same.
    Column("post_id", String(26), nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Index("ix_notifications_for", "for_actor_id", "id"),
    Index("uq_notifications_once", "for_actor_id", "kind", "actor_id", "post_id", unique=True),
)


def notify(tx: Connection, for_actor_id: str, kind: NotificationKind, actor_id: str, now: datetime, post_id: str | None = None) -> None:
    """Let a local actor hear that `actor_id` did `kind`; the same thing is told once, and nobody hears of their own deeds.

    Nor of what somebody they have muted does, unless it is told to them for what they do for the site.
    """
    if for_actor_id == actor_id or (kind not in OF_AN_OFFICE and is_muted(tx, for_actor_id, actor_id)):
        return
    values = {
        "id": new_id(now),
        "for_actor_id": for_actor_id,
        "kind": kind,
        "actor_id": actor_id,
        "post_id": post_id or "",
        "created_at": now,
    }
    insert_ignore(tx, notifications, values)


def withdraw(tx: Connection, for_actor_id: str, kind: NotificationKind, actor_id: str, post_id: str | None = None) -> None:
    """Take back what was told, because it was undone."""
    tx.execute(
        delete(notifications).where(
            notifications.c.for_actor_id == for_actor_id,
            notifications.c.kind == kind,
            notifications.c.actor_id == actor_id,
            notifications.c.post_id == (post_id or ""),
        )
    )


def forget_post(tx: Connection, post_id: str) -> None:
    """Nobody hears of a deleted post any more."""
    tx.execute(delete(notifications).where(notifications.c.post_id == post_id))


def hand_over(tx: Connection, post_id: str, other_id: str) -> None:
    """What was told about a post is about another one from now on, which takes its place: what was told about that one meanwhile is not."""
    forget_post(tx, other_id)
    tx.execute(update(notifications).where(notifications.c.post_id == post_id).values(post_id=other_id))


def forget_actor(tx: Connection, actor_id: str, for_actor_id: str | None = None) -> None:
    """What an actor did is told no more: to anybody, or to one of our people alone."""
    told = (notifications.c.actor_id == actor_id) & notifications.c.kind.not_in(OF_AN_OFFICE)
    if for_actor_id is not None:
        told = told & (notifications.c.for_actor_id == for_actor_id)
    tx.execute(delete(notifications).where(told))


def list_notifications(tx: Connection, for_actor_id: str, *, before: str | None = None, limit: int = 20) -> list[Notification]:
    """What an actor should hear of, newest first, older than the notification id `before`."""
    query = select(notifications).where(notifications.c.for_actor_id == for_actor_id)
    if before is not None:
        query = query.where(notifications.c.id < before)
    rows = tx.execute(query.order_by(notifications.c.id.desc()).limit(limit))
    return [
        Notification(row.id, row.for_actor_id, NotificationKind(row.kind), row.actor_id, row.post_id or None, row.created_at)
        for row in rows
    ]
