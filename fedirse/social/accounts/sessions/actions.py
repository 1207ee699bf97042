"""Signing in and out, as rows: what proves who somebody is comes before, and is not known here."""

import hashlib
import hmac
import secrets
from datetime import datetime

from fedirse.base import limits
from fedirse.base.errors import NotAuthorised
from fedirse.base.identifiers import new_id
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.rules import digest_of
from fedirse.social.accounts.sessions import store
from fedirse.social.accounts.sessions.model import Session
from fedirse.social.accounts.sessions.rules import LASTS
from fedirse.storage.transaction import Transaction


def new_secret() -> str:
    """What a browser will present. To be made before the transaction, which may run twice."""
    return secrets.token_urlsafe(32)


def open_session(tx: Transaction, account: Account, secret: str, browser: str, now: datetime, *, strong: bool = False) -> Session:
    """Sign an account in; always a new session, so that nobody waits in one that was prepared (ASVS 7.2.4).

    Args:
        tx: the transaction.
        account: who.
        secret: what the browser will present.
        browser: what the browser calls itself.
        now: the time.
        strong: whether they showed a second factor or a passkey.

    Raises:
        NotAuthorised: the account is disabled.
    """
    if account.disabled_at is not None:
        raise NotAuthorised(f"account {account.handle} is disabled", public_message="This account is disabled: ask whoever runs the site.")
    store.forget_expired(tx, now)
    shown = "".join(character for character in browser if character.isprintable())[: limits.NAME_LENGTH]
    session = Session(new_id(now), account.id, now, now, now + LASTS, shown, now, strong)
    store.add_session(tx, session, digest_of(secret))
    return session


def form_token(secret: str) -> str:
    """What a form of this session carries, so that no other site can send one in its name. Tells nothing about the secret."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()
