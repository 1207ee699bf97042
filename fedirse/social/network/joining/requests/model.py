"""A site that asks to be let in, and why one is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from fedirse.base.wording import N_
from fedirse.social.network.model import Attributes


class RequestState(StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequest:
    """A site that has asked to be let in.

    Attributes:
        member: URI of its own actor.
        uri: id of the Join, which the answer names.
        name: what it calls itself.
        host: where it is.
        key: its Ed25519 key (Multikey).
        attributes: what the invitation says of it.
        state: what became of it.
        reason: why it was refused, a code of `Refusal`; empty for no reason.
        asked_at, answered_at: when.
    """

    member: str
    uri: str
    name: str
    host: str
    key: str
    attributes: Attributes
    state: RequestState
    asked_at: datetime
    reason: str = ""
    answered_at: datetime | None = None


class Refusal(StrEnum):
    """Why a site is not let in. The values are kept and counted."""

    HEAD_OFFICE = "head-office"
    NOT_A_SITE = "not-a-site"
    KEY = "member-key"
    UNPROVEN = "unproven-key"
    OTHER_KEY = "other-key"
    OTHER_MEMBER = "other-member"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown-invitation"
    USED = "used-invitation"
    EXPIRED = "expired-invitation"
    BY_HAND = "refused-by-hand"


SENTENCES: Final[Mapping[Refusal, str]] = {
    Refusal.HEAD_OFFICE: N_("A head office has a network of its own and joins no other."),
    Refusal.NOT_A_SITE: N_("Only the own actor of a site joins a network."),
    Refusal.KEY: N_("A site that joins lists exactly one Ed25519 key, and this one does not."),
    Refusal.UNPROVEN: N_("The request is not signed with the key of the site that asks."),
    Refusal.OTHER_KEY: N_(
        "A site with this domain and another key is a member. If it was set up anew, the head office first removes the old one; if not, "
        "somebody else may have the domain now."
    ),
    Refusal.OTHER_MEMBER: N_("Another actor of this domain is a member already."),
    Refusal.SUSPENDED: N_("The membership of this site is suspended. Only the head office lifts that."),
    Refusal.UNKNOWN: N_("This invitation is not one of this network. Ask the head office for a new one."),
    Refusal.USED: N_("This invitation has been used, or was withdrawn. Ask the head office for a new one."),
    Refusal.EXPIRED: N_("The time of this invitation is over. Ask the head office for a new one."),
    Refusal.BY_HAND: N_("The head office did not let this site in."),
}
"""What is answered, in words for whoever runs the site that asked."""
