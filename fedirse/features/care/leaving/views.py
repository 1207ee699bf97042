"""What somebody sees who is about to take the site out of its network, and afterwards."""

from dataclasses import dataclass
from datetime import datetime

from fedirse.activitypub import uris
from fedirse.features.care.privacy.exports.actions import LASTS
from fedirse.features.care.privacy.exports.model import Export
from fedirse.features.care.privacy.exports.store import find_latest
from fedirse.site import Site
from fedirse.social.network.actions import addresses_of
from fedirse.social.network.joining.store import list_engagements
from fedirse.social.network.model import ENDED, Network, NetworkState
from fedirse.social.network.parting.model import Parting
from fedirse.social.network.parting.store import find_parting
from fedirse.social.network.roster.model import Removal
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import list_networks
from fedirse.social.posts.purging.store import count_inside
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A network and what leaving it takes away, or took.

    Attributes:
        network: the one that the site is in or has asked, else the one that it was in last; None for none.
        host: the domain of its head office.
        own: how many posts for members were written here, which stay.
        others: how many of other sites are here, which are erased.
        parting: how far this site is, after the end.
        removal: the head office's own word that the site is out; None while it has not come.
        export: the last archive of the site that somebody asked for.
    """

    network: Network | None
    host: str = ""
    own: int = 0
    others: int = 0
    parting: Parting | None = None
    removal: Removal | None = None
    export: Export | None = None

    @property
    def is_member(self) -> bool:
        """Whether the site is in it."""
        return self.network is not None and self.network.state is NetworkState.MEMBER

    @property
    def is_out(self) -> bool:
        """Whether the site was in it and is no more."""
        return self.network is not None and self.network.state in ENDED

    @property
    def archive_until(self) -> datetime | None:
        """Until when the archive is kept; None where none is ready."""
        return self.export.ended_at + LASTS if self.export is not None and self.export.ended_at is not None else None


def read_leaving(tx: Transaction, site: Site) -> Leaving:
    """Where this site stands with its network, or with the last one that it was in."""
    former = sorted(list_networks(tx, ENDED), key=lambda one: one.since)
    network = next(iter([*list_engagements(tx), *reversed(former)]), None)
    if network is None:
        return Leaving(network=None)
    own, others = count_inside(tx, addresses_of(tx, network))
    held = load_roster(tx, network.uri, only=[site.uris.site_actor]).held.get(site.uris.site_actor)
    return Leaving(
        network=network,
        host=uris.host_of(network.uri),
        own=own,
        others=others,
        parting=find_parting(tx, network.uri) if network.state in ENDED else None,
        removal=held.statement if held is not None and isinstance(held.statement, Removal) else None,
        export=find_latest(tx, site.actor_id),
    )
