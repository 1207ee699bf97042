"""Accounts: the people of a site, and the tokens their programs hold."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in here; `actor_id` is how other servers know them."""

    id: str
    actor_id: str
    handle: str
    password_hash: str | None
    language: str
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token of an account; only a hash of it is kept."""

    id: str
    account_id: str
    label: str
    created_at: datetime
    revoked_at: datetime | None
