"""How long a link lasts, and who may give one to whom. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, NotAuthorised
from fedirse.base.roles import Permission, Role, permissions_of
from fedirse.social.entrance.links.model import Giver, Invitation, Link, LinkKind

PROOF_LASTS: Final = timedelta(days=1)
"""How long a link lasts that shows an e-mail address to be somebody's."""

LASTS: Final[Mapping[LinkKind, timedelta | None]] = {
    LinkKind.SIGN_IN: timedelta(days=3),
    LinkKind.RESET: timedelta(days=3),
    LinkKind.EMAIL: PROOF_LASTS,
    LinkKind.INVITATION: timedelta(days=7),
    LinkKind.SET_UP: None,
}
"""How long a link lasts; one to sign in, when it was given by hand or on paper."""

MAILED_LASTS: Final = timedelta(minutes=30)
"""How long a link to sign in lasts that somebody had sent to themselves."""


def is_alive(link: Link, now: datetime) -> bool:
    """Whether the link still does something."""
    return link.uses_left > 0 and (link.expires_at is None or now < link.expires_at)


def check_invitation(wanted: Invitation) -> None:
    """Raises InvalidInput for an invitation for nobody, for too many, for too long, or with too long a note."""
    if not 1 <= wanted.uses <= limits.INVITATION_USES:
        most = limits.INVITATION_USES
        raise InvalidInput("An invitation is for 1 to %(most)s people.", reason="invitation-uses", field="uses", most=most)
    if not 1 <= wanted.days <= limits.INVITATION_DAYS:
        most = limits.INVITATION_DAYS
        raise InvalidInput("An invitation lasts 1 to %(most)s days.", reason="invitation-days", field="days", most=most)
    if len(wanted.note) > limits.NAME_LENGTH:
        raise InvalidInput("The note is longer than %(most)s characters.", reason="note-long", field="note", most=limits.NAME_LENGTH)


def check_may_give(giver: Giver, roles: Sequence[Role]) -> None:
    """Raises NotAuthorised when these roles, of a new account or of the account a link signs in, may do more than who gives them."""
    if not permissions_of(roles) <= giver.permissions:
        raise NotAuthorised(
            f"{giver.handle} gives more than they have",
            reason="gives-more",
            public_message="You cannot give somebody rights that you do not have, nor a way into their account.",
        )


def may_still_give(permissions: frozenset[Permission], roles: Sequence[Role]) -> bool:
    """Whether somebody who looks after the people of a site could still give these roles, or a way into an account that has them."""
    return Permission.MANAGE_PEOPLE in permissions and permissions_of(roles) <= permissions
