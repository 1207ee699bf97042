"""Rows of what is mailed to whom: mails and the links in them. They never leave the site, and go with the person and the announcement."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection

from fedirse.base.identifiers import lowest_id
from fedirse.features.announcements.mail.model import Kind, MailedLink, Sending, State
from fedirse.features.announcements.store import announcements
from fedirse.features.announcements.wishes.model import Reachable, Wish
from fedirse.features.announcements.wishes.store import REACHABLE, WISH, WISHING
from fedirse.social.accounts.store import accounts
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notifications
from fedirse.social.posts.store import GOES_WITH_POST, posts
from fedirse.storage.columns import EXPORTED_AS, Instant, identifier, metadata
from fedirse.storage.dialect import insert_ignore, upsert

announcement_mails = Table(
    "announcement_mails",
    metadata,
    identifier(),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), nullable=False),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("occasion", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("wanted_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Instant),
    Column("answer", Text, nullable=False),
    Index("uq_announcement_mails_once", "actor_id", "post_id", "occasion", unique=True),
    Index("ix_announcement_mails_due", "state", "due_at"),
    Index("ix_announcement_mails_post", "post_id"),
    info={GOES_WITH_POST: "post_id", EXPORTED_AS: "announcement_mails"},
)

announcement_mailings = Table(
    "announcement_mailings",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("confirm_from", Integer, nullable=False),
    # The last account that was looked at; accounts made later hear of it on the site.
    Column("position", String(26), nullable=False),
    Column("complete", Boolean, nullable=False),
    info={GOES_WITH_POST: "post_id"},
)

announcement_links = Table(
    "announcement_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    info={GOES_WITH_POST: "post_id"},
)

text_readers = Table(
    "text_readers",
    metadata,
    Column("member", Text, primary_key=True),
    Column("people", Integer, nullable=False),
    Column("counted_at", Instant, nullable=False),
)
"""At a head office: how many people each site mails texts to, as it last said."""


def find_unplanned(tx: Connection, *, since: datetime, now: datetime) -> tuple[str, str] | None:
    """An announcement in force that came since then and whose mails are not all planned, and the account after which to go on; or None."""
    planned = and_(
        announcement_mailings.c.post_id == announcements.c.post_id, announcement_mailings.c.confirm_from == announcements.c.confirm_from
    )
    query = (
        select(announcements.c.post_id, func.coalesce(announcement_mailings.c.position, "").label("position"))
        .select_from(announcements.join(posts, posts.c.id == announcements.c.post_id).outerjoin(announcement_mailings, planned))
        .where(func.coalesce(announcement_mailings.c.complete, False).is_(False), announcements.c.arrived_at >= since)
        .where(posts.c.deleted_at.is_(None), or_(announcements.c.ends_at.is_(None), announcements.c.ends_at > now))
        .order_by(announcements.c.arrived_at)
        .limit(1)
    )
    row = tx.execute(query).first()
    return (row.post_id, row.position) if row is not None else None


def save_position(tx: Connection, post_id: str, confirm_from: int, position: str, *, complete: bool) -> None:
    """Keep how far the mails about an announcement are planned."""
    values = {"post_id": post_id, "confirm_from": confirm_from, "position": position, "complete": complete}
    tx.execute(upsert(announcement_mailings, values, key=("post_id",)))


def list_reminded(tx: Connection, *, since: datetime, limit: int) -> list[tuple[Reachable, str, str]]:
    """Who was reminded on the site since then, wants mails, and has none planned about it: they, the announcement, the notification."""
    mailed = exists().where(
        announcement_mails.c.actor_id == notifications.c.for_actor_id, announcement_mails.c.occasion == notifications.c.id
    )
    query = (
        select(accounts.c.id, accounts.c.actor_id, WISH.label("wish"), notifications.c.post_id, notifications.c.id.label("notification"))
        .select_from(WISHING.join(notifications, notifications.c.for_actor_id == accounts.c.actor_id))
        .join(announcements, announcements.c.post_id == notifications.c.post_id)
        .where(notifications.c.id >= lowest_id(since), notifications.c.kind == NotificationKind.ANNOUNCEMENT_WAITS.value)
        .where(*REACHABLE, WISH.not_in((Wish.NOTHING.value,)), ~mailed)
        .order_by(notifications.c.id)
        .limit(limit)
    )
    return [(Reachable(row.id, row.actor_id, Wish(row.wish)), row.post_id, row.notification) for row in tx.execute(query)]


def plan(tx: Connection, sendings: Iterable[Sending]) -> None:
    """Keep that these are to be sent; what was planned before stays what it is."""
    for sending in sendings:
        insert_ignore(tx, announcement_mails, {name: getattr(sending, name) for name in announcement_mails.columns.keys()})  # noqa: SIM118 - a collection of columns


def list_due(tx: Connection, now: datetime, *, limit: int) -> list[Sending]:
    """What is to be sent by now, the earliest first."""
    due = (announcement_mails.c.state == State.PLANNED.value) & (announcement_mails.c.due_at <= now)
    return _sendings(tx, select(announcement_mails).where(due).order_by(announcement_mails.c.due_at, announcement_mails.c.id).limit(limit))


def find_sending(tx: Connection, sending_id: str) -> Sending | None:
    """The mail of that id, or None."""
    found = _sendings(tx, select(announcement_mails).where(announcement_mails.c.id == sending_id))
    return found[0] if found else None


def list_digest(tx: Connection, actor_id: str, now: datetime) -> list[Sending]:
    """What stands in the digest that somebody is to get by now."""
    due = (announcement_mails.c.state == State.PLANNED.value) & (announcement_mails.c.due_at <= now)
    of_digest = (announcement_mails.c.actor_id == actor_id) & (announcement_mails.c.kind == Kind.DIGEST.value)
    return _sendings(tx, select(announcement_mails).where(due, of_digest).order_by(announcement_mails.c.id))


def note(tx: Connection, sending_ids: Collection[str], state: State, now: datetime, answer: str = "", **values: Any) -> None:
    """Keep how far mails have come, and what came of them."""
    given = {"state": state.value, "done_at": now, "answer": answer, **values}
    tx.execute(update(announcement_mails).where(announcement_mails.c.id.in_(sending_ids)).values(given))


def put_off(tx: Connection, sending_ids: Collection[str], due_at: datetime, answer: str) -> None:
    """Try mails again then."""
    again = {
        "state": State.PLANNED.value,
        "due_at": due_at,
        "answer": answer,
        "done_at": None,
        "attempts": announcement_mails.c.attempts + 1,
    }
    tx.execute(update(announcement_mails).where(announcement_mails.c.id.in_(sending_ids)).values(again))


def list_lost(tx: Connection, before: datetime) -> list[str]:
    """Mails whose sending began before that and has not ended."""
    lost = (announcement_mails.c.state == State.SENDING.value) & (announcement_mails.c.done_at <= before)
    return list(tx.execute(select(announcement_mails.c.id).where(lost)).scalars())


def list_of_announcement(tx: Connection, post_id: str, *, before: str = "", limit: int) -> list[Sending]:
    """What was mailed about an announcement, the latest first, from before a mail on."""
    query = select(announcement_mails).where(announcement_mails.c.post_id == post_id)
    if before:
        query = query.where(announcement_mails.c.id < before)
    return _sendings(tx, query.order_by(announcement_mails.c.id.desc()).limit(limit))


def count_of_announcement(tx: Connection, post_id: str) -> Mapping[State, int]:
    """How many mails about an announcement have come how far."""
    query = select(announcement_mails.c.state, func.count().label("count")).where(announcement_mails.c.post_id == post_id)
    return {State(state): count for state, count in tx.execute(query.group_by(announcement_mails.c.state))}


def add_link(tx: Connection, digest: str, link: MailedLink) -> None:
    """Insert a link; `digest` is the hexadecimal SHA-256 of its secret."""
    values = {"actor_id": link.actor_id, "post_id": link.post_id, "made_at": link.made_at, "expires_at": link.expires_at}
    tx.execute(announcement_links.insert().values(values | {"digest": digest}))


def find_link(tx: Connection, digest: str) -> MailedLink | None:
    """The link whose secret has that digest, or None."""
    row = tx.execute(select(announcement_links).where(announcement_links.c.digest == digest)).first()
    return MailedLink(row.actor_id, row.post_id, row.made_at, row.expires_at) if row is not None else None


def remove_links(tx: Connection, digests: Collection[str]) -> None:
    """Remove links that were never sent."""
    tx.execute(delete(announcement_links).where(announcement_links.c.digest.in_(digests)))


def forget_spent_links(tx: Connection, now: datetime) -> None:
    """Remove the links that open nothing any more."""
    tx.execute(delete(announcement_links).where(announcement_links.c.expires_at <= now))


def save_text_readers(tx: Connection, member: str, people: int, counted_at: datetime) -> bool:
    """Keep how many people a site mails texts to, unless it has said so of a later moment; whether anything is new."""
    known = tx.execute(select(text_readers).where(text_readers.c.member == member)).first()
    if known is not None and (known.counted_at, known.people) >= (counted_at, people):
        return False
    tx.execute(upsert(text_readers, {"member": member, "people": people, "counted_at": counted_at}, key=("member",)))
    return True


def list_text_readers(tx: Connection) -> Mapping[str, int]:
    """How many people each site mails texts to, by its actor; those that have said nothing are left out."""
    return {row.member: row.people for row in tx.execute(select(text_readers.c.member, text_readers.c.people))}


def _sendings(tx: Connection, query: Select[Any]) -> list[Sending]:
    return [_sending(row) for row in tx.execute(query)]


def _sending(row: Row[Any]) -> Sending:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return Sending(**values | {"kind": Kind(values["kind"]), "state": State(values["state"])})
