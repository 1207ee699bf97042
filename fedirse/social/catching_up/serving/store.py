"""What one member may read now of what was said here for members. The gate is `readable`, as everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, exists, or_, select
from sqlalchemy.engine import Connection

from fedirse.base.types import Reader
from fedirse.social.audiences.store import item_scopes, readable
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import posts, read_posts
from fedirse.storage.activities import activities

_later = activities.alias("later")


@dataclass(frozen=True, slots=True)
class Said:
    """An activity by its id here, and its bytes as they were published."""

    id: str
    body: bytes


def list_said(tx: Connection, reader: Reader, *, after: str, limit: int) -> Sequence[Said]:
    """Of each post the last that was said of it, if that was later than the activity `after`; oldest first. Of a deleted one that it is."""
    query = select(activities.c.id, activities.c.body).join(posts, posts.c.id == activities.c.item_id)
    query = query.where(_is_last_word(), activities.c.id > after, readable(posts, reader))
    return [Said(row.id, row.body) for row in tx.execute(query.order_by(activities.c.id).limit(limit))]


def find_beginning(tx: Connection, reader: Reader, count: int) -> str:
    """After which activity the last `count` posts begin that are still there; empty where there are no more than these."""
    query = select(activities.c.id).join(posts, posts.c.id == activities.c.item_id)
    query = query.where(_is_last_word(), posts.c.deleted_at.is_(None), readable(posts, reader))
    found: str | None = tx.execute(query.order_by(activities.c.id.desc()).offset(count).limit(1)).scalar_one_or_none()
    return found or ""


def list_newest(tx: Connection, reader: Reader, limit: int) -> list[Post]:
    """The newest posts for members that were written here, newest first."""
    internal = exists(select(item_scopes.c.item_id).where(item_scopes.c.item_id == posts.c.id))
    query = select(posts).where(
        posts.c.local, posts.c.deleted_at.is_(None), posts.c.kind != PostKind.BOOST, internal, readable(posts, reader)
    )
    return read_posts(tx, query.order_by(posts.c.id.desc()).limit(limit))


def _is_last_word() -> ColumnElement[bool]:
    """The clause "this was said for members, and nothing later of the same post"."""
    later = exists(select(_later.c.id).where(_later.c.item_id == activities.c.item_id, _later.c.id > activities.c.id, _is_word(_later)))
    return and_(posts.c.local, _is_word(activities), ~later)


def _is_word(said: FromClause) -> ColumnElement[bool]:
    """The clause "it was said for members, and fits how the post stands": whoever lost a post by an edit was told that it is deleted."""
    deleted, says_so = posts.c.deleted_at.is_not(None), said.c.kind == "Delete"
    fits = or_(and_(deleted, says_so), and_(~deleted, said.c.kind.in_(("Create", "Update"))))
    return and_(said.c.signer_id.is_not(None), fits)
