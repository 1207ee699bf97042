"""Rows of files of other servers: which are kept here, and which could not be had."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, Integer, Row, String, Table, Text, delete, func, select, tuple_, update
from sqlalchemy.engine import Connection

from fedirse.social.media.cache.model import Form, RemoteFile, Source
from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.dialect import upsert

remote_files = Table(
    "remote_files",
    metadata,
    identifier(),
    Column("url", Text, nullable=False),
    Column("item_id", String(26), nullable=False),
    Column("form", String(8), nullable=False),
    Column("key", String(32)),
    Column("size", Integer, nullable=False),
    Column("tried_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("fetching", Integer, nullable=False),
    Index("uq_remote_files_source", "url", "item_id", "form", unique=True),
    Index("ix_remote_files_used", "used_at"),
)

_SOURCE = tuple_(remote_files.c.url, remote_files.c.item_id, remote_files.c.form)


def find_file(tx: Connection, source: Source) -> RemoteFile | None:
    """What is known of that file, or None."""
    row = tx.execute(select(remote_files).where(_is(source))).first()
    return _file(row) if row is not None else None


def list_files(tx: Connection, sources: Iterable[Source]) -> list[RemoteFile]:
    """What is known of those files; unknown ones are left out."""
    return [_file(row) for row in tx.execute(select(remote_files).where(_among(sources)))]


def start_file(tx: Connection, file_id: str, source: Source, now: datetime) -> None:
    """It is being fetched from now on."""
    values = {"id": file_id, **_named(source), "key": None, "size": 0, "tried_at": now, "used_at": now, "fetching": 1}
    tx.execute(upsert(remote_files, values, key=("url", "item_id", "form"), keep=("id",)))


def keep_file(tx: Connection, source: Source, key: str, size: int) -> bool:
    """It is here; False when it was forgotten meanwhile, and nothing is kept."""
    return tx.execute(update(remote_files).where(_is(source)).values(key=key, size=size, fetching=0)).rowcount > 0


def give_up_file(tx: Connection, source: Source) -> None:
    """It could not be had."""
    tx.execute(update(remote_files).where(_is(source)).values(fetching=0))


def note_shown(tx: Connection, source: Source, now: datetime) -> None:
    """It was shown."""
    tx.execute(update(remote_files).where(_is(source)).values(used_at=now))


def list_fetching(tx: Connection, form: Form, since: datetime) -> list[str]:
    """The addresses of those that are being fetched; what began before `since` has ended somehow."""
    under_way = (remote_files.c.fetching == 1) & (remote_files.c.tried_at > since) & (remote_files.c.form == form)
    return list(tx.execute(select(remote_files.c.url).where(under_way)).scalars())


def total_size(tx: Connection) -> int:
    """How many bytes all of them take."""
    return int(tx.execute(select(func.coalesce(func.sum(remote_files.c.size), 0))).scalar_one())


def list_least_used(tx: Connection, limit: int) -> list[RemoteFile]:
    """Those here that were shown longest ago."""
    query = select(remote_files).where(remote_files.c.key.is_not(None)).order_by(remote_files.c.used_at).limit(limit)
    return [_file(row) for row in tx.execute(query)]


def forget_files(tx: Connection, sources: Iterable[Source]) -> None:
    """Know nothing of them any more."""
    tx.execute(delete(remote_files).where(_among(sources)))


def forget_failures(tx: Connection, before: datetime) -> None:
    """Know nothing any more of those that could not be had before that instant."""
    tx.execute(delete(remote_files).where(remote_files.c.key.is_(None), remote_files.c.tried_at < before))


def _named(source: Source) -> dict[str, object]:
    return {"url": source.url, "item_id": source.item_id, "form": source.form.value}


def _is(source: Source) -> ColumnElement[bool]:
    return _among([source])


def _among(sources: Iterable[Source]) -> ColumnElement[bool]:
    return _SOURCE.in_([(one.url, one.item_id, one.form.value) for one in sources])


def _file(row: Row[Any]) -> RemoteFile:
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it begins with an underscore
    source = Source(found["url"], found["item_id"], Form(found["form"]))
    return RemoteFile(source, found["key"], found["size"], found["tried_at"], found["used_at"], bool(found["fetching"]))
