"""Who is let into what is for members. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime

from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Credential, Roster, Standing
from fedirse.social.network.roster.rules import standing_of
from fedirse.social.network.segments.model import Segment
from fedirse.social.network.segments.rules import Segments, covers


def proven_standing(roster: Roster, actor: str, key: str, now: datetime) -> Standing:
    """What an actor is that has shown that it has a key.

    Args:
        roster: what is known of the network.
        actor: its URI: the site's own actor, exactly; nobody else speaks for a site, whatever their address looks like (PRV-006).
        key: the Ed25519 key it signed with (Multikey).
        now: the time.

    Returns:
        Its standing; STRANGER for whoever has another key than the head office has written down, such as who took over the domain.
    """
    held = roster.held.get(actor)
    if held is None or not isinstance(held.statement, Credential) or key not in held.statement.keys_at(now):
        return Standing.STRANGER
    return standing_of(roster, actor, now)


def segments_of(member: str, attributes: Attributes, segments: Iterable[Segment]) -> frozenset[str]:
    """The ids of the segments that cover a member."""
    known = {segment.id: segment for segment in segments}
    return frozenset(segment.id for segment in known.values() if covers(segment, member, attributes, known))


def covered_by_all(wanted: Collection[str], member: str, attributes: Attributes, segments: Segments) -> bool:
    """Whether each of the segments of these ids covers a member: as `wanted <= segments_of(…)`, looking at no other segment."""
    return all(one in segments and covers(segments[one], member, attributes, segments) for one in wanted)
