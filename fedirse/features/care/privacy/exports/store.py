"""Rows of exports, and what is read for them: what is the person's own, and the messages that were addressed to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, ForeignKey, Index, Integer, Row, String, Table, Text, delete, func, select, update
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.features.care.privacy.exports.model import Export, ExportState, Message, Stage
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.store import readable, recipients
from fedirse.social.media.store import media
from fedirse.social.posts.polls.store import votes
from fedirse.social.posts.reactions.store import bookmarks, likes
from fedirse.social.posts.store import posts
from fedirse.storage.actors import actors
from fedirse.storage.columns import EXPORTED_AS, Instant, identifier, metadata
from fedirse.web.html import to_text

exports = Table(
    "exports",
    metadata,
    identifier(),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("language", String(35), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("position", String(26), nullable=False),
    Column("part", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_exports_actor", "actor_id", "id"),
)


def add_export(tx: Connection, export: Export) -> None:
    """Insert an export."""
    tx.execute(exports.insert().values(_values(export)))


def save_export(tx: Connection, export: Export) -> None:
    """Replace the row of an export; one that was removed meanwhile stays removed."""
    tx.execute(update(exports).where(exports.c.id == export.id).values(_values(export)))


def find_export(tx: Connection, export_id: str) -> Export | None:
    """The export of that id, or None."""
    return _export(tx.execute(select(exports).where(exports.c.id == export_id)).first())


def find_latest(tx: Connection, actor_id: str) -> Export | None:
    """The last export that somebody asked for, whatever became of it, or None."""
    query = select(exports).where(exports.c.actor_id == actor_id).order_by(exports.c.id.desc()).limit(1)
    return _export(tx.execute(query).first())


def list_running(tx: Connection) -> list[Export]:
    """The exports that are being made."""
    rows = tx.execute(select(exports).where(exports.c.state == ExportState.RUNNING).order_by(exports.c.id))
    return [found for row in rows if (found := _export(row)) is not None]


def list_keys(tx: Connection) -> frozenset[str]:
    """The names of all the folders that belong to an export."""
    return frozenset(tx.execute(select(exports.c.key)).scalars())


def remove_exports_of(tx: Connection, actor_id: str) -> None:
    """Forget the exports of an actor; the sweep removes their files."""
    tx.execute(delete(exports).where(exports.c.actor_id == actor_id))


def remove_old(tx: Connection, before: datetime) -> None:
    """Forget the exports that ended before that instant."""
    tx.execute(delete(exports).where(exports.c.ended_at <= before))


def count_pieces(tx: Connection, reader: Reader) -> int:
    """How many posts, messages and files there are to write."""
    own = select(func.count()).where(posts.c.actor_id == reader.actor_id, posts.c.deleted_at.is_(None))
    files = select(func.count()).where(media.c.actor_id == reader.actor_id)
    received = select(func.count()).select_from(posts).where(*_addressed_to(reader))
    return sum(int(tx.execute(query).scalar_one()) for query in (own, files, received))


def sum_media(tx: Connection, actor_id: str) -> int:
    """How many bytes an actor's files have."""
    return int(tx.execute(select(func.coalesce(func.sum(media.c.size), 0)).where(media.c.actor_id == actor_id)).scalar_one())


def list_own_ids(tx: Connection, actor_id: str, after: str, limit: int) -> list[str]:
    """Ids of what an actor published and did not delete, oldest first, after the id `after`."""
    own = (posts.c.actor_id == actor_id) & posts.c.deleted_at.is_(None) & (posts.c.id > after)
    return list(tx.execute(select(posts.c.id).where(own).order_by(posts.c.id).limit(limit)).scalars())


def list_messages(tx: Connection, reader: Reader, after: str, limit: int) -> list[tuple[str, Message]]:
    """Direct messages of others that name the reader and that they may read (PRV-046), oldest first, each with its id."""
    query = (
        select(posts.c.id, posts.c.uri, posts.c.published_at, posts.c.title, posts.c.content, actors.c.handle, actors.c.host)
        .join(actors, actors.c.id == posts.c.actor_id)
        .where(*_addressed_to(reader), posts.c.id > after)
        .order_by(posts.c.id)
        .limit(limit)
    )
    return [
        (
            row.id,
            Message(row.uri, f"@{row.handle}@{row.host}", row.published_at, "\n".join(filter(None, (row.title, to_text(row.content))))),
        )
        for row in tx.execute(query)
    ]


def list_liked(tx: Connection, reader: Reader) -> list[str]:
    """The addresses of the posts that a reader likes, as far as they may still read them."""
    query = (
        select(posts.c.uri).join(likes, likes.c.post_id == posts.c.id).where(likes.c.actor_id == reader.actor_id, readable(posts, reader))
    )
    return list(tx.execute(query.order_by(likes.c.created_at)).scalars())


def list_marked(tx: Connection, reader: Reader) -> list[str]:
    """The addresses of the posts that a reader marked, as far as they may still read them."""
    marked = select(posts.c.uri).join(bookmarks, bookmarks.c.post_id == posts.c.id)
    query = marked.where(bookmarks.c.actor_id == reader.actor_id, readable(posts, reader))
    return list(tx.execute(query.order_by(bookmarks.c.id)).scalars())


def list_tables_of(tx: Connection, reader: Reader) -> list[tuple[str, list[str], list[list[object]]]]:
    """What other slices keep of a person under a name for it: that name, the columns, and the rows, with posts by their addresses.

    Of posts that they may not read any more nothing is said.
    """
    found = []
    for table in metadata.sorted_tables:
        if name := table.info.get(EXPORTED_AS):
            own = next(column for column in table.columns if any(key.column.table is actors for key in column.foreign_keys))
            columns = [column for column in table.columns if column is not own]
            query = select(*[_addressed(column) for column in columns]).where(own == reader.actor_id)
            for column in filter(_is_of_post, columns):
                query = query.where(column.in_(select(posts.c.id).where(readable(posts, reader))))
            found.append((name, [column.name for column in columns], [[_plain(value) for value in row] for row in tx.execute(query)]))
    return found


def _addressed(column: Column[Any]) -> ColumnElement[Any]:
    """A column, or the address of the post that it refers to."""
    return select(posts.c.uri).where(posts.c.id == column).scalar_subquery() if _is_of_post(column) else column


def _is_of_post(column: Column[Any]) -> bool:
    return any(key.column.table is posts for key in column.foreign_keys)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else value


def list_voted(tx: Connection, reader: Reader) -> list[tuple[str, str]]:
    """(address of the poll, answer) of every vote of a reader, as far as they may still read the poll."""
    query = select(posts.c.uri, votes.c.option).join(votes, votes.c.post_id == posts.c.id)
    query = query.where(votes.c.actor_id == reader.actor_id, readable(posts, reader)).order_by(posts.c.id, votes.c.option)
    return [(row.uri, row.option) for row in tx.execute(query)]


def boosted_uris(tx: Connection, post_ids: Sequence[str], reader: Reader) -> dict[str, str]:
    """The addresses of those of the posts that the reader may read, by id."""
    query = select(posts.c.id, posts.c.uri).where(posts.c.id.in_(list(post_ids)), readable(posts, reader))
    return {row.id: row.uri for row in tx.execute(query)}


def reader_of_actor(actor: StoredActor) -> Reader:
    """One of our people as a reader."""
    return Reader(actor.id, actor.uri, actor.host, local=True)


def _addressed_to(reader: Reader) -> tuple[Any, ...]:
    named = select(recipients.c.item_id).where(recipients.c.actor_id == reader.actor_id)
    of_others = (posts.c.audience == AudienceKind.DIRECT) & (posts.c.actor_id != reader.actor_id)
    return (of_others, posts.c.id.in_(named), posts.c.deleted_at.is_(None), readable(posts, reader))


def _values(export: Export) -> dict[str, object]:
    return {column.name: getattr(export, column.name) for column in exports.columns}


def _export(row: Row[Any] | None) -> Export | None:
    if row is None:
        return None
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return Export(**values | {"state": ExportState(values["state"]), "stage": Stage(values["stage"])})
