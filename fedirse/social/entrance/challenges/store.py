"""Rows of challenges. A browser finds its own by a cookie, of which a digest is kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Row, String, Table, delete, select, update
from sqlalchemy.engine import Connection

from fedirse.social.entrance.challenges.model import Challenge, ChallengeKind
from fedirse.storage.columns import Instant, identifier, metadata

challenges = Table(
    "challenges",
    metadata,
    identifier(),
    Column("kind", String(16), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("question", LargeBinary, nullable=False),
    Column("person", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries_left", Integer, nullable=False),
)
_SHOWN = tuple(column for column in challenges.columns if column.name != "digest")


def add_challenge(tx: Connection, challenge: Challenge, digest: str) -> None:
    """Insert a challenge; `digest` is the hexadecimal SHA-256 of what its browser presents."""
    values = {column.name: getattr(challenge, column.name) for column in _SHOWN}
    tx.execute(challenges.insert().values(values | {"kind": challenge.kind.value, "digest": digest}))


def find_challenge(tx: Connection, digest: str) -> Challenge | None:
    """The challenge whose browser presents something of that digest, or None."""
    row = tx.execute(select(*_SHOWN).where(challenges.c.digest == digest)).first()
    return None if row is None else _challenge(row)


def take_try(tx: Connection, challenge_id: str) -> bool:
    """Count one answer; False when no more are looked at."""
    query = update(challenges).where(challenges.c.id == challenge_id, challenges.c.tries_left > 0)
    return tx.execute(query.values(tries_left=challenges.c.tries_left - 1)).rowcount > 0


def remove_challenge(tx: Connection, challenge_id: str) -> bool:
    """Remove a challenge that was answered; False when it was gone already, so that one answer is taken once."""
    return tx.execute(delete(challenges).where(challenges.c.id == challenge_id)).rowcount > 0


def remove_challenges_of(tx: Connection, account_id: str) -> None:
    """Remove what an account was asked and has not answered."""
    tx.execute(delete(challenges).where(challenges.c.account_id == account_id))


def forget_expired(tx: Connection, now: datetime) -> None:
    """Remove the challenges to which no answer is taken any more."""
    tx.execute(delete(challenges).where(challenges.c.expires_at <= now))


def _challenge(row: Row[Any]) -> Challenge:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return Challenge(**values | {"kind": ChallengeKind(values["kind"])})
