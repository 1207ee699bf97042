"""A site gives its number to its head office, changes it, and takes it back."""

from datetime import datetime

from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.authority.telephones.model import Telephone
from fedirse.social.network.model import Network, NetworkState
from fedirse.social.network.store import list_networks
from fedirse.social.network.telephone import store
from fedirse.social.network.telephone.rules import check_number
from fedirse.social.network.telephone.wire import render_telephone
from fedirse.storage.actors import get_actor, get_actor_by_uri
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def give_number(tx: Transaction, site: Site, typed: str, now: datetime, by: Decider) -> str:
    """Give the head office another number, or with an empty one none any more; audited, without the number.

    A head office that has not let this site in yet is told when it does.

    Returns:
        The number as it is kept.

    Raises:
        NotFound: this site is in no network, or is its head office.
        InvalidInput: it is no number.
    """
    number, engaged = check_number(typed), list_networks(tx, [NetworkState.MEMBER, NetworkState.ASKED])
    # A site is in one at a time, or asks one.
    network = engaged[0] if engaged else None
    if network is None or network.head_office:
        raise NotFound("no head office of another site", public_message="This site is in no network.")
    if number == store.find_own(tx, network.uri):
        return number
    store.save_own(tx, network.uri, number)
    deed = "network.telephone-given" if number else "network.telephone-taken-back"
    record(tx, deed, network.name, now, account_id=by.account_id, who=by.who)
    if network.state is NetworkState.MEMBER:
        _tell(tx, site, network, number, now)
    return number


def tell_number(tx: Transaction, site: Site, network: Network, now: datetime) -> None:
    """Tell a head office that has just let this site in the number that was given for it, if one was."""
    number = store.find_own(tx, network.uri)
    if number:
        _tell(tx, site, network, number, now)


def _tell(tx: Transaction, site: Site, network: Network, number: str, now: datetime) -> None:
    activity = render_telephone(site.uris.activity(new_id(now)), network.uri, Telephone(site.uris.site_actor, number, now))
    inboxes = inboxes_of([get_actor_by_uri(tx, network.uri)], own_host=site.uris.host, shared=False)
    publish(tx, site, actor=get_actor(tx, site.actor_id), activity=activity, inboxes=inboxes, item_id=None, listed=False, now=now)
