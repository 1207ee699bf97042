"""How long a session lasts. Pure."""

from datetime import datetime, timedelta
from typing import Final

from fedirse.social.accounts.sessions.model import Session

LASTS: Final = timedelta(days=30)
"""A session that is not used for so long has ended."""

NOTED_EVERY: Final = timedelta(minutes=10)
"""Its use is written down no more often than that."""

CONFIRMED_FOR: Final = timedelta(minutes=30)
"""For so long after a sign-in nobody is asked again who they are."""


def is_alive(session: Session, now: datetime) -> bool:
    """Whether the session may still be used. One that was used in the future is of a clock that was wrong, and has ended too."""
    return session.seen_at - NOTED_EVERY <= now < session.expires_at


def should_note(session: Session, now: datetime) -> bool:
    """Whether this use is worth writing down."""
    return now - session.seen_at >= NOTED_EVERY


def is_confirmed(session: Session, now: datetime) -> bool:
    """Whether its owner proved a short while ago who they are."""
    return timedelta(0) <= now - session.confirmed_at < CONFIRMED_FOR
