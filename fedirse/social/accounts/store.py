"""Rows of accounts and tokens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Row, String, Table, Text, false, func, select, update
from sqlalchemy.engine import Connection

from fedirse.base.errors import NotFound
from fedirse.base.roles import Role
from fedirse.social.accounts.model import Account, Token
from fedirse.storage.columns import Instant, Json, identifier, metadata

accounts = Table(
    "accounts",
    metadata,
    identifier(),
    Column("actor_id", ForeignKey("actors.id"), nullable=False, unique=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("password_hash", Text),
    Column("language", String(35), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    Column("roles", Json, nullable=False, server_default='["author"]'),
    Column("timezone", String(64), nullable=False, server_default=""),
    Column("theme", String(8), nullable=False, server_default="auto"),
    Column("email", Text),
    Column("email_proven_at", Instant),
    Column("shows_follows", Boolean(), nullable=False, server_default=false()),
    Column("ways_ended_at", Instant),
)

tokens = Table(
    "tokens",
    metadata,
    identifier(),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)


_COLUMNS = tuple(column.name for column in accounts.columns)


def add_account(tx: Connection, account: Account) -> None:
    """Insert an account."""
    tx.execute(accounts.insert().values({column.name: getattr(account, column.name) for column in accounts.columns}))


def find_account(tx: Connection, handle: str) -> Account | None:
    """The account of that handle (any case), or None."""
    return _account(tx.execute(select(accounts).where(accounts.c.handle == handle.lower())).first())


def get_account(tx: Connection, handle: str) -> Account:
    """The account of that handle (any case). Raises NotFound."""
    account = find_account(tx, handle)
    if account is None:
        raise NotFound(f"no account {handle}", public_message="There is no account “%(handle)s” on this site.", handle=handle)
    return account


def find_account_of_actor(tx: Connection, actor_id: str) -> Account | None:
    """The account behind a local actor, or None (the site's own actor has none)."""
    return _account(tx.execute(select(accounts).where(accounts.c.actor_id == actor_id)).first())


def list_accounts(tx: Connection) -> list[Account]:
    """Every account, by handle."""
    return [account_of(row) for row in tx.execute(select(accounts).order_by(accounts.c.handle))]


def count_accounts(tx: Connection) -> int:
    """How many accounts can sign in."""
    return int(tx.execute(select(func.count()).where(accounts.c.disabled_at.is_(None))).scalar_one())


def set_password_hash(tx: Connection, account_id: str, password_hash: str) -> None:
    """Replace an account's password."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash))


def disable_account(tx: Connection, account_id: str, now: datetime) -> None:
    """Let nobody sign in with the account any more; its tokens end with it."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(disabled_at=now))
    revoke_tokens(tx, account_id, now)


def revoke_tokens(tx: Connection, account_id: str, now: datetime) -> None:
    """End every token of an account."""
    tx.execute(update(tokens).where(tokens.c.account_id == account_id, tokens.c.revoked_at.is_(None)).values(revoked_at=now))


def note_ways_ended(tx: Connection, account_id: str, now: datetime) -> None:
    """Whatever was given out by now and let somebody into the account opens nothing any more, also what only features know of."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(ways_ended_at=now))


def enable_account(tx: Connection, account_id: str) -> None:
    """Let the account sign in again; its old tokens stay ended."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(disabled_at=None))


def add_token(tx: Connection, token: Token, digest: str) -> None:
    """Insert a token; `digest` is the hexadecimal SHA-256 of what its holder presents."""
    values = {"id": token.id, "account_id": token.account_id, "label": token.label, "digest": digest, "created_at": token.created_at}
    tx.execute(tokens.insert().values(values))


def find_token_holder(tx: Connection, digest: str) -> Account | None:
    """The enabled account whose living token has that digest, or None."""
    query = (
        select(accounts)
        .join(tokens, tokens.c.account_id == accounts.c.id)
        .where(tokens.c.digest == digest, tokens.c.revoked_at.is_(None), accounts.c.disabled_at.is_(None))
    )
    return _account(tx.execute(query).first())


def set_roles(tx: Connection, account_id: str, roles: Iterable[Role]) -> None:
    """Replace what an account is to the site."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(roles=[role.value for role in roles]))


def set_preferences(tx: Connection, account_id: str, **values: str | None) -> None:
    """Change some of `language`, `timezone` and `theme`."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(**values))


def set_email(tx: Connection, account_id: str, email: str | None) -> None:
    """Note another e-mail address, or none; nobody has shown yet that a mail there comes to the account's person."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(email=email, email_proven_at=None))


def note_email_proven(tx: Connection, account_id: str, now: datetime) -> None:
    """A mail to the account's address came to its person."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(email_proven_at=now))


def shows_follows(tx: Connection, actor_id: str) -> bool:
    """Whether the person behind a local actor shows everybody who follows them and whom they follow; False for who is no person here."""
    return bool(tx.execute(select(accounts.c.shows_follows).where(accounts.c.actor_id == actor_id)).scalar_one_or_none())


def set_shows_follows(tx: Connection, actor_id: str, *, shown: bool) -> None:
    """Whether the person behind a local actor shows that to everybody; nothing happens for who is no person here."""
    tx.execute(update(accounts).where(accounts.c.actor_id == actor_id).values(shows_follows=shown))


def find_accounts_by_email(tx: Connection, email: str, *, proven: bool) -> list[Account]:
    """The accounts that named that e-mail address as theirs (any case), disabled ones left out.

    Args:
        tx: the transaction.
        email: the address.
        proven: whether only those count to which a mail to that address came.
    """
    query = select(accounts).where(func.lower(accounts.c.email) == email.lower(), accounts.c.disabled_at.is_(None))
    if proven:
        query = query.where(accounts.c.email_proven_at.is_not(None))
    return [account_of(row) for row in tx.execute(query.order_by(accounts.c.handle).limit(3))]


def list_tokens(tx: Connection, account_id: str) -> list[Token]:
    """The living tokens of an account, the newest first."""
    query = select(tokens).where(tokens.c.account_id == account_id, tokens.c.revoked_at.is_(None)).order_by(tokens.c.id.desc())
    return [Token(row.id, row.account_id, row.label, row.created_at, row.revoked_at) for row in tx.execute(query)]


def revoke_token(tx: Connection, token_id: str, account_id: str, now: datetime) -> bool:
    """End one token of an account; False when it has no living one of that id."""
    query = update(tokens).where(tokens.c.id == token_id, tokens.c.account_id == account_id, tokens.c.revoked_at.is_(None))
    return tx.execute(query.values(revoked_at=now)).rowcount > 0


def find_account_by_id(tx: Connection, account_id: str) -> Account | None:
    """The account of that id, or None."""
    return _account(tx.execute(select(accounts).where(accounts.c.id == account_id)).first())


def has_administrator(tx: Connection) -> bool:
    """Whether anybody who can sign in runs the site."""
    return any(Role.ADMINISTRATOR in account.roles and account.disabled_at is None for account in list_accounts(tx))


def _account(row: Row[Any] | None) -> Account | None:
    return account_of(row) if row is not None else None


def account_of(row: Iterable[Any]) -> Account:
    """An account from the values of its columns, in their order."""
    values = dict(zip(_COLUMNS, row, strict=True))
    return Account(**values | {"roles": tuple(Role(name) for name in values["roles"])})
