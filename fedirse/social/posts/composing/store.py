"""Rows of drafts, and the numbers that a composer says beside each audience."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, Text, delete, func, select
from sqlalchemy.engine import Connection

from fedirse.social.accounts.store import accounts
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import follows
from fedirse.social.posts.composing.model import KeptDraft, Typed, TypedPoll
from fedirse.social.posts.model import DraftFile
from fedirse.storage.actors import actors
from fedirse.storage.columns import Instant, Json, metadata
from fedirse.storage.dialect import upsert

PUBLISHED_LASTS: Final = timedelta(days=7)
"""How long it is remembered what became of a draft: longer than anybody goes back to a page that they sent."""

# The owner is part of the key: whoever makes up the id of somebody else's draft has one of their own.
drafts = Table(
    "drafts",
    metadata,
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
    Column("id", String(26), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("warning", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("choice", String(16), nullable=False),
    Column("reply_to", String(26)),
    Column("files", Json, nullable=False),
    Column("poll", Json),
    Column("published_post_id", String(26), unique=True),
    Column("updated_at", Instant, nullable=False),
    Column("segment", Text, nullable=False, default=""),
    Column("channel", Text, nullable=False, server_default=""),
    Column("desk", String(32), nullable=False, server_default=""),
    Column("besides", Json, nullable=False, server_default="[]"),
    Index("ix_drafts_owner", "actor_id", "published_post_id", "updated_at"),
)


def save_draft(tx: Connection, actor_id: str, draft: KeptDraft) -> None:
    """Insert the draft, or replace the one of that id."""
    typed = draft.typed
    values = {
        "actor_id": actor_id,
        "id": draft.id,
        "version": draft.version,
        "text": typed.text,
        "title": typed.title,
        "warning": typed.warning,
        "language": typed.language,
        "choice": typed.choice,
        "segment": typed.segment,
        "channel": typed.channel,
        "desk": typed.desk,
        "besides": [list(each) for each in typed.besides],
        "reply_to": typed.reply_to,
        "files": [[file.media_id, file.alt] for file in typed.files],
        "poll": {"options": typed.poll.options, "several": typed.poll.several, "hours": typed.poll.hours} if typed.poll else None,
        "published_post_id": draft.published_post_id,
        "updated_at": draft.updated_at,
    }
    tx.execute(upsert(drafts, values, key=("actor_id", "id"), keep=("actor_id", "id")))


def find_draft(tx: Connection, actor_id: str, draft_id: str) -> KeptDraft | None:
    """The actor's draft of that id, published or not, or None."""
    return _draft(tx.execute(select(drafts).where(drafts.c.actor_id == actor_id, drafts.c.id == draft_id)).first())


def list_drafts(tx: Connection, actor_id: str) -> list[KeptDraft]:
    """The actor's drafts that are not published, the last one saved first."""
    query = select(drafts).where(drafts.c.actor_id == actor_id, drafts.c.published_post_id.is_(None))
    rows = tx.execute(query.order_by(drafts.c.updated_at.desc(), drafts.c.id.desc()))
    return [draft for row in rows if (draft := _draft(row)) is not None]


def count_drafts(tx: Connection, actor_id: str) -> int:
    """How many drafts the actor has that are not published."""
    query = select(func.count()).where(drafts.c.actor_id == actor_id, drafts.c.published_post_id.is_(None))
    return int(tx.execute(query).scalar_one())


def remove_draft(tx: Connection, actor_id: str, draft_id: str) -> bool:
    """Forget a draft that is not published; False when there is none."""
    query = delete(drafts).where(drafts.c.actor_id == actor_id, drafts.c.id == draft_id, drafts.c.published_post_id.is_(None))
    return tx.execute(query).rowcount > 0


def remove_drafts_of(tx: Connection, actor_id: str) -> None:
    """Forget every draft of an actor, and what became of them."""
    tx.execute(delete(drafts).where(drafts.c.actor_id == actor_id))


def forget_published(tx: Connection, actor_id: str, now: datetime) -> None:
    """Forget what became of the actor's drafts of long ago."""
    before = now - PUBLISHED_LASTS
    tx.execute(delete(drafts).where(drafts.c.actor_id == actor_id, drafts.c.published_post_id.is_not(None), drafts.c.updated_at < before))


def count_people(tx: Connection) -> int:
    """How many people of this site can read what stays on it."""
    return int(tx.execute(select(func.count()).where(accounts.c.disabled_at.is_(None))).scalar_one())


def count_distant_followers(tx: Connection, actor_id: str) -> int:
    """How many of an actor's accepted followers are on other servers."""
    query = (
        select(func.count())
        .select_from(follows)
        .join(actors, actors.c.id == follows.c.follower_id)
        .where(follows.c.followee_id == actor_id, follows.c.state == FollowState.ACCEPTED, ~actors.c.local)
    )
    return int(tx.execute(query).scalar_one())


def _draft(row: Row[Any] | None) -> KeptDraft | None:
    if row is None:
        return None
    files = tuple(DraftFile(media_id, alt) for media_id, alt in row.files)
    poll = msgspec.convert(row.poll, TypedPoll) if row.poll else None
    besides = tuple((name, text) for name, text in row.besides)
    of_desk = row.segment, row.channel, row.desk, besides
    typed = Typed(row.text, row.title, row.warning, row.language, row.choice, row.reply_to, files, poll, *of_desk)
    return KeptDraft(row.id, row.version, typed, row.updated_at, row.published_post_id)
