"""Rows of passkeys."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Table, Text, delete, func, select, update
from sqlalchemy.engine import Connection

from fedirse.social.entrance.passkeys.model import Passkey
from fedirse.storage.columns import Instant, identifier, metadata

passkeys = Table(
    "passkeys",
    metadata,
    identifier(),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("credential", Text, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("person", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
)


def add_passkey(tx: Connection, passkey: Passkey) -> None:
    """Insert a passkey."""
    tx.execute(passkeys.insert().values({column.name: getattr(passkey, column.name) for column in passkeys.columns}))


def find_passkey(tx: Connection, credential: str) -> Passkey | None:
    """The passkey of that id of its authenticator, or None."""
    row = tx.execute(select(passkeys).where(passkeys.c.credential == credential)).first()
    return None if row is None else Passkey(*row)


def list_passkeys(tx: Connection, account_id: str) -> list[Passkey]:
    """The passkeys of an account, the oldest first."""
    return [Passkey(*row) for row in tx.execute(select(passkeys).where(passkeys.c.account_id == account_id).order_by(passkeys.c.id))]


def count_passkeys(tx: Connection, account_id: str) -> int:
    """How many an account has."""
    return int(tx.execute(select(func.count()).where(passkeys.c.account_id == account_id)).scalar_one())


def note_passkey_use(tx: Connection, passkey_id: str, sign_count: int, now: datetime) -> None:
    """It signed in."""
    tx.execute(update(passkeys).where(passkeys.c.id == passkey_id).values(sign_count=sign_count, used_at=now))


def remove_passkey(tx: Connection, passkey_id: str, account_id: str) -> bool:
    """Remove one passkey of an account; False when it has none of that id."""
    return tx.execute(delete(passkeys).where(passkeys.c.id == passkey_id, passkeys.c.account_id == account_id)).rowcount > 0


def remove_passkeys(tx: Connection, account_id: str, *, but: Collection[str] = ()) -> int:
    """Remove every passkey of an account but those with these ids; returns how many."""
    return tx.execute(delete(passkeys).where(passkeys.c.account_id == account_id, passkeys.c.id.not_in(but))).rowcount
