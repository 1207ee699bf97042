"""Audience ↔ addressing: `to`, `cc` and `within` as other servers read them. Pure."""

from collections.abc import Mapping, Sequence

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.errors import Refused
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.network.model import NetworkAddresses


def render_addressing(audience: Audience, followers: str, named: Sequence[str]) -> Addressing:
    """What `audience` is on the wire.

    Args:
        audience: whom the item is for.
        followers: the author's followers collection.
        named: URIs of those who are named.

    Raises:
        Refused: the audience never leaves this site, or cannot be addressed yet.
    """
    if audience.stays:
        raise Refused("an item that stays does not leave this site", reason="audience-stays")
    within = _render_within(audience)
    match audience.kind:
        case AudienceKind.NETWORK | AudienceKind.SEGMENT:
            return Addressing((audience.of,), tuple(named), within)
        case AudienceKind.PUBLIC if within:
            # Whoever does not know the word would read it as public.
            raise Refused("an item for everybody lies within nothing", reason="audience-within")
        case AudienceKind.PUBLIC if audience.listed:
            return Addressing((PUBLIC,), (followers, *named))
        case AudienceKind.PUBLIC:
            return Addressing((followers,), (PUBLIC, *named))
        case AudienceKind.FOLLOWERS | AudienceKind.PARTNERS:
            return Addressing((followers,), tuple(named), within)
        case AudienceKind.DIRECT:
            return Addressing(tuple(named), (), within)
        case _:
            raise Refused(f"an item for {audience.kind} does not leave this site", reason="audience-stays")


def parse_audience(
    addressing: Addressing, followers: str | None, known: Mapping[str, str], network: NetworkAddresses | None = None
) -> Audience:
    """What an addressing from outside means here. What we do not understand means the named recipients only, never more.

    Args:
        addressing: `to`, `cc` and `within` of the object.
        followers: the author's own followers collection; anybody else's followers are not understood.
        known: our id of each actor among the addressees that is known here, by URI.
        network: the addresses of our network, where a member of it vouches for what is said. Nobody else is believed that
            something is for the network, nor that it lies within anything.
    """
    addressed = (*addressing.to, *addressing.cc)
    named = frozenset(known[uri] for uri in addressed if uri in known)
    if network is None and addressing.within:
        return Audience(AudienceKind.DIRECT, named)
    within = frozenset(_scope_at(uri, network) or Scope(AudienceKind.COMMUNITY, uri) for uri in addressing.within)
    if PUBLIC in addressed:
        # Nobody means both; the named recipients are in either.
        return Audience(AudienceKind.DIRECT, named, within=within) if within else _public(addressing, named)
    scopes = [scope for uri in addressed if (scope := _scope_at(uri, network)) is not None]
    if followers is not None and followers in addressed:
        return Audience(AudienceKind.FOLLOWERS, named, within=within | set(scopes))
    if scopes:
        # Of several scopes, who is in any of them cannot be said here; who is in all of them can, and is fewer.
        first = max(scopes)
        return Audience(first.kind, named, of=first.of, within=(within | set(scopes)) - {first})
    return Audience(AudienceKind.DIRECT, named, within=within)


def is_for_network(addressing: Addressing, network: NetworkAddresses) -> bool:
    """Whether somebody says that it is for the network, for a segment, or for people within them."""
    addressed = (*addressing.to, *addressing.cc)
    return bool(addressing.within) or any(_scope_at(uri, network) is not None for uri in addressed)


def _public(addressing: Addressing, named: frozenset[str]) -> Audience:
    return Audience(AudienceKind.PUBLIC, named, listed=PUBLIC in addressing.to)


def _render_within(audience: Audience) -> tuple[str, ...]:
    if any(scope.kind not in {AudienceKind.NETWORK, AudienceKind.SEGMENT} for scope in audience.within):
        raise Refused("an item within something that has no address yet", reason="audience-within")
    return tuple(scope.of for scope in sorted(audience.within))


def _scope_at(uri: str, network: NetworkAddresses | None) -> Scope | None:
    """The scope of that address, if it is one of our network."""
    if network is None:
        return None
    if uri == network.members:
        return Scope(AudienceKind.NETWORK, uri)
    return Scope(AudienceKind.SEGMENT, uri) if network.is_segment(uri) else None
