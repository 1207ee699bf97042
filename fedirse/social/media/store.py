"""Rows of uploaded files, and of the folders whose files are to be removed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Row, String, Table, Text, delete, func, select, update
from sqlalchemy.engine import Connection

from fedirse.base.errors import NotFound
from fedirse.social.media.model import Media, MediaKind, Purpose
from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.dialect import insert_ignore

media = Table(
    "media",
    metadata,
    identifier(),
    Column("key", String(32), nullable=False, unique=True),
    Column("actor_id", ForeignKey("actors.id"), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("alt", Text, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("blurhash", Text),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("focus_x", Float),
    Column("focus_y", Float),
    Column("item_id", String(26)),
    # Which draft of its owner keeps it until it is published; then it is not forgotten after a day.
    Column("draft_id", String(26)),
    Column("place", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_media_item", "item_id", "place"),
    Index("ix_media_owner", "actor_id", "id"),
)

# A file is on the disk only while its key stands in one of the two tables, so neither a crash nor a full disk can leave one behind.
media_removals = Table(
    "media_removals",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Index("ix_media_removals_due", "due_at"),
)


def plan_removal(tx: Connection, key: str, due_at: datetime) -> None:
    """The folder of that key is to be removed, at `due_at` or later."""
    insert_ignore(tx, media_removals, {"key": key, "due_at": due_at})


def add_media(tx: Connection, found: Media) -> None:
    """Keep an uploaded file, whose folder is no longer to be removed. Raises NotFound when it has been meanwhile."""
    if tx.execute(delete(media_removals).where(media_removals.c.key == found.key)).rowcount != 1:
        raise NotFound(f"the files of {found.key}")
    tx.execute(media.insert().values(_values(found)))


def remove_media(tx: Connection, found: Iterable[Media], now: datetime) -> bool:
    """Forget files, and have their folders removed; whether there were any."""
    several = list(found)
    for one in several:
        plan_removal(tx, one.key, now)
        tx.execute(delete(media).where(media.c.id == one.id))
    return bool(several)


def list_due_removals(tx: Connection, now: datetime, limit: int) -> list[str]:
    """The keys of folders that are to be removed by now."""
    query = select(media_removals.c.key).where(media_removals.c.due_at <= now).order_by(media_removals.c.due_at).limit(limit)
    return list(tx.execute(query).scalars())


def finish_removals(tx: Connection, keys: Iterable[str]) -> None:
    """Their folders are gone."""
    tx.execute(delete(media_removals).where(media_removals.c.key.in_(list(keys))))


def find_media(tx: Connection, media_id: str) -> Media | None:
    """The file of that id, whoever may see it; for rules, never for a page."""
    row = tx.execute(select(media).where(media.c.id == media_id)).first()
    return _media(row) if row is not None else None


def get_own(tx: Connection, media_id: str, owner_id: str) -> Media:
    """The file of that id if the actor uploaded it. Raises NotFound."""
    found = find_media(tx, media_id)
    if found is None or found.actor_id != owner_id:
        raise NotFound(f"media {media_id}")
    return found


def list_of_item(tx: Connection, item_id: str) -> list[Media]:
    """The files of an item, in their order."""
    return list_of_items(tx, [item_id]).get(item_id, [])


def list_of_items(tx: Connection, item_ids: Iterable[str]) -> dict[str, list[Media]]:
    """The files of several items, in their order; items without any are left out."""
    found: dict[str, list[Media]] = {}
    query = select(media).where(media.c.item_id.in_(set(item_ids))).order_by(media.c.item_id, media.c.place)
    for one in (_media(row) for row in tx.execute(query)):
        found.setdefault(one.item_id or "", []).append(one)
    return found


def list_of_purpose(tx: Connection, item_id: str, purpose: Purpose) -> list[Media]:
    """The files of an item that serve that purpose, such as the picture of an actor."""
    return [one for one in list_of_item(tx, item_id) if one.purpose is purpose]


def list_of_actor(tx: Connection, actor_id: str, *, after: str = "", limit: int = 1000) -> list[Media]:
    """What an actor uploaded, oldest first, after the id `after`."""
    query = select(media).where(media.c.actor_id == actor_id, media.c.id > after).order_by(media.c.id).limit(limit)
    return [_media(row) for row in tx.execute(query)]


def list_unattached(tx: Connection, actor_id: str) -> list[Media]:
    """What an actor uploaded and has not published yet, oldest first."""
    query = select(media).where(media.c.actor_id == actor_id, media.c.item_id.is_(None)).order_by(media.c.id)
    return [_media(row) for row in tx.execute(query)]


def list_forgotten(tx: Connection, before: datetime, limit: int) -> list[Media]:
    """What was uploaded before that instant, is not published, and is kept by no draft."""
    waiting = (media.c.item_id.is_(None), media.c.draft_id.is_(None), media.c.created_at <= before)
    query = select(media).where(*waiting).limit(limit)
    return [_media(row) for row in tx.execute(query)]


def count_unattached(tx: Connection, actor_id: str) -> int:
    """How many files an actor uploaded and has not published yet."""
    return int(tx.execute(select(func.count()).where(media.c.actor_id == actor_id, media.c.item_id.is_(None))).scalar_one())


def sum_of_actor(tx: Connection, actor_id: str) -> int:
    """How many bytes the files of an actor take, the small pictures beside the large ones not counted."""
    return int(tx.execute(select(func.coalesce(func.sum(media.c.size), 0)).where(media.c.actor_id == actor_id)).scalar_one())


def save_attachment(tx: Connection, media_id: str, item_id: str, place: int) -> None:
    """The file belongs to that item, at that place among its files."""
    tx.execute(update(media).where(media.c.id == media_id).values(item_id=item_id, place=place, draft_id=None))


def hand_over(tx: Connection, item_id: str, actor_id: str) -> None:
    """The files of an item belong to another of our actors from now on, in whose name it is said."""
    tx.execute(update(media).where(media.c.item_id == item_id).values(actor_id=actor_id))


def release(tx: Connection, item_id: str) -> None:
    """The files of an item are uploads of their owner again, for another item that takes its place."""
    tx.execute(update(media).where(media.c.item_id == item_id).values(item_id=None))


def hand_over_uploads(tx: Connection, media_ids: Iterable[str], owner_id: str, actor_id: str) -> None:
    """Uploads of one of our actors that belong to nothing yet are another one's from now on."""
    wanted = media.c.id.in_(list(media_ids)), media.c.actor_id == owner_id, media.c.item_id.is_(None)
    tx.execute(update(media).where(*wanted).values(actor_id=actor_id, draft_id=None))


def list_of_draft(tx: Connection, owner_id: str, draft_id: str) -> list[Media]:
    """What is kept for an actor's draft and not published."""
    query = select(media).where(media.c.actor_id == owner_id, media.c.draft_id == draft_id, media.c.item_id.is_(None))
    return [_media(row) for row in tx.execute(query)]


def save_draft_of(tx: Connection, media_id: str, draft_id: str | None) -> None:
    """The file is kept for that draft of its owner; for none any more with None."""
    tx.execute(update(media).where(media.c.id == media_id).values(draft_id=draft_id))


def save_alt(tx: Connection, media_id: str, alt: str) -> None:
    """What the file shows, in words."""
    tx.execute(update(media).where(media.c.id == media_id).values(alt=alt))


def save_focus(tx: Connection, media_id: str, x: float, y: float) -> None:
    """The point of the picture to keep in view."""
    tx.execute(update(media).where(media.c.id == media_id).values(focus_x=x, focus_y=y))


def _values(found: Media) -> dict[str, object]:
    values = {column.name: getattr(found, column.name) for column in media.columns if column.name not in _APART}
    x, y = found.focus or (None, None)
    return values | {"focus_x": x, "focus_y": y, "place": 0}


_APART = frozenset({"focus_x", "focus_y", "place", "draft_id"})


def _media(row: Row[tuple[object, ...]]) -> Media:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it begins with an underscore
    x, y = values.pop("focus_x"), values.pop("focus_y")
    del values["place"], values["draft_id"]
    values |= {"purpose": Purpose(values["purpose"]), "kind": MediaKind(values["kind"])}
    return Media(**values, focus=(x, y) if x is not None and y is not None else None)
