"""A session: one browser in which an account is signed in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which an account is signed in.

    Attributes:
        id: our id for it.
        account_id: whose.
        created_at: when they signed in.
        seen_at: when it was last used, within ten minutes.
        expires_at: when it ends by itself; pushed on by use.
        browser: what the browser calls itself, for the list of one's sessions.
        confirmed_at: when its owner last proved who they are; asked again before what matters most.
        strong: whether a second factor or a passkey opened it.
    """

    id: str
    account_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    browser: str
    confirmed_at: datetime
    strong: bool = False
