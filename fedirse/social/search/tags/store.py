"""Hashtags found by their beginning, as far as the reader may read a post that has them."""

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.types import Reader
from fedirse.social.posts.store import post_tags, posts
from fedirse.social.search.index.store import search_tags as known_tags
from fedirse.social.search.model import TagFound
from fedirse.social.search.store import may_show
from fedirse.social.search.words.rules import fold

_LAST = "\U0010ffff"


def search_tags(tx: Connection, reader: Reader, prefix: str, *, limit: int = limits.PAGE_ITEMS) -> list[TagFound]:
    """Hashtags that begin like that (with or without `#`, accents and capitals), the most used first.

    Of each the newest posts are looked at, `limits.SEARCH_TAG_COUNT` at most; one without any that the reader may read is left out.
    """
    beginning = fold(prefix.strip().removeprefix("#")[: limits.SEARCH_QUERY_CHARACTERS])
    if not beginning:
        return []
    scanned = select(known_tags.c.tag).where(known_tags.c.folded >= beginning, known_tags.c.folded < beginning + _LAST)
    tags = tx.execute(scanned.order_by(known_tags.c.folded, known_tags.c.tag).limit(limits.SEARCH_TAGS_SCANNED)).scalars()
    found = [TagFound(tag, count) for tag in tags.all() if (count := _count(tx, reader, tag))]
    return sorted(found, key=lambda one: (fold(one.tag) != beginning, -one.posts, one.tag))[:limit]


def complete_tags(tx: Connection, reader: Reader, prefix: str, limit: int = limits.COMPLETIONS) -> list[TagFound]:
    """As `search_tags`, for somebody who is about to use one."""
    return search_tags(tx, reader, prefix, limit=limit)


def _count(tx: Connection, reader: Reader, tag: str) -> int:
    newest = select(post_tags.c.post_id).where(post_tags.c.tag == tag).order_by(post_tags.c.post_id.desc()).limit(limits.SEARCH_TAG_COUNT)
    return int(tx.execute(select(func.count()).where(posts.c.id.in_(newest), may_show(reader))).scalar_one())
