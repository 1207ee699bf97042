"""What a site does when its membership has ended: it has erased what others wrote for members, and tells the head office."""

from dataclasses import replace
from datetime import datetime

from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.network.model import ENDED, Network, NetworkState
from fedirse.social.network.parting import store
from fedirse.social.network.parting.model import Parting, Receipt
from fedirse.social.network.parting.wire import render_receipt
from fedirse.social.network.roster.model import Removal
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import find_network
from fedirse.storage.actors import find_actor_by_uri, get_actor
from fedirse.storage.transaction import Transaction


def begin_purge(tx: Transaction, network: Network) -> bool:
    """Whether something is to be erased: this site is out of that network, and not done yet with what follows from it.

    It may have been let in again meanwhile, and be out once more later: each end is gone through by itself. To ask to be let in again,
    or to be refused that, is not to be in: what is to be erased is all the same. To be called only where a membership has ended.
    """
    if network.state is NetworkState.MEMBER:
        return False
    parting = store.find_parting(tx, network.uri)
    is_stopped = parting is not None and parting.ended_at is None
    if is_stopped and network.state not in ENDED:
        return True
    if parting is None or parting.began_at != network.since:
        store.save_parting(tx, Parting(network=network.uri, began_at=network.since))
        return True
    return is_stopped


def list_stopped(tx: Transaction) -> list[str]:
    """The networks of which something is still to be erased here."""
    known = [find_network(tx, uri) for uri in store.list_unfinished(tx)]
    return [network.uri for network in known if network is not None and begin_purge(tx, network)]


def end_purge(tx: Transaction, network: str, now: datetime) -> int:
    """Note that nothing is left; returns how much was erased. Raises NotFound: the site never parted from that network."""
    parting = store.find_parting(tx, network)
    if parting is None:
        raise NotFound(f"no parting from {network}")
    store.save_parting(tx, replace(parting, ended_at=now))
    return parting.erased


def tell_purged(tx: Transaction, site: Site, network: str, now: datetime) -> None:
    """Tell the head office what was erased, once, when all of it is and the head office has said that this site is no member."""
    parting, head_office = store.find_parting(tx, network), find_actor_by_uri(tx, network)
    if parting is None or parting.ended_at is None or parting.told_at is not None or head_office is None:
        return
    known = _end_known(tx, site, network)
    if known is None:
        return
    statement, serial = known
    receipt = Receipt(serial, parting.erased, parting.ended_at)
    activity = render_receipt(site.uris.activity(new_id(now)), site.uris.site_actor, network, statement, receipt, now)
    inboxes = inboxes_of([head_office], own_host=site.uris.host, shared=False)
    publish(tx, site, actor=get_actor(tx, site.actor_id), activity=activity, inboxes=inboxes, item_id=None, listed=False, now=now)
    store.save_parting(tx, replace(parting, told_at=now))


def _end_known(tx: Transaction, site: Site, network: str) -> tuple[str, int] | None:
    """Id and number of the word that ended this site's membership: a removal, or a list that leaves it out. None while neither is here."""
    own = site.uris.site_actor
    roster = load_roster(tx, network, only=[own])
    held = roster.held.get(own)
    if held is None:
        return None
    if isinstance(held.statement, Removal):
        return held.statement.id, held.statement.serial
    snapshot = roster.snapshot
    left_out = snapshot is not None and snapshot.serial > held.statement.serial and own not in snapshot.listing
    return (held.statement.id, snapshot.serial) if snapshot is not None and left_out else None
