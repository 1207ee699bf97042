"""The network and its segments with the sites in them, for whoever chooses between them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.channels.model import Reach
from fedirse.social.follows.channels.store import reach_of
from fedirse.social.network.members.rules import together
from fedirse.social.network.members.views import read_people
from fedirse.social.network.roster.rules import members_in_force
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.rules import segments_of
from fedirse.social.network.segments.store import list_own_segments, list_segments
from fedirse.social.network.store import current_network
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.composing.model import Circle, Circles, OfferedChannel
from fedirse.social.posts.composing.rules import circles_around
from fedirse.social.posts.model import Post
from fedirse.social.posts.speaking.actions import channels_for
from fedirse.social.posts.store import list_readable_posts
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction


def circles_of(tx: Transaction, site: Site, now: datetime, author: StoredActor, parent: Post | None = None) -> Circles:
    """What a new post of somebody, or their answer to `parent`, can be for."""
    found = replace(_known_circles(tx, site, now), channels=_channels_for(tx, author, parent))
    return found if parent is None else circles_around(found, parent.audience)


def circles_for(tx: Transaction, site: Site, now: datetime, author: StoredActor, reply_to: str | None) -> Circles:
    """What something that is about to be published can be for; a post to answer that is not there any more counts for nothing."""
    parent = list_readable_posts(tx, [reply_to], reader_for(author)).get(reply_to) if reply_to else None
    return circles_of(tx, site, now, author, parent)


def circles_to_edit(tx: Transaction, site: Site, post: Post, now: datetime) -> Circles:
    """What a published post can be changed to be for: one for a segment stays in that segment, one of a channel in the channel."""
    channels = _offered(tx, [get_actor(tx, post.actor_id)]) if post.audience.kind is AudienceKind.PARTNERS else ()
    return circles_around(replace(_known_circles(tx, site, now), channels=channels), post.audience, only=True)


def _channels_for(tx: Transaction, author: StoredActor, parent: Post | None) -> tuple[OfferedChannel, ...]:
    """The channels that somebody may write in; of an answer, the one alone that it stands under."""
    found = channels_for(tx, author)
    if parent is not None:
        under = parent.actor_id if parent.audience.kind is AudienceKind.PARTNERS else parent.audience.of
        found = [channel for channel in found if channel.id == under]
    return _offered(tx, found)


def _offered(tx: Transaction, channels: Sequence[StoredActor]) -> tuple[OfferedChannel, ...]:
    reach = reach_of(tx, [channel.id for channel in channels]) if channels else {}
    return tuple(OfferedChannel(channel.id, channel.handle, channel.display_name, reach.get(channel.id, Reach())) for channel in channels)


def _known_circles(tx: Transaction, site: Site, now: datetime) -> Circles:
    network = current_network(tx)
    if network is None:
        return Circles()
    members = members_in_force(load_roster(tx, network.uri), now)
    segments, known = list_own_segments(tx, network.uri), list_segments(tx, network.uri)
    inside = {member: segments_of(member, credential.attributes, known) for member, credential in members.items()}
    # People here read what is addressed from here, whoever the segment covers.
    own = site.uris.site_actor
    names = {member: credential.name for member, credential in members.items()} | {own: site.settings.name}
    people = read_people(tx, site, names)

    def circle(address: str, name: str, inside_it: Collection[str]) -> Circle:
        sites = tuple(sorted((names[member] for member in inside_it), key=str.casefold))
        return Circle(address, name, sites, together(people[member] for member in inside_it))

    return Circles(
        circle(network.members, network.name, names),
        tuple(
            circle(segment.id, segment.name, [member for member in names if member == own or segment.id in inside[member]])
            for segment in segments
        ),
    )
