"""A challenge: what a browser was asked and has not answered yet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChallengeKind(StrEnum):
    """What the answer will do."""

    SECOND_FACTOR = "second_factor"
    """Finish a sign-in of which the password, or the link, was right."""
    PASSKEY_SIGN_IN = "passkey_sign_in"
    """Sign in with a passkey."""
    PASSKEY_NEW = "passkey_new"
    """Add a passkey to an account, or make an account with one."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One question.

    Attributes:
        id: our id for it.
        kind: what the answer will do.
        account_id: whose, where that is known.
        question: random bytes that the answer signs; empty where nothing is signed.
        person: what a new passkey names its person by; empty where none is made.
        expires_at: from when on no answer is taken.
        tries_left: how many more answers are looked at.
    """

    id: str
    kind: ChallengeKind
    account_id: str | None
    question: bytes
    person: bytes
    expires_at: datetime
    tries_left: int
