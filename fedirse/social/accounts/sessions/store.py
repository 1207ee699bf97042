"""Rows of sessions. What the browser holds is kept as a digest only, so a copy of the database signs nobody in."""

from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, bindparam, delete, false, select, update
from sqlalchemy.engine import Connection

from fedirse.social.accounts.model import Account
from fedirse.social.accounts.sessions.model import Session
from fedirse.social.accounts.store import account_of, accounts
from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.room import frees_room

sessions = Table(
    "sessions",
    metadata,
    identifier(),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("browser", Text, nullable=False, default=""),
    Column("confirmed_at", Instant, nullable=False),
    Column("strong", Boolean(), nullable=False, server_default=false()),
)

# Run for every page that somebody signed in asks for.
_BY_DIGEST = (
    select(sessions, *accounts.columns)
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(sessions.c.digest == bindparam("digest"), accounts.c.disabled_at.is_(None))
)
_WIDTH = len(sessions.columns)


def add_session(tx: Connection, session: Session, digest: str) -> None:
    """Insert a session; `digest` is the hexadecimal SHA-256 of what its browser presents."""
    values = {column.name: getattr(session, column.name) for column in sessions.columns if column.name != "digest"}
    tx.execute(sessions.insert().values(values | {"digest": digest}))


def find_session(tx: Connection, digest: str) -> tuple[Session, Account] | None:
    """The session whose browser presents something of that digest, with its account; None also when the account is disabled."""
    row = tx.execute(_BY_DIGEST, {"digest": digest}).first()
    if row is None:
        return None
    return _session(tuple(row)[:_WIDTH]), account_of(tuple(row)[_WIDTH:])


def list_sessions(tx: Connection, account_id: str) -> list[Session]:
    """The sessions of an account, the last used first."""
    query = select(sessions).where(sessions.c.account_id == account_id).order_by(sessions.c.seen_at.desc())
    return [_session(tuple(row)) for row in tx.execute(query)]


def note_use(tx: Connection, session_id: str, now: datetime, expires_at: datetime) -> None:
    """The session was used just now."""
    tx.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=now, expires_at=expires_at))


def note_confirmation(tx: Connection, session_id: str, now: datetime) -> None:
    """Its owner proved again who they are."""
    tx.execute(update(sessions).where(sessions.c.id == session_id).values(confirmed_at=now))


def note_strength(tx: Connection, session_id: str) -> None:
    """Its owner showed a second factor or a passkey in it."""
    tx.execute(update(sessions).where(sessions.c.id == session_id).values(strong=True))


@frees_room
def end_session(tx: Connection, session_id: str, account_id: str) -> bool:
    """End one session of an account; False when it has none of that id."""
    return tx.execute(delete(sessions).where(sessions.c.id == session_id, sessions.c.account_id == account_id)).rowcount > 0


@frees_room
def end_sessions(tx: Connection, account_id: str, *, but: str = "") -> int:
    """End the sessions of an account, all or all but one; returns how many."""
    return tx.execute(delete(sessions).where(sessions.c.account_id == account_id, sessions.c.id != but)).rowcount


@frees_room
def end_all_sessions(tx: Connection) -> int:
    """End every session of the site; returns how many."""
    return tx.execute(delete(sessions)).rowcount


def forget_expired(tx: Connection, now: datetime) -> int:
    """Remove the sessions that have ended by themselves; returns how many."""
    return tx.execute(delete(sessions).where(sessions.c.expires_at <= now)).rowcount


def _session(values: tuple[object, ...]) -> Session:
    known = dict(zip((column.name for column in sessions.columns), values, strict=True))
    del known["digest"]
    return Session(**known)  # type: ignore[arg-type]  # the columns have the attributes' names and types
