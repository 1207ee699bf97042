"""Takes in what the head office says of segments, whoever brought it: proven, compared, kept, and what the segment is to this site."""

from collections.abc import Collection
from datetime import datetime

from fedirse.activitypub import uris
from fedirse.base.errors import Refused
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.network.model import Network
from fedirse.social.network.roster.actions import CONTRADICTION, SEGMENTS, SET_BACK, note_trouble, trusted_keys
from fedirse.social.network.roster.model import Credential, News
from fedirse.social.network.roster.rules import AHEAD
from fedirse.social.network.roster.store import highest_serial, load_roster
from fedirse.social.network.segments.model import Segment
from fedirse.social.network.segments.rules import latest, news_of, places_of
from fedirse.social.network.segments.store import (
    find_segment,
    highest_segment_serial,
    is_unlisted,
    list_listed_segments,
    list_segment_documents,
    note_listed,
    note_places,
    save_segment,
)
from fedirse.social.network.segments.wire import read_segment
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction


def take_segment(tx: Transaction, site: Site, network: Network, document: JsonObject, now: datetime) -> News:
    """Learn a definition, or that a segment is withdrawn.

    Args:
        tx: the transaction.
        site: who learns.
        network: the network it is in.
        document: the definition as it came.
        now: the time.

    Returns:
        What it was to what is known here.

    Raises:
        SignatureError, MalformedDocument: as `read_segment`.
        Refused: "other-network"; or "from-the-future", when it was made later than now by more than clocks differ.
    """
    told = read_segment(document, trusted_keys(tx, network))
    _check(told, network, now)
    known = find_segment(tx, told.id)
    news = news_of(known, told)
    if news is News.CONTRADICTS:
        note_trouble(tx, network, f"{CONTRADICTION} {told.serial}", now)
    if news is News.KNOWN and is_unlisted(tx, told.id):
        # Told again, or an old word that somebody repeats: the head office itself knows which.
        add_job(tx, SEGMENTS, network.uri, now)
        site.pulse.mark()
    if latest(known, told) is known:
        return news
    if network.head_office:
        note_trouble(tx, network, f"{SET_BACK} {told.serial}", now)
        return news
    save_segment(tx, told, document)
    place_segments(tx, site, network)
    return news


def take_listing(tx: Transaction, site: Site, network: Network, named: Collection[str], serial: int) -> None:
    """Learn from the head office's own answer which segments are for this site: what it left out is decided by no more.

    Args:
        tx: the transaction.
        site: who learns.
        network: the network it is in.
        named: ids of all that it named.
        serial: the highest number it had given when it answered. Where something later is known, the answer says nothing of what it
            left out.
    """
    late = max(highest_serial(tx, network.uri), highest_segment_serial(tx, network.uri)) > serial
    known = list_segment_documents(tx, network.uri)
    note_listed(tx, network.uri, {name: name in named for name in known if name in named or not late})
    place_segments(tx, site, network)


def place_segments(tx: Transaction, site: Site, network: Network) -> None:
    """Work out anew what each segment is to this site."""
    own = load_roster(tx, network.uri, only=[site.uris.site_actor]).held.get(site.uris.site_actor)
    if own is None or not isinstance(own.statement, Credential):
        return
    listed = {segment.id: segment for segment in list_listed_segments(tx, network.uri)}
    note_places(tx, network.uri, places_of(site.uris.site_actor, own.statement.attributes, listed))


def _check(told: Segment, network: Network, now: datetime) -> None:
    if told.network != network.uri or not uris.same_origin(told.id, network.uri):
        raise Refused(f"a segment {told.id} of {told.network} for {network.uri}", reason="other-network")
    if told.defined > now + AHEAD:
        raise Refused(f"a segment of {told.defined.isoformat()}, and it is {now.isoformat()}", reason="from-the-future")
