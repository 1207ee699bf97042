"""Rows of what sites said of our announcements, and what is known of the way there."""

from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Integer, Row, Table, Text, and_, case, func, select
from sqlalchemy.engine import Connection

from fedirse.features.announcements.acknowledgement.model import Totals
from fedirse.features.announcements.acknowledgement.rules import FEWEST
from fedirse.features.announcements.acknowledgement.store import acknowledgements, site_confirmations
from fedirse.features.announcements.board.model import Said, Sending
from fedirse.features.announcements.store import announcements
from fedirse.social.accounts.store import accounts
from fedirse.social.network.store import networks
from fedirse.social.posts.store import GOES_WITH_POST
from fedirse.storage.activities import activities
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.deliveries import DeliveryState, deliveries
from fedirse.storage.dialect import upsert
from fedirse.storage.peers import peers

_PUBLICATIONS: Final = ("Create", "Update")

announcement_words = Table(
    "announcement_words",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("member", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("confirmed_at", Instant),
    Column("people_asked", Integer),
    Column("people_seen", Integer),
    Column("people_confirmed", Integer),
    Column("counted_at", Instant),
    Column("told_at", Instant, nullable=False),
    info={GOES_WITH_POST: "post_id"},
)


announcement_reminders = Table(
    "announcement_reminders",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("member", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    info={GOES_WITH_POST: "post_id"},
)


def save_said(tx: Connection, post_id: str, said: Said, now: datetime) -> None:
    """Keep what a site has said of an announcement by now."""
    totals = said.totals
    values = {
        "post_id": post_id,
        "member": said.member,
        "version": said.version,
        "confirmed": said.confirmed,
        "confirmed_at": said.confirmed_at,
        "people_asked": totals.asked if totals else None,
        "people_seen": totals.seen if totals else None,
        "people_confirmed": totals.confirmed if totals else None,
        "counted_at": said.counted_at,
        "told_at": now,
    }
    tx.execute(upsert(announcement_words, values, key=("post_id", "member")))


def find_said(tx: Connection, post_id: str, member: str) -> Said | None:
    """What a site has said of an announcement; None for nothing."""
    query = select(announcement_words).where(announcement_words.c.post_id == post_id, announcement_words.c.member == member)
    row = tx.execute(query).first()
    return _said(row) if row is not None else None


def list_said(tx: Connection, post_id: str) -> Mapping[str, Said]:
    """What each site has said of an announcement, by its actor."""
    rows = tx.execute(select(announcement_words).where(announcement_words.c.post_id == post_id))
    return {row.member: _said(row) for row in rows}


def note_reminded(tx: Connection, post_id: str, member: str, now: datetime) -> None:
    """A site was asked once more."""
    tx.execute(upsert(announcement_reminders, {"post_id": post_id, "member": member, "at": now}, key=("post_id", "member")))


def list_reminded(tx: Connection, post_id: str) -> Mapping[str, datetime]:
    """When each site was asked once more, by its actor."""
    rows = tx.execute(select(announcement_reminders).where(announcement_reminders.c.post_id == post_id))
    return {row.member: row.at for row in rows}


def list_sendings(tx: Connection, post_id: str, hosts: Collection[str]) -> Mapping[str, Sending]:
    """What became of an announcement on the way to each host: every publication of it is a version, in the order of sending."""
    sent = deliveries.c
    query = (
        select(sent.host, sent.state, sent.answer, sent.attempts, sent.queued_at, sent.done_at, activities.c.id)
        .join(activities, activities.c.id == deliveries.c.activity_id)
        .where(activities.c.item_id == post_id, activities.c.kind.in_(_PUBLICATIONS), deliveries.c.host.in_(hosts))
        .order_by(activities.c.id, deliveries.c.id)
    )
    publications = _list_publications(tx, post_id)
    versions = {activity: number for number, activity in enumerate(publications, start=_first_version(tx, post_id, len(publications)))}
    failing = dict(tx.execute(select(peers.c.host, peers.c.failing_since).where(peers.c.host.in_(hosts))).all())
    found: dict[str, Sending] = {}
    for row in tx.execute(query):
        before = found.get(row.host)
        taken = (before.version, before.received_at, before.tries) if before is not None else (0, None, 0)
        if row.state == DeliveryState.DELIVERED:
            taken = versions[row.id], row.done_at, row.attempts
        found[row.host] = Sending(*taken, row.state, row.answer or "", row.queued_at, failing.get(row.host))
    return found


def published_at(tx: Connection, post_id: str, version: int) -> datetime | None:
    """When a version of an announcement of ours was published; None where that is not known."""
    publications = _list_publications(tx, post_id)
    place = version - _first_version(tx, post_id, len(publications))
    if not 0 <= place < len(publications):
        return None
    found: datetime | None = tx.execute(select(activities.c.published_at).where(activities.c.id == publications[place])).scalar()
    return found


def mark_of(tx: Connection, post_id: str) -> str:
    """What changes whenever something changes that a board is made of: counted in one look, without making the board."""
    said, reminded = announcement_words.c, announcement_reminders.c
    sent = deliveries.join(activities, activities.c.id == deliveries.c.activity_id)
    looks = (
        select(func.count(), func.max(said.told_at), func.sum(said.confirmed), func.sum(said.people_seen)).where(said.post_id == post_id),
        select(func.count(), func.max(reminded.at)).where(reminded.post_id == post_id),
        select(func.count(), func.count(deliveries.c.done_at), func.max(deliveries.c.done_at))
        .select_from(sent)
        .where(activities.c.item_id == post_id),
        select(func.count(peers.c.failing_since), func.max(peers.c.failing_since)),
        select(site_confirmations.c.version).where(site_confirmations.c.post_id == post_id),
        select(announcements.c.version).where(announcements.c.post_id == post_id),
        select(func.sum(networks.c.counter)),
    )
    found = [tuple(row) if (row := tx.execute(look).first()) is not None else () for look in looks]
    return blake2b(repr([*found, _own_people(tx, post_id)]).encode(), digest_size=8).hexdigest()


def _own_people(tx: Connection, post_id: str) -> tuple[int, ...]:
    """What the board tells of our own people, as `acknowledgement.rules.count_up`: nothing of too few, not even that something changed."""
    done, asked_from = acknowledgements.c, announcements.c.confirm_from
    people = accounts.join(announcements, announcements.c.post_id == post_id).outerjoin(
        acknowledgements, and_(done.actor_id == accounts.c.actor_id, done.post_id == post_id)
    )
    counts = (func.count(case((column >= asked_from, 1))) for column in (done.seen, done.confirmed))
    row = tx.execute(select(func.count(), *counts).select_from(people).where(accounts.c.disabled_at.is_(None))).one()
    return tuple(row) if row[0] >= FEWEST else ()


def _list_publications(tx: Connection, post_id: str) -> list[str]:
    query = select(activities.c.id).where(activities.c.item_id == post_id, activities.c.kind.in_(_PUBLICATIONS))
    return list(tx.execute(query.order_by(activities.c.id)).scalars())


def _first_version(tx: Connection, post_id: str, publications: int) -> int:
    """The version that was published first under this id: one that took another one's place went on from there."""
    latest = tx.execute(select(announcements.c.version).where(announcements.c.post_id == post_id)).scalar()
    return (latest or publications) - publications + 1


def _said(row: Row[Any]) -> Said:
    totals = Totals(row.people_asked, row.people_seen, row.people_confirmed) if row.people_asked is not None else None
    return Said(row.member, row.version, row.confirmed, row.confirmed_at, totals, row.counted_at)
