"""A passkey: the public half of a key that an authenticator keeps for one account of this site."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of an account.

    Attributes:
        id: our id for it.
        account_id: whose.
        credential: the authenticator's id for it, in base64url.
        public_key: in COSE.
        person: what the authenticator names its person by.
        sign_count: the highest count of signatures it told; 0 for an authenticator that does not count.
        name: what its person calls it.
        created_at: when it was added.
        used_at: when it signed in last.
    """

    id: str
    account_id: str
    credential: str
    public_key: bytes
    person: bytes
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None
