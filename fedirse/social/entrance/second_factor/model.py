"""The second factor of an account: a secret shared with an authenticator program."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What an account shares with its authenticator program.

    Attributes:
        account_id: whose.
        sealed: the secret, sealed with the site's keyring.
        created_at: when it was made.
        confirmed_at: when its person showed a first right code; None while they set it up, and then it is not asked for.
        last_step: the step of time of the last code that was taken, so that no code is taken twice.
    """

    account_id: str
    sealed: bytes
    created_at: datetime
    confirmed_at: datetime | None
    last_step: int
