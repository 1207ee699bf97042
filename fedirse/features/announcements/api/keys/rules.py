"""Which key can be made, and which one opens something."""

from datetime import datetime, timedelta
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission, permissions_of
from fedirse.features.announcements.api.keys.model import Key, May, Wanted
from fedirse.social.accounts.model import Account

NOTED_EVERY: Final = timedelta(hours=1)
"""The use of a key is written down no more often than that."""


def check_wanted(wanted: Wanted, kept: int, now: datetime) -> None:
    """Whether such a key can be made where there are `kept` already.

    Raises:
        InvalidInput: no name or one too long, an end that has passed, or as many keys as there may be.
    """
    if not 0 < len(wanted.name) <= limits.NAME_LENGTH:
        raise InvalidInput("Give the key a name of at most %(most)s characters.", reason="key-name", field="name", most=limits.NAME_LENGTH)
    if wanted.ends_at is not None and wanted.ends_at <= now:
        raise InvalidInput("That day is over already: choose a later one, or none.", reason="key-past-end", field="ends")
    if kept >= limits.API_KEYS:
        raise InvalidInput(
            "There are %(most)s keys, as many as there may be: revoke one first.", reason="too-many-keys", most=limits.API_KEYS
        )


def opens(key: Key, account: Account, now: datetime) -> bool:
    """Whether a key opens something: for as long as its account speaks for the head office, its own time is not over, and not every way
    into the account was ended since it was made.
    """
    may = account.disabled_at is None and Permission.ANNOUNCE in permissions_of(account.roles)
    return may and not account.has_ended(key.made_at) and (key.ends_at is None or now < key.ends_at)


def suffices(may: May, needed: May) -> bool:
    """Whether a key that may do the one may do the other."""
    return may is May.ANNOUNCE or needed is May.READ


def should_note(key: Key, now: datetime) -> bool:
    """Whether this use is worth writing down."""
    return key.used_at is None or now - key.used_at >= NOTED_EVERY
