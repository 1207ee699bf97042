"""Rows of announcements. Each stands beside its post and goes with it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Row, String, Table, Text, or_, select
from sqlalchemy.engine import Connection

from fedirse.base.types import Reader
from fedirse.features.announcements.model import Announcement, Asked, Priority, Terms
from fedirse.social.audiences.store import readable
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import GOES_WITH_POST, posts, read_posts
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

announcements = Table(
    "announcements",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("priority", String(16), nullable=False),
    Column("asked", String(16), nullable=False),
    Column("before", Instant),
    Column("ends_at", Instant),
    Column("version", Integer, nullable=False),
    Column("confirm_from", Integer, nullable=False),
    Column("embargo_until", Instant),
    Column("text_by_mail", Boolean, nullable=False),
    Column("first_look_of", Text, nullable=False),
    Column("announced_at", Instant, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Index("ix_announcements_announced", "announced_at"),
    info={GOES_WITH_POST: "post_id"},
)


def save_announcement(tx: Connection, announcement: Announcement) -> None:
    """Keep an announcement, in the place of an earlier version of it."""
    terms = announcement.terms
    values = {
        "post_id": announcement.post_id,
        "priority": terms.priority.value,
        "asked": terms.asked.value,
        "before": terms.before,
        "ends_at": terms.ends_at,
        "version": terms.version,
        "confirm_from": terms.confirm_from,
        "embargo_until": terms.embargo_until,
        "text_by_mail": terms.text_by_mail,
        "first_look_of": terms.first_look_of,
        "announced_at": announcement.announced_at,
        "arrived_at": announcement.arrived_at,
    }
    tx.execute(upsert(announcements, values, key=("post_id",)))


def find_announcement(tx: Connection, post_id: str) -> Announcement | None:
    """The announcement that a post is, or None; whoever may read it."""
    row = tx.execute(select(announcements).where(announcements.c.post_id == post_id)).first()
    return _announcement(row) if row is not None else None


def list_announcements(tx: Connection, reader: Reader, *, before: str = "", limit: int) -> list[tuple[Post, Announcement]]:
    """The announcements that a reader may read, the latest post first, from before a post on."""
    query = select(posts).join(announcements, announcements.c.post_id == posts.c.id)
    query = query.where(posts.c.deleted_at.is_(None), readable(posts, reader))
    if before:
        query = query.where(posts.c.id < before)
    return _with_terms(tx, read_posts(tx, query.order_by(posts.c.id.desc()).limit(limit)))


def list_in_force(tx: Connection, reader: Reader, now: datetime, *, limit: int) -> list[tuple[Post, Announcement]]:
    """The announcements that a reader may read and that count still, the latest first."""
    query = select(posts).join(announcements, announcements.c.post_id == posts.c.id)
    counts = or_(announcements.c.ends_at.is_(None), announcements.c.ends_at > now)
    query = query.where(posts.c.deleted_at.is_(None), readable(posts, reader), counts)
    return _with_terms(tx, read_posts(tx, query.order_by(posts.c.id.desc()).limit(limit)))


def find_readable(tx: Connection, post_id: str, reader: Reader) -> tuple[Post, Announcement] | None:
    """The announcement of that id, with its post, if the reader may read it and it was not deleted."""
    query = select(posts).join(announcements, announcements.c.post_id == posts.c.id)
    query = query.where(posts.c.id == post_id, posts.c.deleted_at.is_(None), readable(posts, reader))
    found = _with_terms(tx, read_posts(tx, query))
    return found[0] if found else None


def _with_terms(tx: Connection, found: list[Post]) -> list[tuple[Post, Announcement]]:
    terms = _by_post(tx, {post.id for post in found})
    return [(post, terms[post.id]) for post in found]


def _by_post(tx: Connection, post_ids: Collection[str]) -> Mapping[str, Announcement]:
    rows = tx.execute(select(announcements).where(announcements.c.post_id.in_(post_ids)))
    return {row.post_id: _announcement(row) for row in rows}


def _announcement(row: Row[Any]) -> Announcement:
    asked = Priority(row.priority), Asked(row.asked), row.before, row.ends_at
    terms = Terms(*asked, row.version, row.confirm_from, row.embargo_until, row.text_by_mail, row.first_look_of)
    return Announcement(row.post_id, terms, row.announced_at, row.arrived_at)
