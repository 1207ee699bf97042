"""What was received once and must not count twice, and what was published and how it reads on the wire."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text, func, select, text, update
from sqlalchemy.engine import Connection

from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.dialect import insert_ignore

# The origin of the authenticated actor is part of the key: an id another origin made up must not shadow the real one
# (the class of GHSA-4qhx-hhwf-8685).
received = Table(
    "received",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("received_at", Instant, nullable=False),
)

activities = Table(
    "activities",
    metadata,
    identifier(),
    Column("uri", Text, nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("actor_id", ForeignKey("actors.id"), nullable=False),
    Column("item_id", String(26)),
    Column("body", LargeBinary, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("signer_id", ForeignKey("actors.id")),
    Index("ix_activities_outbox", "actor_id", "listed", "id"),
    Index("ix_activities_item", "item_id"),
    # What members ask for after an absence: a small part of all there is.
    Index("ix_activities_for_members", "id", sqlite_where=text("signer_id IS NOT NULL")),
)

_ADD = activities.insert()


@dataclass(frozen=True, slots=True)
class PublishedActivity:
    """An activity as it is sent: serialised and proved once.

    Attributes:
        id: our id for it; the last segment of `uri` when it is ours.
        uri: its id on the wire; that of another site when the activity is only forwarded.
        kind: its type.
        actor_id: the actor of ours who sends it: who did it, or who forwards it.
        item_id: the post it is about, whose audience decides who may read it.
        body: the bytes.
        listed: whether everybody may read it: it then stands in the public outbox.
        published_at: when it was recorded.
        signer_id: who signs for the actor, with the Ed25519 key that members of the network know: the site's own actor, for what is
            for members only. None for everything else, which its actor signs.
    """

    id: str
    uri: str
    kind: str
    actor_id: str
    item_id: str | None
    body: bytes
    listed: bool
    published_at: datetime
    signer_id: str | None = None


def remember_received(tx: Connection, uri: str, origin: str, now: datetime) -> bool:
    """Whether the activity `uri` of `origin` is new here; it is remembered either way."""
    return insert_ignore(tx, received, {"uri": uri, "origin": origin, "received_at": now})


def forget_received(tx: Connection, uri: str, origin: str) -> None:
    """Take the activity as new when it comes again."""
    tx.execute(received.delete().where(received.c.uri == uri, received.c.origin == origin))


def add_activity(tx: Connection, activity: PublishedActivity) -> None:
    """Record an activity that is to be sent."""
    tx.execute(_ADD, {column.name: getattr(activity, column.name) for column in activities.columns})


def find_activity(tx: Connection, activity_id: str) -> PublishedActivity | None:
    """The published activity of that id, or None."""
    row = tx.execute(select(activities).where(activities.c.id == activity_id)).first()
    return PublishedActivity(*row) if row else None


def find_activity_by_uri(tx: Connection, uri: str) -> PublishedActivity | None:
    """The published or forwarded activity of that URI, or None."""
    row = tx.execute(select(activities).where(activities.c.uri == uri)).first()
    return PublishedActivity(*row) if row else None


def list_outbox(tx: Connection, actor_id: str, *, before: str | None, limit: int) -> list[PublishedActivity]:
    """The actor's public activities, newest first, older than the activity id `before`."""
    query = select(activities).where(activities.c.actor_id == actor_id, activities.c.listed)
    if before is not None:
        query = query.where(activities.c.id < before)
    return [PublishedActivity(*row) for row in tx.execute(query.order_by(activities.c.id.desc()).limit(limit))]


def unlist_activities(tx: Connection, item_id: str) -> None:
    """Take everything that was published about an item out of the public outbox: it was deleted, or is for fewer people now."""
    tx.execute(update(activities).where(activities.c.item_id == item_id, activities.c.listed).values(listed=False))


def empty_forwarded(tx: Connection, item_id: str) -> None:
    """Forget what activities about somebody else's item said; that they were sent stays in the ledger."""
    tx.execute(update(activities).where(activities.c.item_id == item_id).values(body=b"{}"))


def count_outbox(tx: Connection, actor_id: str) -> int:
    """How many public activities the actor has published."""
    query = select(func.count()).select_from(activities).where(activities.c.actor_id == actor_id, activities.c.listed)
    return int(tx.execute(query).scalar_one())
