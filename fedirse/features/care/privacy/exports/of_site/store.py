"""What is read for the export of a site: what anybody here could read of what was written here. Never a message, nor a follower's post."""

from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection

from fedirse.social.audiences.model import AudienceKind
from fedirse.social.media.model import Media
from fedirse.social.media.store import list_of_items, media
from fedirse.social.posts.model import PostKind
from fedirse.social.posts.store import posts

SHARED: Final = (AudienceKind.PUBLIC, AudienceKind.PARTNERS, AudienceKind.NETWORK, AudienceKind.SEGMENT, AudienceKind.SITE)


def list_shared_ids(tx: Connection, after: str, limit: int) -> list[str]:
    """Ids of what was written here and is for everybody here as well, oldest first, after the id `after`."""
    return list(tx.execute(select(posts.c.id).where(_shared(), posts.c.id > after).order_by(posts.c.id).limit(limit)).scalars())


def count_shared(tx: Connection) -> int:
    """How many posts and files there are to write."""
    files = select(func.count()).select_from(media).where(media.c.item_id.in_(select(posts.c.id).where(_shared())))
    return sum(int(tx.execute(query).scalar_one()) for query in (select(func.count()).where(_shared()), files))


def sum_shared_media(tx: Connection) -> int:
    """How many bytes the files of these posts have."""
    of_shared = media.c.item_id.in_(select(posts.c.id).where(_shared()))
    return int(tx.execute(select(func.coalesce(func.sum(media.c.size), 0)).where(of_shared)).scalar_one())


def list_shared_media(tx: Connection) -> list[Media]:
    """The files of these posts."""
    ids = tx.execute(select(media.c.item_id).join(posts, posts.c.id == media.c.item_id).where(_shared()).distinct()).scalars().all()
    return [one for files in list_of_items(tx, [found for found in ids if found is not None]).values() for one in files]


def _shared() -> ColumnElement[bool]:
    return posts.c.local & posts.c.deleted_at.is_(None) & (posts.c.kind != PostKind.BOOST) & posts.c.audience.in_(SHARED)
