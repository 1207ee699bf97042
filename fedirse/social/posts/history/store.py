"""Rows of earlier versions. Whoever may read the post may read them, and nobody else: ask for the post first."""

import msgspec
from sqlalchemy import Column, ForeignKey, String, Table, Text, delete, func, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.identifiers import new_id
from fedirse.social.posts.history.model import Version
from fedirse.social.posts.model import Attachment, Post
from fedirse.social.posts.store import GOES_WITH_POST
from fedirse.storage.columns import Instant, Json, identifier, metadata

post_versions = Table(
    "post_versions",
    metadata,
    identifier(),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("written_at", Instant, nullable=False),
    Column("title", Text, nullable=False),
    Column("warning", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("attachments", Json, nullable=False),
    info={GOES_WITH_POST: "post_id"},
)


def keep_version(tx: Connection, before: Post, after: Post) -> None:
    """Keep what a post said before it was edited; nothing when it says the same. Of many versions the oldest go."""
    if _said(before) == _said(after):
        return
    written_at = before.edited_at or before.published_at
    tx.execute(
        post_versions.insert().values(
            id=new_id(written_at),
            post_id=before.id,
            written_at=written_at,
            title=before.title,
            warning=before.warning,
            content=before.content,
            language=before.language,
            attachments=msgspec.to_builtins(before.attachments),
        )
    )
    kept = select(post_versions.c.id).where(post_versions.c.post_id == before.id)
    newest = kept.order_by(post_versions.c.written_at.desc(), post_versions.c.id.desc()).limit(limits.VERSIONS_PER_POST)
    tx.execute(delete(post_versions).where(post_versions.c.post_id == before.id, post_versions.c.id.not_in(newest)))


def list_versions(tx: Connection, post_id: str) -> list[Version]:
    """The earlier versions of a post that the reader was found to be allowed to read, newest first."""
    query = select(post_versions).where(post_versions.c.post_id == post_id)
    rows = tx.execute(query.order_by(post_versions.c.written_at.desc(), post_versions.c.id.desc()))
    return [
        Version(row.written_at, row.title, row.warning, row.content, row.language, msgspec.convert(row.attachments, tuple[Attachment, ...]))
        for row in rows
    ]


def count_versions(tx: Connection, post_id: str) -> int:
    """How many earlier versions of a post are kept."""
    return int(tx.execute(select(func.count()).where(post_versions.c.post_id == post_id)).scalar_one())


def _said(post: Post) -> tuple[object, ...]:
    return (post.title, post.warning, post.content, post.attachments)
