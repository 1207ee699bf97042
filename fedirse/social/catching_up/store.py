"""When this site was last among the others, what it has still to fetch, and what is announced to its people meanwhile."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, bindparam, delete, exists, func, select, update
from sqlalchemy.engine import Connection

from fedirse.social.catching_up.model import Headline, Presence, Pull, Purpose
from fedirse.social.posts.store import posts, tombstones
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert
from fedirse.storage.peers import peers

presence = Table(
    "presence",
    metadata,
    Column("network", Text, primary_key=True),
    Column("member_since", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("returned_at", Instant),
)

pulls = Table(
    "pulls",
    metadata,
    Column("member", Text, primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("page", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("taken", Integer, nullable=False),
)

arriving = Table(
    "arriving",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("announced_at", Instant, nullable=False, index=True),
)

_PRESENCE: Final = select(presence).limit(1)
_PULLS: Final = select(pulls).order_by(pulls.c.member)
_PULL: Final = select(pulls).where(pulls.c.member == bindparam("member"))
_HERE: Final = exists(select(posts.c.id).where(posts.c.uri == arriving.c.uri)) | exists(
    select(tombstones.c.uri).where(tombstones.c.uri == arriving.c.uri)
)


def find_presence(tx: Connection) -> Presence | None:
    """When this site was last among the others; None for one that was never seen as a member."""
    row = tx.execute(_PRESENCE).first()
    return None if row is None else Presence(row.network, row.member_since, row.seen_at, row.suspended, row.returned_at)


def save_presence(tx: Connection, seen: Presence) -> None:
    """Write down when it was; that of another network is forgotten."""
    tx.execute(delete(presence).where(presence.c.network != seen.network))
    values = {
        "network": seen.network,
        "member_since": seen.member_since,
        "seen_at": seen.seen_at,
        "suspended": seen.suspended,
        "returned_at": seen.returned_at,
    }
    tx.execute(upsert(presence, values, key=("network",)))


def forget_everything(tx: Connection) -> None:
    """This site is in no network: nothing is fetched and nothing announced any more."""
    for table in (presence, pulls, arriving):
        tx.execute(delete(table))


def save_pull(tx: Connection, pull: Pull) -> None:
    """Fetch from that member; in place of what was still to be fetched there, unless that began earlier."""
    known = find_pull(tx, pull.member)
    if known is not None and known.since <= pull.since:
        tx.execute(update(pulls).where(pulls.c.member == pull.member).values(until=pull.until))
        return
    values = {
        "member": pull.member,
        "purpose": pull.purpose,
        "page": pull.page,
        "since": pull.since,
        "until": pull.until,
        "taken": pull.taken,
    }
    tx.execute(upsert(pulls, values, key=("member",)))


def find_pull(tx: Connection, member: str) -> Pull | None:
    """What is still to be fetched from a member."""
    row = tx.execute(_PULL, {"member": member}).first()
    return None if row is None else Pull(row.member, Purpose(row.purpose), row.page, row.since, row.until, row.taken)


def list_pulls(tx: Connection) -> list[Pull]:
    """What is still to be fetched, from every member."""
    return [Pull(row.member, Purpose(row.purpose), row.page, row.since, row.until, row.taken) for row in tx.execute(_PULLS)]


def go_on_with_pull(tx: Connection, member: str, page: str, taken: int) -> None:
    """A page is done, with so many activities that were new; the next one is that."""
    tx.execute(update(pulls).where(pulls.c.member == member).values(page=page, taken=pulls.c.taken + taken))


def end_pull(tx: Connection, member: str) -> None:
    """Nothing is to be fetched there any more."""
    tx.execute(delete(pulls).where(pulls.c.member == member))


def announce(tx: Connection, headlines: Iterable[Headline], now: datetime) -> None:
    """Tell people here that these posts are on their way."""
    for headline in headlines:
        values = {
            "uri": headline.uri,
            "title": headline.title,
            "author": headline.author,
            "published_at": headline.published,
            "announced_at": now,
        }
        tx.execute(upsert(arriving, values, key=("uri",)))


def list_arriving(tx: Connection, since: datetime, limit: int) -> list[Headline]:
    """What was announced since then and is not here yet, newest first."""
    query = select(arriving).where(arriving.c.announced_at > since, ~_HERE).order_by(arriving.c.published_at.desc(), arriving.c.uri)
    return [Headline(row.uri, row.title, row.author, row.published_at) for row in tx.execute(query.limit(limit))]


def has_announced_before(tx: Connection, before: datetime) -> bool:
    """Whether anything is announced since before then."""
    return tx.execute(select(arriving.c.uri).where(arriving.c.announced_at <= before).limit(1)).first() is not None


def forget_announced(tx: Connection, before: datetime) -> None:
    """Announce no longer what was announced before then."""
    tx.execute(delete(arriving).where(arriving.c.announced_at <= before))


def last_delivered(tx: Connection) -> datetime | None:
    """When any other server last took a delivery."""
    last: datetime | None = tx.execute(select(func.max(peers.c.last_success_at))).scalar_one()
    return last
