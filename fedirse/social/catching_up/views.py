"""What is on its way here, for a page."""

from datetime import datetime

from fedirse.activitypub import uris
from fedirse.social.catching_up.model import Headline
from fedirse.social.catching_up.rules import HEADLINES_LAST
from fedirse.social.catching_up.store import list_arriving
from fedirse.social.catching_up.wire import HEADLINES
from fedirse.storage.refusals import refused_among
from fedirse.storage.transaction import Transaction


def view_arriving(tx: Transaction, now: datetime) -> list[Headline]:
    """The newest posts of the network that are not here yet, after an absence; it is over when all are here, or after a day.

    What this site has nothing to do with any more does not arrive.
    """
    found = list_arriving(tx, now - HEADLINES_LAST, HEADLINES)
    refused = refused_among(tx, {uris.host_of(line.uri) for line in found})
    return [line for line in found if uris.host_of(line.uri) not in refused]
