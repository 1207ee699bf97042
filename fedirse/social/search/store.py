"""Posts found by their words. Nothing is found that `readable` does not let the reader read.

A search reads at most `limits.SEARCH_SCANNED` rows of the index, the newest that fit, and compares at most `limits.SEARCH_RANKED` of
them that the reader may read. How well a post fits is made from that post alone (`rules.relevance`), not from how frequent a word is in
posts that others see; results, their order, "has more" and `cut` are about readable rows only.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.types import Reader
from fedirse.social.audiences.store import readable
from fedirse.social.follows.store import blocks
from fedirse.social.posts.model import PostKind
from fedirse.social.posts.store import posts, read_posts
from fedirse.social.search.index.store import search_entries, search_index
from fedirse.social.search.model import Found, Query
from fedirse.social.search.rules import asked_forms, numbers_between, rank_key, relevance, render_match
from fedirse.social.search.words.rules import Stemming
from fedirse.storage.actors import actors

_PORTION = 500
"""So many rows of the index are read before it is seen which of them the reader may read."""

_FITTING = (
    select(search_index.c.rowid)
    .where(
        search_index.c.search_index.op("MATCH")(bindparam("match")),
        search_index.c.rowid >= bindparam("lowest"),
        search_index.c.rowid < bindparam("behind"),
    )
    .order_by(search_index.c.rowid.desc())
    .limit(bindparam("limit"))
)


def search_posts(tx: Connection, reader: Reader, query: Query, *, before: str | None = None, limit: int = limits.PAGE_ITEMS) -> Found:
    """The posts that fit a question and that the reader may read.

    Args:
        tx: the transaction.
        reader: who asks. Somebody unknown finds only public posts that are shown around.
        query: the question (`rules.parse_query`); one that asks nothing finds nothing.
        before: `Found.older` of the page before.
        limit: how many at most.
    """
    if query.asks_nothing:
        return Found([])
    stemming = Stemming()
    candidates = _candidates(tx, reader, query, stemming)
    asked = asked_forms(query, stemming)
    ranked = candidates[: limits.SEARCH_RANKED]
    keys = sorted((rank_key(relevance(words.split(" "), head, asked), post_id) for post_id, head, words in ranked), reverse=True)
    wanted = [key for key in keys if before is None or key < before][: limit + 1]
    shown = wanted[:limit]
    found = {post.id: post for post in read_posts(tx, select(posts).where(posts.c.id.in_([key[1:] for key in shown]), may_show(reader)))}
    older = shown[-1] if len(wanted) > limit else None
    return Found([found[key[1:]] for key in shown], older, cut=len(candidates) > limits.SEARCH_RANKED)


def _candidates(tx: Connection, reader: Reader, query: Query, stemming: Stemming) -> list[tuple[str, int, str]]:
    """(post id, head, words) of the newest readable posts that fit, one more than are compared."""
    author_ids = [_meant(tx, handle, host) for handle, host in query.authors]
    match = render_match(query, author_ids, reader, stemming)
    lowest, behind = numbers_between(query.after, query.before)
    found: list[tuple[str, int, str]] = []
    for _ in range(limits.SEARCH_SCANNED // _PORTION):
        numbers = tx.execute(_FITTING, {"match": match, "lowest": lowest, "behind": behind, "limit": _PORTION}).scalars().all()
        found += _readable_among(tx, reader, numbers)
        if len(found) > limits.SEARCH_RANKED or len(numbers) < _PORTION:
            break
        behind = numbers[-1]
    return found


def _readable_among(tx: Connection, reader: Reader, numbers: Sequence[int]) -> list[tuple[str, int, str]]:
    # What relevance looks at is the beginning of a post: nobody writes what a post is about at its end.
    beginning = func.substr(search_entries.c.words, 1, limits.SEARCH_COMPARED_CHARACTERS)
    rows = (
        select(search_entries.c.post_id, search_entries.c.head, beginning)
        .join(posts, posts.c.id == search_entries.c.post_id)
        .where(search_entries.c.number.in_(numbers), may_show(reader))
        .order_by(search_entries.c.number.desc())
        .limit(limits.SEARCH_RANKED + 1)
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(rows)]


def may_show(reader: Reader) -> ColumnElement[bool]:
    """Living posts that the reader may read, by authors the reader does not block; for somebody unknown those shown around."""
    clauses = [posts.c.deleted_at.is_(None), posts.c.kind != PostKind.BOOST, readable(posts, reader)]
    if reader.actor_id is None:
        clauses.append(posts.c.listed)
    else:
        blocked = select(blocks.c.blocked_id).where(blocks.c.blocker_id == reader.actor_id, blocks.c.blocked_id == posts.c.actor_id)
        clauses.append(~exists(blocked))
    return and_(*clauses)


def _meant(tx: Connection, handle: str, host: str) -> list[str]:
    """Ids of the actors that `from:@handle` means: ours of that name, else whoever has it; with a host the one there."""
    names = {handle, handle.lower()}
    query = select(actors.c.id, actors.c.local).where(actors.c.handle.in_(names))
    query = query.where(actors.c.host == host) if host else query
    found = tx.execute(query.limit(limits.SEARCH_TERMS)).all()
    return [row.id for row in found if row.local] or [row.id for row in found]
