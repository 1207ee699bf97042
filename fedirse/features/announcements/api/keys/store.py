"""Rows of keys. The secret of a key is kept as a digest only, so a copy of the database opens nothing."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Row, String, Table, Text, delete, func, select, update
from sqlalchemy.engine import Connection

from fedirse.features.announcements.api.keys.model import Key, May
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import account_of, accounts
from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.room import frees_room

api_keys = Table(
    "api_keys",
    metadata,
    identifier(),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("may", String(16), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("used_at", Instant),
)

_SHOWN: Final = tuple(column for column in api_keys.columns if column.name != "digest")
_WITH_ACCOUNT: Final = select(*_SHOWN, *accounts.columns).join(accounts, accounts.c.id == api_keys.c.account_id)


def add_key(tx: Connection, key: Key, digest: str) -> None:
    """Insert a key; `digest` is the hexadecimal SHA-256 of its secret."""
    values = {column.name: getattr(key, column.name) for column in _SHOWN}
    tx.execute(api_keys.insert().values(values | {"may": key.may.value, "digest": digest}))


def find_holder(tx: Connection, digest: str) -> tuple[Key, Account] | None:
    """The key whose secret has that digest, and the enabled account in whose name it acts; or None."""
    row = tx.execute(_WITH_ACCOUNT.where(api_keys.c.digest == digest, accounts.c.disabled_at.is_(None))).first()
    return None if row is None else _with_account(row)


def list_keys(tx: Connection) -> list[tuple[Key, Account]]:
    """Every key with its account, the newest first."""
    return [_with_account(row) for row in tx.execute(_WITH_ACCOUNT.order_by(api_keys.c.id.desc()))]


def count_keys(tx: Connection) -> int:
    """How many keys there are."""
    return int(tx.execute(select(func.count()).select_from(api_keys)).scalar_one())


def note_use(tx: Connection, key_id: str, now: datetime) -> None:
    """A key was used."""
    tx.execute(update(api_keys).where(api_keys.c.id == key_id).values(used_at=now))


@frees_room
def remove_key(tx: Connection, key_id: str) -> str | None:
    """Forget a key, which opens nothing from then on; returns its name, None when there was none."""
    name = tx.execute(select(api_keys.c.name).where(api_keys.c.id == key_id)).scalar_one_or_none()
    tx.execute(delete(api_keys).where(api_keys.c.id == key_id))
    return name


def _with_account(row: Row[Any]) -> tuple[Key, Account]:
    values = tuple(row)
    kept = dict(zip((column.name for column in _SHOWN), values, strict=False))
    return Key(**kept | {"may": May(kept["may"])}), account_of(values[len(_SHOWN) :])
