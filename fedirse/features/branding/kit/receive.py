"""What the head office offers."""

from datetime import datetime

from fedirse.activitypub.documents.reference import Embedded
from fedirse.features.branding.kit.rules import is_later, received
from fedirse.features.branding.kit.store import find_kit, save_kit
from fedirse.features.branding.kit.wire import parse_kit
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction


def receive_kit(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Offer of a BrandKit by the head office of this site's own network, under the key that is pinned for it: kept until somebody decides.

    What anybody else offers has no effect, nor has a version that is not later than the one known. Raises MalformedDocument as `parse_kit`.
    """
    del site
    network, offered = current_network(tx), authentic.activity.object
    if network is None or network.head_office or not isinstance(offered, Embedded):
        return Handled.IGNORED
    if not authentic.member or authentic.actor.uri != network.uri:
        return Handled.IGNORED
    kit, known = parse_kit(offered.document, network.uri), find_kit(tx, network.uri)
    if not is_later(kit, known.kit if known is not None else None):
        return Handled.IGNORED
    save_kit(tx, received(known, network.uri, kit, now))
    return Handled.DONE
