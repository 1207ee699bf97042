"""The invitations of a head office, put together for a page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fedirse.site import Site
from fedirse.social.network.joining.invitations.model import Invitation
from fedirse.social.network.joining.invitations.store import latest_spent, list_invitations
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction

SPENT: Final = 20
"""So many of those that admit nobody any more are shown."""


@dataclass(frozen=True, slots=True)
class InvitationsView:
    """What the page of invitations shows.

    Attributes:
        network: what the network is called; empty where this site has none.
        open: those that still let somebody ask, the newest first.
        spent: the last ones of those that do not, the newest first.
    """

    network: str
    open: tuple[Invitation, ...]
    spent: tuple[Invitation, ...]


def read_invitations(tx: Transaction, site: Site, now: datetime) -> InvitationsView:
    """The invitations of this head office."""
    network = current_network(tx)
    name = network.name if network is not None and network.uri == site.uris.site_actor else ""
    return InvitationsView(name, tuple(list_invitations(tx, now)), tuple(latest_spent(tx, now, SPENT)))
