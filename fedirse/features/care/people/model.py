"""Somebody of the site as the list of people shows them."""

from dataclasses import dataclass
from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.social.accounts.model import Account


@dataclass(frozen=True, slots=True)
class Member:
    """An account with its actor, when it was last used, and in how many browsers it is signed in."""

    account: Account
    actor: StoredActor
    seen_at: datetime | None
    sessions: int
