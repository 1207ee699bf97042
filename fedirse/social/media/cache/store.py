"""Rows of pictures of other servers: which are kept here, and which could not be had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, Row, String, Table, Text, delete, func, select, update
from sqlalchemy.engine import Connection

from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.dialect import upsert

remote_pictures = Table(
    "remote_pictures",
    metadata,
    identifier(),
    Column("url", Text, nullable=False, unique=True),
    Column("key", String(32)),
    Column("size", Integer, nullable=False),
    Column("tried_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("fetching", Integer, nullable=False),
    Index("ix_remote_pictures_used", "used_at"),
)


@dataclass(frozen=True, slots=True)
class RemotePicture:
    """A picture of another server.

    Attributes:
        url: where it is there.
        key: the name of its folder here; None while it is not here.
        size: of its files here, in bytes.
        tried_at: when it was last asked for.
        used_at: when it was last shown, give or take an hour.
        fetching: whether it was being fetched when that was written.
    """

    url: str
    key: str | None
    size: int
    tried_at: datetime
    used_at: datetime
    fetching: bool


def find_picture(tx: Connection, url: str) -> RemotePicture | None:
    """What is known of the picture at that address, or None."""
    row = tx.execute(select(remote_pictures).where(remote_pictures.c.url == url)).first()
    return _picture(row) if row is not None else None


def start_picture(tx: Connection, picture_id: str, url: str, now: datetime) -> None:
    """It is being fetched from now on."""
    values = {"id": picture_id, "url": url, "key": None, "size": 0, "tried_at": now, "used_at": now, "fetching": 1}
    tx.execute(upsert(remote_pictures, values, key=("url",), keep=("id",)))


def keep_picture(tx: Connection, url: str, key: str, size: int) -> None:
    """It is here."""
    tx.execute(update(remote_pictures).where(remote_pictures.c.url == url).values(key=key, size=size, fetching=0))


def give_up_picture(tx: Connection, url: str) -> None:
    """It could not be had."""
    tx.execute(update(remote_pictures).where(remote_pictures.c.url == url).values(fetching=0))


def note_shown(tx: Connection, url: str, now: datetime) -> None:
    """It was shown."""
    tx.execute(update(remote_pictures).where(remote_pictures.c.url == url).values(used_at=now))


def count_fetching(tx: Connection, since: datetime) -> int:
    """How many are being fetched; what began before `since` has ended somehow."""
    query = select(func.count()).where(remote_pictures.c.fetching == 1, remote_pictures.c.tried_at > since)
    return int(tx.execute(query).scalar_one())


def total_size(tx: Connection) -> int:
    """How many bytes all of them take."""
    return int(tx.execute(select(func.coalesce(func.sum(remote_pictures.c.size), 0))).scalar_one())


def list_least_used(tx: Connection, limit: int) -> list[RemotePicture]:
    """Those here that were shown longest ago."""
    query = select(remote_pictures).where(remote_pictures.c.key.is_not(None)).order_by(remote_pictures.c.used_at).limit(limit)
    return [_picture(row) for row in tx.execute(query)]


def forget_pictures(tx: Connection, urls: Iterable[str]) -> None:
    """Know nothing of them any more."""
    tx.execute(delete(remote_pictures).where(remote_pictures.c.url.in_(list(urls))))


def forget_failures(tx: Connection, before: datetime) -> None:
    """Know nothing any more of those that could not be had before that instant."""
    tx.execute(delete(remote_pictures).where(remote_pictures.c.key.is_(None), remote_pictures.c.tried_at < before))


def _picture(row: Row[tuple[object, ...]]) -> RemotePicture:
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it begins with an underscore
    return RemotePicture(found["url"], found["key"], found["size"], found["tried_at"], found["used_at"], bool(found["fetching"]))
