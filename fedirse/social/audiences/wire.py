"""Audience ↔ addressing: `to` and `cc` as other servers read them. Pure."""

from collections.abc import Mapping, Sequence

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.errors import Refused
from fedirse.social.audiences.model import Audience, AudienceKind


def render_addressing(audience: Audience, followers: str, named: Sequence[str]) -> Addressing:
    """What `audience` is on the wire.

    Args:
        audience: whom the item is for.
        followers: the author's followers collection.
        named: URIs of those who are named.

    Raises:
        Refused: the audience never leaves this site, or cannot be addressed yet.
    """
    match audience.kind:
        case AudienceKind.PUBLIC if audience.listed:
            return Addressing((PUBLIC,), (followers, *named))
        case AudienceKind.PUBLIC:
            return Addressing((followers,), (PUBLIC, *named))
        case AudienceKind.FOLLOWERS:
            return Addressing((followers,), tuple(named))
        case AudienceKind.DIRECT:
            return Addressing(tuple(named))
        case _:
            raise Refused(f"an item for {audience.kind} does not leave this site", reason="audience-stays")


def parse_audience(addressing: Addressing, followers: str | None, known: Mapping[str, str]) -> Audience:
    """What an addressing from outside means here. What we do not understand means the named recipients only, never more.

    Args:
        addressing: `to` and `cc` of the object.
        followers: the author's own followers collection; anybody else's followers are not understood.
        known: our id of each actor among the addressees that is known here, by URI.
    """
    addressed = (*addressing.to, *addressing.cc)
    named = frozenset(known[uri] for uri in addressed if uri in known)
    if PUBLIC in addressed:
        return Audience(AudienceKind.PUBLIC, named, listed=PUBLIC in addressing.to)
    if followers is not None and followers in addressed:
        return Audience(AudienceKind.FOLLOWERS, named)
    return Audience(AudienceKind.DIRECT, named)
