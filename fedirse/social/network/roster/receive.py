"""News of the roster: signed statements of the head office, which any member may bring."""

from datetime import datetime

from fedirse.activitypub import strict_json, uris
from fedirse.base.errors import MalformedDocument
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled, Handler
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.model import ENDED, NetworkState
from fedirse.social.network.roster.actions import ask_anew, take_farewell, take_snapshot, take_statement
from fedirse.social.network.roster.model import News
from fedirse.social.network.roster.store import highest_serial
from fedirse.storage.transaction import Transaction


def receive_news(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Add, Update, Remove of what a head office signed about its members.

    What is believed is the statement's own proof, made with a key that is trusted since this site joined; never who sent it.
    """
    target = authentic.activity.target
    network = store.find_network_of(tx, target.id) if target is not None and target.id is not None else None
    if network is None or network.state not in {NetworkState.MEMBER, *ENDED}:
        return Handled.IGNORED
    document = strict_json.parse(authentic.body).get("object")
    if not isinstance(document, dict):
        raise MalformedDocument("news of the roster without a statement", reason="bad-statement")
    roster = document.get("type") == "Roster"
    if network.state in ENDED and roster:
        return Handled.IGNORED
    take = take_farewell if network.state in ENDED else take_snapshot if roster else take_statement
    news = take(tx, site, network, document, now)
    return Handled.DONE if news in {News.NEW, News.CONTRADICTS} else Handled.IGNORED


def noticing(handle: Handler) -> Handler:
    """A handler that also looks whether the head office has said something of which nothing came here: what it sends names the highest
    serial before it.
    """

    def handled(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
        counter = authentic.activity.raw.get("rosterSerial")
        if isinstance(counter, int):
            _notice(tx, site, authentic, counter, now)
        return handle(tx, site, authentic, now)

    return handled


def _notice(tx: Transaction, site: Site, authentic: Authenticated, counter: int, now: datetime) -> None:
    network = store.current_network(tx)
    if network is None or network.head_office or uris.origin_of(authentic.actor.uri) != uris.origin_of(network.uri):
        return
    if counter > highest_serial(tx, network.uri):
        ask_anew(tx, site, network, now)
