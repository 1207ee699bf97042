"""Rows of posts, their tags and tombstones. Every query that a reader's eyes end at carries `readable`."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.engine import Connection

from fedirse.base.errors import NotFound
from fedirse.base.types import ANYONE, JsonObject, Reader
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.audiences.store import add_recipients, list_recipients, list_scopes, readable, remove_recipients, set_scopes
from fedirse.social.posts.languages.store import pack_versions, unpack_versions
from fedirse.social.posts.model import Attachment, Poll, Post, PostKind
from fedirse.storage.columns import Instant, Json, identifier, metadata
from fedirse.storage.dialect import insert_ignore

GOES_WITH_POST = "goes_with_post"
"""Other stores name in the `info` of a table the column with the post's id, for rows that are erased with it: likes, votes, …"""

# Not "IS NULL": the index of answers would be taken, and every post that is none be read.
_OPENING: Final = "audience IN ('network', 'segment') AND coalesce(in_reply_to, '') = ''"
_NOTHING: Final[ColumnElement[str]] = literal_column("''")

posts = Table(
    "posts",
    metadata,
    identifier(),
    Column("uri", Text, nullable=False, unique=True),
    Column("actor_id", ForeignKey("actors.id"), nullable=False),
    Column("local", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("audience_of", Text, nullable=False, default=""),
    Column("listed", Boolean, nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("content", Text, nullable=False, default=""),
    Column("source", Text),
    Column("warning", Text, nullable=False, default=""),
    Column("sensitive", Boolean, nullable=False, default=False),
    Column("language", String(35), nullable=False, default=""),
    Column("translations", Json, nullable=False, default=dict),
    Column("in_reply_to", Text),
    Column("parent_id", ForeignKey("posts.id", ondelete="SET NULL")),
    Column("thread_id", String(26)),
    Column("boost_of", ForeignKey("posts.id", ondelete="CASCADE")),
    Column("url", Text),
    Column("tags", Json, nullable=False, default=list),
    Column("mentions", Json, nullable=False, default=list),
    Column("attachments", Json, nullable=False, default=list),
    Column("poll", Json),
    Column("published_at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Column("likes", Integer, nullable=False, default=0),
    Column("boosts", Integer, nullable=False, default=0),
    Column("replies", Integer, nullable=False, default=0),
    Column("announcement", Json),
    Column("held_at", Instant),
    Column("hidden_at", Instant),
    Index("ix_posts_author", "actor_id", "id"),
    Index("ix_posts_parent", "parent_id"),
    Index("ix_posts_in_reply_to", "in_reply_to"),
    Index("ix_posts_thread", "thread_id", "id"),
    Index("ix_posts_boost_of", "boost_of", "actor_id"),
    # Few among many, so that whoever looks for them need not walk past everything that is public.
    Index("ix_posts_opening", "id", sqlite_where=text(_OPENING), postgresql_where=text(_OPENING)),
)

post_tags = Table(
    "post_tags",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_post_tags_post", "post_id"),
)

# What its author deleted stays deleted, also when the Create comes after the Delete (REL-013) or is sent again.
tombstones = Table(
    "tombstones",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
    Column("deleted_at", Instant, nullable=False),
)

# Statements of the busy paths, built once: to build one costs more than to run it.
_BY_ID = select(posts).where(posts.c.id == bindparam("id"))
_BY_URI = select(posts).where(posts.c.uri == bindparam("uri"))
_KNOWN = union_all(
    select(literal(1)).where(posts.c.uri == bindparam("uri")),
    select(literal(1)).where(tombstones.c.uri == bindparam("uri"), tombstones.c.actor_id == bindparam("actor_id")),
).limit(1)
_ADD_TAG = post_tags.insert()


def add_post(tx: Connection, post: Post) -> bool:
    """Insert a post with its tags and named recipients; False when its URI is already known (nothing is changed then)."""
    if not insert_ignore(tx, posts, _values(post)):
        return False
    _add_tags(tx, post)
    add_recipients(tx, post.id, post.audience.named)
    set_scopes(tx, post.id, post.audience.scopes)
    return True


def update_post(tx: Connection, post: Post) -> None:
    """Replace what an edit may change: all but id, URI, author and counts."""
    values = {name: value for name, value in _values(post).items() if name not in _FIXED}
    tx.execute(update(posts).where(posts.c.id == post.id).values(values))
    tx.execute(delete(post_tags).where(post_tags.c.post_id == post.id))
    _add_tags(tx, post)
    remove_recipients(tx, post.id)
    add_recipients(tx, post.id, post.audience.named)
    set_scopes(tx, post.id, post.audience.scopes)


def erase_post(tx: Connection, post_id: str, now: datetime) -> None:
    """Leave of a post only that it existed, who wrote it and where it stood in the thread."""
    empty: JsonObject = {
        "title": "",
        "content": "",
        "source": None,
        "warning": "",
        "translations": {},
        "tags": [],
        "mentions": [],
        "attachments": [],
        "poll": None,
        "announcement": None,
        "deleted_at": now,
        "likes": 0,
        "boosts": 0,
    }
    tx.execute(update(posts).where(posts.c.id == post_id).values(empty))
    tx.execute(delete(post_tags).where(post_tags.c.post_id == post_id))
    for table in metadata.sorted_tables:
        if column := table.info.get(GOES_WITH_POST):
            tx.execute(delete(table).where(table.c[column] == post_id))
    tx.execute(delete(posts).where(posts.c.boost_of == post_id))


def remove_post(tx: Connection, post_id: str) -> None:
    """Forget the row altogether; for boosts that are taken back."""
    remove_recipients(tx, post_id)
    set_scopes(tx, post_id, ())
    tx.execute(delete(posts).where(posts.c.id == post_id))


def add_tombstone(tx: Connection, uri: str, actor_id: str, now: datetime) -> None:
    """Remember that the actor deleted `uri`, known here or not."""
    insert_ignore(tx, tombstones, {"uri": uri, "actor_id": actor_id, "deleted_at": now})


def is_known_or_deleted(tx: Connection, uri: str, actor_id: str) -> bool:
    """Whether a post of that URI is here already, or the actor deleted it."""
    return tx.execute(_KNOWN, {"uri": uri, "actor_id": actor_id}).first() is not None


def find_post(tx: Connection, post_id: str) -> Post | None:
    """The post of that id whoever may read it, deleted ones included; for rules and handlers, never for a page."""
    return _one(tx, _BY_ID, id=post_id)


def find_post_by_uri(tx: Connection, uri: str) -> Post | None:
    """The post of that URI whoever may read it, deleted ones included; for rules and handlers, never for a page."""
    return _one(tx, _BY_URI, uri=uri)


def get_readable_post(tx: Connection, post_id: str, reader: Reader = ANYONE) -> Post:
    """The post of that id if `reader` may read it; a deleted one still says when. Raises NotFound for missing and not yours alike."""
    found = _one(tx, select(posts).where(posts.c.id == post_id, readable(posts, reader)))
    if found is None:
        raise NotFound(f"post {post_id}")
    return found


def count_readable_posts(tx: Connection, actor_id: str, reader: Reader) -> int:
    """How many posts on an actor's profile `reader` may read, boosts and direct posts not counted."""
    query = select(func.count()).where(
        posts.c.actor_id == actor_id,
        posts.c.kind != PostKind.BOOST,
        posts.c.audience != AudienceKind.DIRECT,
        posts.c.deleted_at.is_(None),
        readable(posts, reader),
    )
    return int(tx.execute(query).scalar_one())


def list_readable_posts(tx: Connection, post_ids: Iterable[str], reader: Reader) -> dict[str, Post]:
    """Those of the posts that exist and that `reader` may read, by id."""
    found = read_posts(tx, select(posts).where(posts.c.id.in_(set(post_ids)), posts.c.deleted_at.is_(None), readable(posts, reader)))
    return {post.id: post for post in found}


def list_living_posts(tx: Connection, actor_id: str, *, limit: int) -> list[Post]:
    """Some posts of an actor that are not erased yet, boosts included; for erasing, never for a page."""
    return read_posts(tx, select(posts).where(posts.c.actor_id == actor_id, posts.c.deleted_at.is_(None)).limit(limit))


def opens_for_network(items: FromClause) -> ColumnElement[bool]:
    """The clause "this is for the network or a segment, and answers nothing", in the words of the index that finds it."""
    kinds: list[ColumnElement[str]] = [literal_column(f"'{kind}'") for kind in (AudienceKind.NETWORK, AudienceKind.SEGMENT)]
    return and_(items.c.audience.in_(kinds), answers_nothing(items))


def answers_nothing(items: FromClause) -> ColumnElement[bool]:
    """The clause "this is no answer", for a stretch of posts: it says nothing that an index of answers would be taken for."""
    return func.coalesce(items.c.in_reply_to, _NOTHING) == _NOTHING


def approve_post(tx: Connection, post_id: str) -> None:
    """What waited for approval is shown from now on."""
    tx.execute(update(posts).where(posts.c.id == post_id).values(held_at=None))


def hide_post(tx: Connection, post_id: str, since: datetime | None) -> None:
    """Show a post to nobody here any more, its likes and boosts included; or show it again."""
    tx.execute(update(posts).where(posts.c.id == post_id).values(hidden_at=since))


def count_local_posts(tx: Connection) -> int:
    """How many public posts were written here; what NodeInfo may tell everybody."""
    query = select(func.count()).where(
        posts.c.local, posts.c.audience == AudienceKind.PUBLIC, posts.c.kind != PostKind.BOOST, posts.c.deleted_at.is_(None)
    )
    return int(tx.execute(query).scalar_one())


def read_posts(tx: Connection, query: Select[tuple[object, ...]]) -> list[Post]:
    """Posts of a query that selects all columns of `posts`; the query itself must carry `readable`."""
    return [_post(row, frozenset()) for row in tx.execute(query)]


def whole_audience(audience: Audience, named: frozenset[str], scopes: frozenset[Scope]) -> Audience:
    """The audience of a row, with whom it names and every scope it lies within."""
    return replace(audience, named=named, within=scopes - {Scope(audience.kind, audience.of)})


_FIXED = frozenset({"id", "uri", "actor_id", "local", "kind", "likes", "boosts", "replies", "published_at", "held_at", "hidden_at"})
_PLAIN = [
    "id",
    "uri",
    "actor_id",
    "local",
    "title",
    "content",
    "source",
    "warning",
    "sensitive",
    "language",
    "announcement",
    "in_reply_to",
    "parent_id",
    "thread_id",
    "boost_of",
    "url",
    "published_at",
    "edited_at",
    "deleted_at",
    "likes",
    "boosts",
    "replies",
    "held_at",
    "hidden_at",
]


def _add_tags(tx: Connection, post: Post) -> None:
    if post.tags:
        tx.execute(_ADD_TAG, [{"tag": tag, "post_id": post.id} for tag in sorted(set(post.tags))])


def _values(post: Post) -> JsonObject:
    values: JsonObject = {name: getattr(post, name) for name in _PLAIN}
    values |= {
        "kind": post.kind,
        "audience": post.audience.kind,
        "audience_of": post.audience.of,
        "listed": post.audience.listed,
        "translations": pack_versions(post.translations),
        "tags": list(post.tags),
        "mentions": [list(mention) for mention in post.mentions],
        "attachments": msgspec.to_builtins(post.attachments),
        "poll": msgspec.to_builtins(post.poll),
    }
    return values


def _one(tx: Connection, query: Select[tuple[object, ...]], **values: str) -> Post | None:
    row = tx.execute(query, values).first()
    if row is None:
        return None
    post = _post(row, frozenset())
    return replace(
        post, audience=whole_audience(post.audience, list_recipients(tx, post.id), list_scopes(tx, [post.id]).get(post.id, frozenset()))
    )


def _post(row: Row[tuple[object, ...]], named: Iterable[str]) -> Post:
    known = row._mapping  # noqa: SLF001 - the documented way to a row's columns by name
    plain = {name: known[name] for name in _PLAIN}
    return Post(
        **plain,
        kind=PostKind(known["kind"]),
        audience=Audience(AudienceKind(known["audience"]), frozenset(named), known["listed"], known["audience_of"]),
        translations=unpack_versions(known["translations"], known["language"]),
        tags=tuple(known["tags"]),
        mentions=tuple((name, uri) for name, uri in known["mentions"]),
        attachments=msgspec.convert(known["attachments"], tuple[Attachment, ...]),
        poll=msgspec.convert(known["poll"], Poll) if known["poll"] else None,
    )
