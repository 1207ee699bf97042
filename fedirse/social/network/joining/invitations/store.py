"""Rows of invitations. The secret is kept as a digest only, so a copy of the database lets nobody in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Integer, Row, String, Table, Text, select, update
from sqlalchemy.engine import Connection

from fedirse.social.network.joining.invitations.model import Invitation
from fedirse.social.network.roster.wire import parse_attributes, render_attributes
from fedirse.storage.columns import Instant, Json, identifier, metadata

network_invitations = Table(
    "network_invitations",
    metadata,
    identifier(),
    Column("digest", String(64), nullable=False, unique=True),
    Column("note", Text, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("made_by", String(26), nullable=False),
)
_SHOWN = tuple(column for column in network_invitations.columns if column.name != "digest")


def add_invitation(tx: Connection, invitation: Invitation, digest: str) -> None:
    """Insert an invitation; `digest` is the hexadecimal SHA-256 of its secret."""
    values = {column.name: getattr(invitation, column.name) for column in _SHOWN}
    values["attributes"] = render_attributes(invitation.attributes)
    tx.execute(network_invitations.insert().values(values | {"digest": digest}))


def find_invitation(tx: Connection, digest: str) -> Invitation | None:
    """The invitation whose secret has that digest, whatever has become of it, or None."""
    row = tx.execute(select(*_SHOWN).where(network_invitations.c.digest == digest)).first()
    return None if row is None else _invitation(row)


def list_invitations(tx: Connection, now: datetime) -> list[Invitation]:
    """The invitations that still let somebody ask, the newest first."""
    table = network_invitations.c
    query = select(*_SHOWN).where(table.uses_left > 0, table.ends_at > now).order_by(table.id.desc())
    return [_invitation(row) for row in tx.execute(query)]


def latest_spent(tx: Connection, now: datetime, limit: int) -> list[Invitation]:
    """The invitations that let nobody ask any more, the newest first."""
    table = network_invitations.c
    query = select(*_SHOWN).where((table.uses_left <= 0) | (table.ends_at <= now)).order_by(table.id.desc()).limit(limit)
    return [_invitation(row) for row in tx.execute(query)]


def take_use(tx: Connection, invitation_id: str) -> bool:
    """Use an invitation once; False when nothing of it is left, also where two ask at once."""
    table = network_invitations.c
    query = update(network_invitations).where(table.id == invitation_id, table.uses_left > 0).values(uses_left=table.uses_left - 1)
    return tx.execute(query).rowcount > 0


def withdraw_invitations(tx: Connection) -> int:
    """Let none of the invitations admit anybody any more; returns how many still did."""
    query = update(network_invitations).where(network_invitations.c.uses_left > 0).values(uses_left=0)
    return tx.execute(query).rowcount


def withdraw_invitation(tx: Connection, invitation_id: str) -> Invitation | None:
    """Let an invitation admit nobody any more; returns what it was, None when there is none."""
    row = tx.execute(select(*_SHOWN).where(network_invitations.c.id == invitation_id)).first()
    tx.execute(update(network_invitations).where(network_invitations.c.id == invitation_id).values(uses_left=0))
    return None if row is None else _invitation(row)


def _invitation(row: Row[Any]) -> Invitation:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return Invitation(**values | {"attributes": parse_attributes(values["attributes"])})
