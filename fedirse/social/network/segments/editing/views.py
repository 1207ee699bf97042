"""Selections put together for their pages."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from fedirse.base.errors import NotFound
from fedirse.site import Site
from fedirse.social.network.model import Network
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.rules import members_in_force
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.segments.actions import look_up_covered
from fedirse.social.network.segments.choices.rules import choice_of
from fedirse.social.network.segments.editing.model import Offer, SegmentLine, SegmentView
from fedirse.social.network.segments.editing.rules import in_words, offer_of
from fedirse.social.network.segments.model import Choice, Condition, Segment
from fedirse.social.network.segments.rules import covers
from fedirse.social.network.segments.store import list_own_segments, list_segments
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction


def view_segments(tx: Transaction, now: datetime) -> tuple[Network | None, list[SegmentLine]]:
    """The network this site is in, and the selections it can address, by name."""
    network = current_network(tx)
    if network is None:
        return None, []
    return network, _lines(tx, network, list_own_segments(tx, network.uri), now)


def view_segment(tx: Transaction, segment_id: str, now: datetime) -> SegmentView:
    """A selection with everybody in it. Raises NotFound for none, for one that is withdrawn, and for one that this site is not in."""
    network = current_network(tx)
    found = [one for one in list_own_segments(tx, network.uri) if one.id == segment_id] if network is not None else []
    if network is None or not found:
        raise NotFound("no such selection")
    condition = found[0].condition
    return SegmentView(
        line=_lines(tx, network, found, now)[0],
        sites=preview(tx, network, condition, now),
        mine=network.head_office,
        simple=choice_of(condition) is not None,
    )


def view_offer(tx: Transaction, network: Network, choice: Choice, now: datetime, *, own_id: str = "") -> Offer:
    """What can be chosen where `choice` is chosen already."""
    members = _members(tx, network, now)
    names = _names(tx, network)
    sites = {member: credential.name for member, credential in members.items()}
    chosen = {member: names.get(member, member) for member in choice.also | choice.never}
    known = [credential.attributes for credential in members.values()]
    return offer_of(known, choice, list_own_segments(tx, network.uri), chosen | sites, own_id)


def list_known_members(tx: Transaction, network: Network) -> frozenset[str]:
    """Whoever is or ever was a member, by URI."""
    return frozenset(load_roster(tx, network.uri).held)


def preview(tx: Transaction, network: Network, condition: Condition, now: datetime) -> tuple[str, ...]:
    """The names of the sites that would be in a selection of that condition now."""
    return tuple(credential.name for credential in look_up_covered(tx, network, condition, now).members)


def own_network(tx: Transaction, site: Site) -> Network:
    """The network that this site is the head office of. Raises NotFound."""
    network = current_network(tx)
    if network is None or network.uri != site.uris.site_actor:
        raise NotFound("no network of our own")
    return network


def _lines(tx: Transaction, network: Network, found: Iterable[Segment], now: datetime) -> list[SegmentLine]:
    members, sites = _members(tx, network, now), _names(tx, network)
    known = {segment.id: segment for segment in list_segments(tx, network.uri)}
    names = {segment.id: segment.name for segment in known.values()}
    return [
        SegmentLine(
            key=segment.id.rpartition("/")[2],
            segment=segment,
            said=in_words(segment.condition, names, sites),
            count=sum(covers(segment, member, one.attributes, known) for member, one in members.items()),
        )
        for segment in found
    ]


def _members(tx: Transaction, network: Network, now: datetime) -> Mapping[str, Credential]:
    """Whoever is a member now, but for the head office, which is in everything."""
    found = members_in_force(load_roster(tx, network.uri), now)
    return {member: credential for member, credential in found.items() if member != network.uri}


def _names(tx: Transaction, network: Network) -> Mapping[str, str]:
    held = load_roster(tx, network.uri).held
    return {member: one.statement.name for member, one in held.items() if isinstance(one.statement, Credential)}
