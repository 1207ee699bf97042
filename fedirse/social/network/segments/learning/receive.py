"""News of segments: definitions that the head office has signed, which any member may bring."""

from datetime import datetime

from fedirse.activitypub import strict_json
from fedirse.base.errors import MalformedDocument
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.roster.model import News
from fedirse.social.network.segments.learning.actions import take_segment
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction


def receive_segment(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Add and Update of what a head office signed about a segment. What is believed is that signature, never who sent it."""
    network, target = current_network(tx), authentic.activity.target
    if network is None or target is None or target.id != network.members:
        return Handled.IGNORED
    document = strict_json.parse(authentic.body).get("object")
    if not isinstance(document, dict):
        raise MalformedDocument("news of a segment without its definition", reason="bad-statement")
    news = take_segment(tx, site, network, document, now)
    return Handled.DONE if news in {News.NEW, News.CONTRADICTS} else Handled.IGNORED
