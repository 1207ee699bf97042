"""Where a site stands with networks, for the page on which it joins one."""

from dataclasses import dataclass

from fedirse.activitypub import uris
from fedirse.activitypub.signatures import multikey
from fedirse.site import Site
from fedirse.social.network.joining import store
from fedirse.social.network.joining.model import Asked
from fedirse.social.network.model import Network, NetworkState
from fedirse.social.network.store import find_network, list_trusted_keys
from fedirse.social.network.telephone.store import find_own
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Engagement:
    """Where this site stands.

    Attributes:
        network: the network it is in, has asked, or was refused by; None for none.
        host: the head office's.
        key: the network's key, of which four words are compared; empty where nobody has to.
        own_key: this site's, while the head office may compare its four words; else empty.
        asked: what it asked last of that network.
        telephone: the number that its head office is told; empty for none.
    """

    network: Network | None = None
    host: str = ""
    key: str = ""
    own_key: str = ""
    asked: Asked | None = None
    telephone: str = ""

    @property
    def state(self) -> NetworkState | None:
        """The state with that network; None for none."""
        return self.network.state if self.network is not None else None


def read_engagement(tx: Transaction, site: Site) -> Engagement:
    """Where this site stands: in a network, waiting for one, refused by the last one it asked, or in none."""
    network = next(iter(store.list_engagements(tx)), None)
    if network is None:
        refused = store.last_refused(tx)
        known = find_network(tx, refused.network) if refused is not None else None
        return Engagement(known, uris.host_of(known.uri), asked=refused) if known is not None else Engagement()
    host, asked = uris.host_of(network.uri), store.find_asked(tx, network.uri)
    telephone = find_own(tx, network.uri)
    if network.state is not NetworkState.ASKED:
        return Engagement(network, host, asked=asked, telephone=telephone)
    keys = list_trusted_keys(tx, network.uri)
    own = multikey(site.signing.load(tx, site.actor_id).ed25519.key.public)
    return Engagement(network, host, keys[0].key if keys else "", own, asked, telephone)
