"""Who may be let into the network. Pure."""

from collections.abc import Collection
from datetime import datetime

from fedirse.social.network.joining.invitations.model import Invitation
from fedirse.social.network.joining.requests.model import Refusal
from fedirse.social.network.roster.model import Credential, Statement

SITE = "Application"
HEAD_OFFICE = "Organization"


def why_no_member(kind: str, keys: Collection[str], proven: Collection[str]) -> Refusal | None:
    """Why an actor can be no member at all; None when it can.

    Args:
        kind: the type of the actor. A person cannot: a member's key is believed for everything of its origin.
        keys: the Ed25519 keys it lists.
        proven: those of them that the request is signed with.
    """
    if kind == HEAD_OFFICE:
        return Refusal.HEAD_OFFICE
    if kind != SITE:
        return Refusal.NOT_A_SITE
    if len(keys) != 1:
        return Refusal.KEY
    return None if proven else Refusal.UNPROVEN


def why_not_beside(member: str, key: str, known: Collection[Statement]) -> Refusal | None:
    """Why a site cannot join beside what the head office has said of its host before; None when it can, or is a member already.

    Whoever took over a domain comes with another key; nothing but the head office's own word ends the membership of the one before.
    """
    for statement in known:
        if not isinstance(statement, Credential):
            continue
        if statement.member != member:
            return Refusal.OTHER_MEMBER
        if statement.key != key:
            return Refusal.OTHER_KEY
        if statement.suspended:
            return Refusal.SUSPENDED
    return None


def why_not_by(invitation: Invitation | None, now: datetime) -> Refusal | None:
    """Why an invitation lets nobody in; None when it does."""
    if invitation is None:
        return Refusal.UNKNOWN
    if not invitation.uses_left:
        return Refusal.USED
    return Refusal.EXPIRED if invitation.ends_at <= now else None
