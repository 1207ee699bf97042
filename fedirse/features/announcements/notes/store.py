"""Rows of notes. They never leave the site, and go with the announcement."""

from sqlalchemy import Column, ForeignKey, String, Table, Text, delete, select
from sqlalchemy.engine import Connection

from fedirse.features.announcements.notes.model import Note
from fedirse.social.posts.store import GOES_WITH_POST
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

announcement_notes = Table(
    "announcement_notes",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    # No reference: the note stays the site's when whoever wrote it is erased.
    Column("actor_id", String(26), nullable=False),
    Column("at", Instant, nullable=False),
    info={GOES_WITH_POST: "post_id"},
)


def save_note(tx: Connection, post_id: str, note: Note) -> None:
    """Keep the note of this site under an announcement, in the place of an earlier one."""
    values = {"post_id": post_id, "text": note.text, "actor_id": note.actor_id, "at": note.at}
    tx.execute(upsert(announcement_notes, values, key=("post_id",)))


def remove_note(tx: Connection, post_id: str) -> None:
    """Keep none."""
    tx.execute(delete(announcement_notes).where(announcement_notes.c.post_id == post_id))


def find_note(tx: Connection, post_id: str) -> Note | None:
    """The note of this site under an announcement, or None."""
    row = tx.execute(select(announcement_notes).where(announcement_notes.c.post_id == post_id)).first()
    return Note(row.text, row.actor_id, row.at) if row is not None else None
