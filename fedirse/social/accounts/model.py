"""Accounts: the people of a site, and the tokens their programs hold."""

from dataclasses import dataclass
from datetime import datetime

from fedirse.base.roles import DEFAULT_ROLES, Role


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in here; `actor_id` is how other servers know them.

    Attributes:
        id: our id for it.
        actor_id: its actor.
        handle: the name in `@name@domain`.
        password_hash: argon2id; None without a password.
        language: of the pages they are shown.
        created_at: when it was made.
        disabled_at: since when nobody can sign in with it.
        roles: what they are to the site.
        timezone: name of the time zone their dates are shown in; empty for the site's.
        theme: `light`, `dark`, or `auto` for what the device prefers.
        email: where a link to sign in may be sent; never shown to anybody else.
        email_proven_at: when somebody opened the link that was sent there; None as long as nobody has.
        shows_follows: whether anybody may read who follows them and whom they follow; else only the people of the site.
        ways_ended_at: when all that let somebody into it was last ended; what was given out by then opens nothing. None for never.
    """

    id: str
    actor_id: str
    handle: str
    password_hash: str | None
    language: str
    created_at: datetime
    disabled_at: datetime | None
    roles: tuple[Role, ...] = DEFAULT_ROLES
    timezone: str = ""
    theme: str = "auto"
    email: str | None = None
    email_proven_at: datetime | None = None
    shows_follows: bool = False
    ways_ended_at: datetime | None = None

    def has_ended(self, given_at: datetime) -> bool:
        """Whether what was given out then, and let somebody in, was ended since."""
        return self.ways_ended_at is not None and given_at <= self.ways_ended_at


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token of an account; only a hash of it is kept."""

    id: str
    account_id: str
    label: str
    created_at: datetime
    revoked_at: datetime | None
