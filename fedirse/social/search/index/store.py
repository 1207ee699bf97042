"""The index of posts, names and hashtags, and how it is kept.

**When a post gets in.** Triggers on `posts` write the id of what is new or changed into `search_pending` (some microseconds in the
transaction that changes the post) and take what was deleted or changed out of the index at once; `catch_up` indexes what is pending:
before a search, and every half minute. A hook in the slices below would have cost the stemming in every accepting transaction, and
every new way to write a post could have forgotten it; a trigger cannot be forgotten.

**What is kept.** `search_entries` holds the stems of each post, `search_index` the FTS5 index over them. The latter is not contentless,
because Debian 12 has SQLite 3.40 and deleting from a contentless index needs 3.43. Both are keyed by a number that sorts by time, so that
"the newest that fit" and "before that day" cost no sorting. Audience, author, tags and so on stand in the index as marks.

A migration that copies `posts` or `actors`, as SQLite makes Alembic do, loses their triggers and must make them again; the test that
compares the revisions with the code says so.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, column, delete, event, select, table
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import time_of
from fedirse.social.audiences.store import recipients
from fedirse.social.posts.model import PostKind
from fedirse.social.posts.store import posts, read_posts
from fedirse.social.search.model import Entry
from fedirse.social.search.rules import make_entry, name_words, number_of
from fedirse.social.search.words.rules import Stemming, fold
from fedirse.storage.actors import list_actors
from fedirse.storage.columns import metadata
from fedirse.storage.dialect import insert_ignore
from fedirse.web.html import to_text

# Ids of posts and of actors; neither is ever the other.
search_pending = Table("search_pending", metadata, Column("id", String(26), primary_key=True))

search_entries = Table(
    "search_entries",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("post_id", String(26), nullable=False, unique=True),
    Column("head", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("marks", Text, nullable=False),
)

# Every word of a name and the handle, folded. Our own people come first in it, because they come first in every list.
search_names = Table(
    "search_names",
    metadata,
    Column("local", Boolean, primary_key=True),
    Column("word", Text, primary_key=True),
    Column("actor_id", String(26), primary_key=True),
    Index("ix_search_names_actor", "actor_id", "word"),
)

# Every hashtag that some post has, under what people type for it.
search_tags = Table(
    "search_tags",
    metadata,
    Column("folded", Text, primary_key=True),
    Column("tag", Text, primary_key=True),
    Index("ix_search_tags_tag", "tag"),
)

search_index = table("search_index", column("rowid", Integer), column("search_index", Text))

_TOUCHED = "title, content, translations, warning, tags, attachments, poll, audience, listed, language, deleted_at"
STRUCTURES: Mapping[str, str] = {
    "search_index": (
        "CREATE VIRTUAL TABLE search_index USING fts5(words, marks, content='search_entries', content_rowid='number', "
        "columnsize=0, tokenize=\"ascii tokenchars '_:'\")"
    ),
    "search_entries_added": (
        "CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN "
        "INSERT INTO search_index (rowid, words, marks) VALUES (new.number, new.words, new.marks); END"
    ),
    "search_entries_removed": (
        "CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN "
        "INSERT INTO search_index (search_index, rowid, words, marks) VALUES ('delete', old.number, old.words, old.marks); END"
    ),
    "search_posts_added": (
        "CREATE TRIGGER search_posts_added AFTER INSERT ON posts WHEN new.kind <> 'boost' AND new.deleted_at IS NULL BEGIN "
        "INSERT INTO search_pending (id) VALUES (new.id) ON CONFLICT DO NOTHING; END"
    ),
    "search_posts_changed": (
        f"CREATE TRIGGER search_posts_changed AFTER UPDATE OF {_TOUCHED} ON posts WHEN new.kind <> 'boost' BEGIN "  # noqa: S608 - our own column names
        "DELETE FROM search_entries WHERE post_id = new.id; "
        "INSERT INTO search_pending (id) SELECT new.id WHERE new.deleted_at IS NULL ON CONFLICT DO NOTHING; END"
    ),
    "search_posts_removed": (
        "CREATE TRIGGER search_posts_removed AFTER DELETE ON posts WHEN old.kind <> 'boost' BEGIN "
        "DELETE FROM search_entries WHERE post_id = old.id; "
        "DELETE FROM search_pending WHERE id = old.id; END"
    ),
    "search_actors_added": (
        "CREATE TRIGGER search_actors_added AFTER INSERT ON actors BEGIN "
        "INSERT INTO search_pending (id) VALUES (new.id) ON CONFLICT DO NOTHING; END"
    ),
    "search_actors_changed": (
        "CREATE TRIGGER search_actors_changed AFTER UPDATE OF name, handle, gone_at ON actors "
        "WHEN old.name IS NOT new.name OR old.handle IS NOT new.handle OR old.gone_at IS NOT new.gone_at BEGIN "
        "INSERT INTO search_pending (id) VALUES (new.id) ON CONFLICT DO NOTHING; END"
    ),
    "search_actors_removed": (
        "CREATE TRIGGER search_actors_removed AFTER DELETE ON actors BEGIN "
        "DELETE FROM search_names WHERE actor_id = old.id; "
        "DELETE FROM search_pending WHERE id = old.id; END"
    ),
    "search_tags_removed": (
        "CREATE TRIGGER search_tags_removed AFTER DELETE ON post_tags BEGIN "
        "DELETE FROM search_tags WHERE tag = old.tag AND NOT EXISTS (SELECT 1 FROM post_tags WHERE tag = old.tag); END"
    ),
}
"""What SQLAlchemy has no words for, by name; revision 0003 makes the same."""


def _make_structures(_metadata: MetaData, connection: Connection, tables: Sequence[Table], **_: object) -> None:
    """Beside the tables, wherever all of them are made from the code."""
    if search_entries in tables and posts in tables:
        for statement in STRUCTURES.values():
            connection.exec_driver_sql(statement)


event.listen(metadata, "after_create", _make_structures)


def is_behind(tx: Connection) -> bool:
    """Whether anything waits to be indexed."""
    return tx.execute(select(search_pending.c.id).limit(1)).first() is not None


def catch_up(tx: Connection, limit: int = limits.SEARCH_INDEXED_AT_ONCE) -> bool:
    """Index some of what waits, the newest first; whether more may be waiting."""
    ids = tx.execute(select(search_pending.c.id).order_by(search_pending.c.id.desc()).limit(limit)).scalars().all()
    if not ids:
        return False
    tx.execute(delete(search_pending).where(search_pending.c.id.in_(ids)))
    for actor in list_actors(tx, ids).values():
        if _index_names(tx, actor):
            _touch_posts_of(tx, actor)
    _index_posts(tx, ids)
    return True


def _touch_posts_of(tx: Connection, actor: StoredActor) -> None:
    """The newest posts of an actor whose name changed are indexed again, so that they are found by the new one."""
    newest = select(posts.c.id).where(posts.c.actor_id == actor.id, posts.c.kind != PostKind.BOOST, posts.c.deleted_at.is_(None))
    newest = newest.order_by(posts.c.id.desc()).limit(limits.SEARCH_POSTS_OF_RENAMED)
    known = select(search_entries.c.post_id).where(search_entries.c.post_id.in_(newest))
    for post_id in tx.execute(known).scalars().all():
        insert_ignore(tx, search_pending, {"id": post_id})


def _index_posts(tx: Connection, ids: Sequence[str]) -> None:
    # In the order of their numbers: FTS5 writes out what it holds whenever a lower number follows a higher one.
    living = (posts.c.id.in_(ids), posts.c.kind != PostKind.BOOST, posts.c.deleted_at.is_(None))
    found = read_posts(tx, select(posts).where(*living).order_by(posts.c.id))
    authors = list_actors(tx, {post.actor_id for post in found})
    named = _recipients_of(tx, [post.id for post in found])
    tx.execute(delete(search_entries).where(search_entries.c.post_id.in_(ids)))
    stemming = Stemming()
    for post in found:
        said = [(post.language, post.content), *((tag, version.content) for tag, version in post.translations.items())]
        texts = [(tag, to_text(html)) for tag, html in said]
        entry = make_entry(post, authors[post.actor_id], texts, named.get(post.id, ()), stemming)
        _add_entry(tx, post.id, entry)
        for tag in post.tags:
            insert_ignore(tx, search_tags, {"folded": fold(tag), "tag": tag})


def _recipients_of(tx: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for item_id, actor_id in tx.execute(select(recipients.c.item_id, recipients.c.actor_id).where(recipients.c.item_id.in_(ids))):
        named.setdefault(item_id, []).append(actor_id)
    return named


def _add_entry(tx: Connection, post_id: str, entry: Entry) -> None:
    number = number_of(post_id, time_of(post_id))
    while not insert_ignore(
        tx,
        search_entries,
        {"number": number, "post_id": post_id, "head": entry.head, "words": " ".join(entry.words), "marks": " ".join(entry.marks)},
    ):
        number += 1


def _index_names(tx: Connection, actor: StoredActor) -> bool:
    """Whether the actor had other names before."""
    before = set(tx.execute(select(search_names.c.word).where(search_names.c.actor_id == actor.id)).scalars())
    now = name_words(actor) if actor.gone_at is None else set()
    if before != now:
        tx.execute(delete(search_names).where(search_names.c.actor_id == actor.id))
        for word in now:
            insert_ignore(tx, search_names, {"local": actor.local, "word": word, "actor_id": actor.id})
    return bool(before) and before != now
