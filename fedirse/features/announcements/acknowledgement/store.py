"""Rows of who has read what here, and of what this site said of it. The first never leave the site."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, String, Table, and_, func, select
from sqlalchemy.engine import Connection

from fedirse.features.announcements.acknowledgement.model import Acknowledgement, Confirmation
from fedirse.social.accounts.store import accounts
from fedirse.social.posts.store import GOES_WITH_POST
from fedirse.storage.columns import EXPORTED_AS, Instant, metadata
from fedirse.storage.dialect import upsert

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
    Column("seen", Integer, nullable=False),
    Column("seen_at", Instant),
    Column("confirmed", Integer, nullable=False),
    Column("confirmed_at", Instant),
    info={GOES_WITH_POST: "post_id", EXPORTED_AS: "acknowledgements"},
)

site_confirmations = Table(
    "site_confirmations",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    # No reference: the confirmation stays the site's when whoever gave it is erased.
    Column("actor_id", String(26), nullable=False),
    Column("at", Instant, nullable=False),
    info={GOES_WITH_POST: "post_id"},
)


def save_acknowledgement(tx: Connection, post_id: str, person: Acknowledgement) -> None:
    """Keep what somebody did about an announcement."""
    values = {"post_id": post_id, **{column: getattr(person, column) for column in _COLUMNS}}
    tx.execute(upsert(acknowledgements, values, key=("post_id", "actor_id")))


def find_acknowledgement(tx: Connection, post_id: str, actor_id: str) -> Acknowledgement | None:
    """What somebody did about an announcement; None for nothing."""
    query = select(acknowledgements).where(acknowledgements.c.post_id == post_id, acknowledgements.c.actor_id == actor_id)
    row = tx.execute(query).first()
    return _acknowledgement(row) if row is not None else None


def list_of_person(tx: Connection, actor_id: str, post_ids: Collection[str]) -> Mapping[str, Acknowledgement]:
    """What somebody did about some announcements, by post."""
    query = select(acknowledgements).where(acknowledgements.c.actor_id == actor_id, acknowledgements.c.post_id.in_(post_ids))
    return {row.post_id: _acknowledgement(row) for row in tx.execute(query)}


def list_of_people(tx: Connection, post_id: str) -> list[Acknowledgement]:
    """What each of our people did about an announcement, also who did nothing; those who have left the site are none of them."""
    joined = accounts.outerjoin(
        acknowledgements, and_(acknowledgements.c.actor_id == accounts.c.actor_id, acknowledgements.c.post_id == post_id)
    )
    query = select(
        accounts.c.actor_id,
        func.coalesce(acknowledgements.c.seen, 0).label("seen"),
        acknowledgements.c.seen_at,
        func.coalesce(acknowledgements.c.confirmed, 0).label("confirmed"),
        acknowledgements.c.confirmed_at,
    ).select_from(joined)
    return [_acknowledgement(row) for row in tx.execute(query.where(accounts.c.disabled_at.is_(None)).order_by(accounts.c.handle))]


def save_confirmation(tx: Connection, post_id: str, confirmation: Confirmation) -> None:
    """Keep that this site has confirmed an announcement."""
    values = {"post_id": post_id, "version": confirmation.version, "actor_id": confirmation.actor_id, "at": confirmation.at}
    tx.execute(upsert(site_confirmations, values, key=("post_id",)))


def find_confirmation(tx: Connection, post_id: str) -> Confirmation | None:
    """This site's confirmation of an announcement, or None."""
    row = tx.execute(select(site_confirmations).where(site_confirmations.c.post_id == post_id)).first()
    return Confirmation(row.version, row.actor_id, row.at) if row is not None else None


def list_confirmations(tx: Connection, post_ids: Collection[str]) -> Mapping[str, Confirmation]:
    """This site's confirmations of some announcements, by post."""
    rows = tx.execute(select(site_confirmations).where(site_confirmations.c.post_id.in_(post_ids)))
    return {row.post_id: Confirmation(row.version, row.actor_id, row.at) for row in rows}


_COLUMNS = ("actor_id", "seen", "seen_at", "confirmed", "confirmed_at")


def _acknowledgement(row: Any) -> Acknowledgement:
    seen_at: datetime | None = row.seen_at
    return Acknowledgement(row.actor_id, row.seen, seen_at, row.confirmed, row.confirmed_at)
