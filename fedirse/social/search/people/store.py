"""People found by the beginning of their name, handle or address: ours first, then whom the reader follows, then whoever is known here."""

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import blocks, follows
from fedirse.social.search.index.store import search_names
from fedirse.social.search.people.rules import Name, parse_name
from fedirse.storage.actors import actor_from_row, actors
from fedirse.storage.refusals import is_unseen

_LAST = "\U0010ffff"


def search_people(tx: Connection, reader: Reader, typed: str, *, limit: int = limits.PAGE_ITEMS) -> list[StoredActor]:
    """Those whose name has words that begin like each of the typed ones, or whose address begins like the typed one.

    Left out: who is gone, who blocks the reader, and whom the site has nothing to do with; for somebody unknown also who does not wish to
    be found.
    """
    return _search(tx, reader, parse_name(typed), limit, _may_find(reader))


def complete_names(tx: Connection, reader: Reader, prefix: str, limit: int = limits.COMPLETIONS) -> list[StoredActor]:
    """As `search_people`, for somebody who is about to mention somebody: whom the reader blocks is left out too."""
    blocked = select(blocks.c.blocked_id).where(blocks.c.blocker_id == reader.actor_id, blocks.c.blocked_id == actors.c.id)
    return _search(tx, reader, parse_name(prefix), limit, and_(_may_find(reader), ~exists(blocked)))


def _search(tx: Connection, reader: Reader, name: Name | None, limit: int, allowed: ColumnElement[bool]) -> list[StoredActor]:
    if name is None:
        return []
    found: dict[str, StoredActor] = {}
    for query in (_ours(name), _followed(name, reader), _others(name)):
        rows = tx.execute(query.where(allowed).limit(limits.SEARCH_NAMES_SCANNED)).all()
        some = {actor.id: actor for actor in map(actor_from_row, rows)}
        found |= {actor.id: actor for actor in sorted(some.values(), key=name.distance) if actor.id not in found}
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _ours(name: Name) -> Select[tuple[object, ...]]:
    return _named(name).where(search_names.c.local)


def _followed(name: Name, reader: Reader) -> Select[tuple[object, ...]]:
    follow = (follows.c.follower_id == reader.actor_id, follows.c.state == FollowState.ACCEPTED)
    return _named(name).join(follows, follows.c.followee_id == actors.c.id).where(~search_names.c.local, *follow)


def _others(name: Name) -> Select[tuple[object, ...]]:
    return _named(name).where(~search_names.c.local)


def _named(name: Name) -> Select[tuple[object, ...]]:
    longest = max(name.beginnings, key=len)
    query = select(actors).join(search_names, search_names.c.actor_id == actors.c.id).where(_begins(search_names.c.word, longest))
    for beginning in name.beginnings:
        if beginning != longest:
            other = search_names.alias()
            query = query.where(exists(select(other.c.word).where(other.c.actor_id == actors.c.id, _begins(other.c.word, beginning))))
    if name.host:
        query = query.where(_begins(actors.c.host, name.host))
    return query


def _begins(words: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    return and_(words >= beginning, words < beginning + _LAST)


def _may_find(reader: Reader) -> ColumnElement[bool]:
    # Mastodon and others have an actor of the server's own name that only signs what they fetch.
    clauses = [actors.c.gone_at.is_(None), ~is_unseen(actors.c.id), or_(actors.c.local, actors.c.handle != actors.c.host)]
    if reader.actor_id is None:
        return and_(*clauses, actors.c.discoverable)
    blocking = select(blocks.c.blocker_id).where(blocks.c.blocker_id == actors.c.id, blocks.c.blocked_id == reader.actor_id)
    return and_(*clauses, ~exists(blocking))
