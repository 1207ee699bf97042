"""An invitation: as the head office keeps it, as it is handed over, and as the site that is invited reads it."""

from dataclasses import dataclass, field
from datetime import datetime

from fedirse.social.network.model import Attributes


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody at the head office invites to.

    Attributes:
        note: for whom it is, for the list of invitations.
        attributes: what a site that joins with it is known by.
        approved: whether it lets a site in at once; else somebody approves each one.
        uses: how many sites may ask with it.
        days: how long it lasts.
    """

    note: str = ""
    attributes: Attributes = field(default_factory=Attributes)
    approved: bool = False
    uses: int = 1
    days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation as it is kept: without its secret.

    Attributes:
        id: our id for it.
        note, attributes, approved, uses: as in the wish.
        uses_left: how many sites still can.
        made_at, ends_at: from when until when.
        made_by: the account that made it; empty for a command.
    """

    id: str
    note: str
    attributes: Attributes
    approved: bool
    uses: int
    uses_left: int
    made_at: datetime
    ends_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """What is handed over: where the invitation is, and the key of whoever may have signed it."""

    address: str
    key: str

    @property
    def text(self) -> str:
        """The link as one text. The key stands where no request carries it."""
        return f"{self.address}#{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an invitation says to the site that opens it.

    Attributes:
        address: where it is; with its secret, so that it is what the site shows to be let in.
        network: the head office's actor.
        name: what the network is called.
        members: the collection of its members.
        attributes: what the head office has noted about the site.
        shown_at: when the head office signed this, by its own clock.
        ends_at: until when a site may ask with it.
    """

    address: str
    network: str
    name: str
    members: str
    attributes: Attributes
    shown_at: datetime
    ends_at: datetime
