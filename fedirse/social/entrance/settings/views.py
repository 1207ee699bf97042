"""What the page about one's security shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fedirse.base.roles import ADMINISTERS
from fedirse.social.accounts.model import Token
from fedirse.social.accounts.sessions.store import list_sessions
from fedirse.social.accounts.store import find_account_by_id, list_tokens
from fedirse.social.entrance.passkeys.model import Passkey
from fedirse.social.entrance.passkeys.store import list_passkeys
from fedirse.social.entrance.second_factor.actions import has_second_factor
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor

# In this order: most browsers call themselves several of these at once.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SessionView:
    """One browser in which somebody is signed in."""

    id: str
    browser: str
    system: str
    seen_at: datetime
    created_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Security:
    """All that lets somebody into an account.

    Attributes:
        has_password: whether there is a password.
        has_second_factor: whether codes are asked for.
        should_strengthen: whether the account may do much and nothing but a password protects it.
        passkeys: its passkeys.
        sessions: where it is signed in, this browser first.
        tokens: what its programs hold.
    """

    has_password: bool
    has_second_factor: bool
    should_strengthen: bool
    passkeys: Sequence[Passkey]
    sessions: Sequence[SessionView]
    tokens: Sequence[Token]


def security_of(tx: Transaction, visitor: Visitor) -> Security:
    """What the page shows to `visitor` about themselves."""
    account = find_account_by_id(tx, visitor.account_id)
    codes, keys = has_second_factor(tx, visitor.account_id), list_passkeys(tx, visitor.account_id)
    shown = [
        SessionView(one.id, *describe_browser(one.browser), one.seen_at, one.created_at, one.id == visitor.session_id)
        for one in list_sessions(tx, visitor.account_id)
    ]
    return Security(
        has_password=account is not None and account.password_hash is not None,
        has_second_factor=codes,
        should_strengthen=not codes and not keys and bool(ADMINISTERS & visitor.permissions),
        passkeys=keys,
        sessions=sorted(shown, key=lambda one: not one.is_this),
        tokens=list_tokens(tx, visitor.account_id),
    )


def describe_browser(user_agent: str) -> tuple[str, str]:
    """The names of a browser and of its system, as far as it tells; empty for unknown ones."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    return browser, next((name for mark, name in _SYSTEMS if mark in user_agent), "")
