"""Rows of mutes: known to the one who mutes and to nobody else, here or elsewhere."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, Table, bindparam, delete, exists, select
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.storage.actors import actor_from_row, actors
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import insert_ignore

mutes = Table(
    "mutes",
    metadata,
    Column("muter_id", ForeignKey("actors.id"), primary_key=True),
    Column("muted_id", ForeignKey("actors.id"), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Index("ix_mutes_muted", "muted_id"),
)

_MUTE = select(mutes.c.created_at).where(mutes.c.muter_id == bindparam("muter_id"), mutes.c.muted_id == bindparam("muted_id"))


def save_mute(tx: Connection, muter_id: str, muted_id: str, now: datetime) -> None:
    """`muter_id` hears of `muted_id` no more; muting twice keeps the first."""
    insert_ignore(tx, mutes, {"muter_id": muter_id, "muted_id": muted_id, "created_at": now})


def remove_mute(tx: Connection, muter_id: str, muted_id: str) -> bool:
    """Lift the mute; False when there was none."""
    return tx.execute(delete(mutes).where(mutes.c.muter_id == muter_id, mutes.c.muted_id == muted_id)).rowcount > 0


def is_muted(tx: Connection, muter_id: str, muted_id: str) -> bool:
    """Whether `muter_id` does not wish to hear of `muted_id`."""
    return tx.execute(_MUTE, {"muter_id": muter_id, "muted_id": muted_id}).first() is not None


def list_muted(tx: Connection, muter_id: str) -> list[StoredActor]:
    """Whom `muter_id` has muted, by address."""
    query = select(actors).join(mutes, mutes.c.muted_id == actors.c.id).where(mutes.c.muter_id == muter_id)
    return [actor_from_row(row) for row in tx.execute(query.order_by(actors.c.handle, actors.c.host))]


def is_muted_by(actor_id: ColumnElement[str], muter_id: str) -> ColumnElement[bool]:
    """The clause "`muter_id` does not wish to hear of the actor in this column"; for what is shown unasked, such as timelines."""
    return exists(select(mutes.c.muted_id).where(mutes.c.muter_id == muter_id, mutes.c.muted_id == actor_id))
