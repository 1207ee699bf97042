"""Rows of answers that wait, and of those whose answers never do. That one waits stands on the post itself, where `readable` sees it."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text, bindparam, delete, func, or_, select
from sqlalchemy.engine import Connection

from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.store import recipients
from fedirse.social.posts.forwarding.model import ForeignActivity
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import posts, read_posts
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import insert_ignore

# The activity that brought an answer, so that it can be passed on once it is approved. Without bytes it cannot.
held_activities = Table(
    "held_activities",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("uri", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
)

trusted_authors = Table(
    "trusted_authors",
    metadata,
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
    Column("trusted_at", Instant, nullable=False),
)

_TRUSTED = select(trusted_authors.c.actor_id).where(trusted_authors.c.actor_id == bindparam("actor_id"))
_WAITING = posts.c.held_at.is_not(None) & posts.c.deleted_at.is_(None)


def keep_activity(tx: Connection, post_id: str, activity: ForeignActivity) -> None:
    """Keep the activity that brought a held post until somebody decides."""
    insert_ignore(tx, held_activities, {"post_id": post_id, "uri": activity.uri, "kind": activity.kind, "body": activity.body})


def take_activity(tx: Connection, post_id: str) -> ForeignActivity | None:
    """The kept activity of a post, which is kept no longer; None when there is none."""
    columns = held_activities.c
    row = tx.execute(select(columns.uri, columns.kind, columns.body).where(columns.post_id == post_id)).first()
    tx.execute(delete(held_activities).where(columns.post_id == post_id))
    return ForeignActivity(row.uri, row.kind, row.body) if row is not None else None


def trust_author(tx: Connection, actor_id: str, now: datetime) -> None:
    """Let what this actor answers appear at once from now on."""
    insert_ignore(tx, trusted_authors, {"actor_id": actor_id, "trusted_at": now})


def distrust_author(tx: Connection, actor_id: str) -> bool:
    """Let what this actor answers wait again; False when it did."""
    return tx.execute(delete(trusted_authors).where(trusted_authors.c.actor_id == actor_id)).rowcount > 0


def is_trusted(tx: Connection, actor_id: str) -> bool:
    """Whether what this actor answers appears at once."""
    return tx.execute(_TRUSTED, {"actor_id": actor_id}).first() is not None


def list_trusted(tx: Connection) -> list[str]:
    """The actors whose answers appear at once, by id."""
    return list(tx.execute(select(trusted_authors.c.actor_id).order_by(trusted_authors.c.actor_id)).scalars())


def list_held(tx: Connection, *, to: str | None = None, after: str = "", limit: int) -> list[Post]:
    """Answers that wait, oldest first, after the post id `after`; those to one of our people only, where `to` names them.

    For those who decide and for those who were answered; nobody else is shown them. Whoever was answered is shown what will be theirs to
    read once it appears, and not what its author wrote to somebody else under it.
    """
    query = select(posts).where(_WAITING, posts.c.id > after)
    if to is not None:
        answered = select(posts.c.id).where(posts.c.actor_id == to, posts.c.local)
        named = select(recipients.c.item_id).where(recipients.c.actor_id == to)
        query = query.where(posts.c.parent_id.in_(answered), or_(posts.c.audience == AudienceKind.PUBLIC, posts.c.id.in_(named)))
    return read_posts(tx, query.order_by(posts.c.id).limit(limit))


def list_held_of(tx: Connection, actor_id: str) -> list[Post]:
    """The answers of one actor that wait, oldest first."""
    return read_posts(tx, select(posts).where(_WAITING, posts.c.actor_id == actor_id).order_by(posts.c.id))


def count_held(tx: Connection) -> int:
    """How many answers wait."""
    return int(tx.execute(select(func.count()).select_from(posts).where(_WAITING)).scalar_one())
