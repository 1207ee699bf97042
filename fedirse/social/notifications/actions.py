"""Telling those who look after a site."""

from datetime import datetime

from fedirse.base.roles import Permission, permissions_of
from fedirse.social.accounts.store import list_accounts
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify, withdraw
from fedirse.storage.transaction import Transaction


def notify_who_may(tx: Transaction, needs: Permission, kind: NotificationKind, actor_id: str, now: datetime) -> None:
    """Let everybody who may do `needs` hear that `actor_id` did `kind`; where they heard it before, the latest counts."""
    for hears in list_who_may(tx, needs):
        withdraw(tx, hears, kind, actor_id)
        notify(tx, hears, kind, actor_id, now)


def list_who_may(tx: Transaction, needs: Permission) -> list[str]:
    """The actors of those who may do `needs`, by handle."""
    return [one.actor_id for one in list_accounts(tx) if one.disabled_at is None and needs in permissions_of(one.roles)]


def withdraw_from_all(tx: Transaction, kind: NotificationKind, actor_id: str) -> None:
    """Take back what was told to whoever looks after the site: there is nothing to decide any more."""
    for account in list_accounts(tx):
        withdraw(tx, account.actor_id, kind, actor_id)
