"""Tells members of the kit: all of them when it changes, and whoever joins later."""

from datetime import datetime

from fedirse.base.identifiers import new_id
from fedirse.features.branding.kit import store
from fedirse.features.branding.kit.model import KnownKit
from fedirse.features.branding.kit.wire import render_offer
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.network.model import Network
from fedirse.social.network.roster.rules import members_in_force
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network
from fedirse.storage.actors import get_actor, list_actors_by_uri
from fedirse.storage.transaction import Transaction


def has_untold(tx: Transaction, now: datetime) -> bool:
    """Whether a member is to be told; asked every half minute, and nearly always not."""
    network = current_network(tx)
    known = store.find_kit(tx, network.uri) if network is not None and network.head_office else None
    return network is not None and known is not None and bool(_untold(tx, network, known, now))


def tell_members(tx: Transaction, site: Site, now: datetime) -> None:
    """Send the latest version to every member that was not sent it yet. That it is withdrawn nobody is told who was never told of it."""
    network = current_network(tx)
    known = store.find_kit(tx, network.uri) if network is not None and network.head_office else None
    untold = _untold(tx, network, known, now) if network is not None and known is not None else []
    if network is None or known is None or not untold:
        return
    uri = site.uris.activity(new_id(now))
    publish(
        tx,
        site,
        actor=get_actor(tx, site.actor_id),
        activity=render_offer(uri, head_office=network.uri, members=network.members, kit=known.kit, now=now),
        inboxes=inboxes_of(list_actors_by_uri(tx, untold).values(), own_host=site.uris.host, shared=True),
        item_id=None,
        listed=False,
        now=now,
        # Signed for members, so that it is asked once more before it leaves whether they still are.
        signer_id=site.actor_id,
    )
    for member in untold:
        store.note_told(tx, member, known.kit.version)


def _untold(tx: Transaction, network: Network, known: KnownKit, now: datetime) -> list[str]:
    """The members whose actor is known here and who lack the latest version."""
    told = store.list_told(tx, known.kit.version)
    waiting = members_in_force(load_roster(tx, network.uri), now).keys() - told - {network.uri}
    if known.kit.withdrawn:
        waiting &= store.list_ever_told(tx)
    return sorted(list_actors_by_uri(tx, waiting)) if waiting else []
