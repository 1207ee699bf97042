"""A link: a secret that does one thing a certain number of times, until a certain moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fedirse.base.roles import DEFAULT_ROLES, Permission, Role


class LinkKind(StrEnum):
    """What a link does."""

    SIGN_IN = "sign_in"
    """Signs one account in."""
    RESET = "reset"
    """Lets the person of one account choose a new password; ends every session of theirs."""
    EMAIL = "email"
    """Shows that a mail to the address of one account comes to its person; signs nobody in."""
    INVITATION = "invitation"
    """Lets somebody new make an account; on a poster, several people."""
    SET_UP = "set_up"
    """Lets the first administrator set the site up."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is kept: without its secret.

    Attributes:
        id: our id for it.
        kind: what it does.
        account_id: whom it is for; None for somebody who has no account yet.
        roles: what who joins with it becomes.
        note: what whoever made it wrote about it, such as for whom it is.
        uses: how many times it could be used at first.
        uses_left: how many times it still can.
        created_at: when it was made.
        expires_at: from when on it does nothing; None for never.
        made_by: the account that made it; empty for a command, and for a person who asked for their own.
    """

    id: str
    kind: LinkKind
    account_id: str | None
    roles: tuple[Role, ...]
    note: str
    uses: int
    uses_left: int
    created_at: datetime
    expires_at: datetime | None
    made_by: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody invites to.

    Attributes:
        roles: what who joins becomes.
        uses: how many people may join with it.
        days: how long it lasts.
        note: a word about it for the list of invitations, such as for whom it is.
    """

    roles: tuple[Role, ...] = DEFAULT_ROLES
    uses: int = 1
    days: int = 7
    note: str = ""


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives others a way in.

    Attributes:
        account_id: their account; empty for a command on the server.
        handle: their handle.
        permissions: what they may do, which is the most that they can give.
    """

    account_id: str
    handle: str
    permissions: frozenset[Permission]


OPERATOR_GIVER = Giver("", "operator", frozenset(Permission))
"""Whoever runs commands on the server."""
