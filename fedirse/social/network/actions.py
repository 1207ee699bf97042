"""What membership opens: asked wherever something is read, sent or believed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from fedirse.activitypub import uris
from fedirse.activitypub.own_uris import OwnUris
from fedirse.activitypub.signatures import KeyAlgorithm, PublicKey, multikey
from fedirse.outbox.recipients import Inbox, inboxes_of
from fedirse.outbox.rounds import PutOff
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.model import Network, NetworkAddresses, NetworkState
from fedirse.social.network.roster.model import Credential, Roster, Standing
from fedirse.social.network.roster.rules import must_ask_first, standing_of
from fedirse.social.network.roster.store import find_contact, list_members_at, load_roster
from fedirse.social.network.rules import covered_by_all, proven_standing, segments_of
from fedirse.social.network.segments.model import Segment
from fedirse.social.network.segments.store import list_own_segments, list_segment_ids, list_segments
from fedirse.storage.actors import list_actors_by_uri
from fedirse.storage.transaction import Transaction

OUTSIDE = "nobody there is inside what it is for"
NETWORK_SCOPE = "network"
SEGMENT_SCOPE = "segment"
OUTSIDE_OF = frozenset(NetworkState) - {NetworkState.MEMBER}


def scopes_of(tx: Transaction, site: Site, actor: str, key: PublicKey) -> frozenset[tuple[str, str]]:
    """The scopes that whoever signed a request is inside.

    Args:
        tx: a transaction.
        site: who is asked.
        actor: URI of the signer.
        key: what they signed with; only the Ed25519 key that the head office has written down counts.

    Returns:
        The network, and those of its segments that are known here and cover the signer, as `Reader.scopes`; nothing for anybody who is
        not a member now.
    """
    # First what costs nothing: most of whom we hear sign with RSA.
    network = store.current_network(tx) if key.algorithm is KeyAlgorithm.ED25519 else None
    if network is None:
        return frozenset()
    roster = load_roster(tx, network.uri, only=[actor])
    if not proven_standing(roster, actor, multikey(key), site.clock.now()).trusted:
        return frozenset()
    return _scopes_of_member(network, roster, actor, list_segments(tx, network.uri))


def known_scopes(tx: Transaction) -> frozenset[tuple[str, str]]:
    """What somebody here can address besides everybody and their own circles: the site's network and the segments it is in."""
    network = store.current_network(tx)
    if network is None:
        return frozenset()
    segments = {(SEGMENT_SCOPE, segment.id) for segment in list_own_segments(tx, network.uri)}
    return frozenset({(NETWORK_SCOPE, network.members), *segments})


def find_scope(tx: Transaction, kind: str, name: str) -> str:
    """The address of the network, or of the segment of that name or address; empty for what is neither, or not there."""
    network = store.current_network(tx)
    if network is None or kind not in {NETWORK_SCOPE, SEGMENT_SCOPE}:
        return ""
    if kind == NETWORK_SCOPE:
        return network.members
    found = [one.id for one in list_own_segments(tx, network.uri) if name in {one.id, one.name}]
    return found[0] if len(found) == 1 else ""


def find_addresses(tx: Transaction) -> NetworkAddresses | None:
    """How things are addressed to this site's network and its segments; None where the site is in none."""
    network = store.current_network(tx)
    return None if network is None else addresses_of(tx, network)


def former_addresses(tx: Transaction) -> list[NetworkAddresses]:
    """As `find_addresses`, of the networks that this site was in and is no more, or has asked to be let into and is not in."""
    return [addresses_of(tx, network) for network in store.list_networks(tx, OUTSIDE_OF)]


def addresses_of(tx: Transaction, network: Network) -> NetworkAddresses:
    """How things are addressed to that network and its segments."""
    address = uris.parse(network.uri, allow_http=True)
    segments = OwnUris(address.scheme, address.authority).segment("")
    return NetworkAddresses(network.members, segments, list_segment_ids(tx, network.uri))


def inboxes_inside(tx: Transaction, site: Site, scopes: Collection[tuple[str, str]], now: datetime) -> list[Inbox]:
    """The shared inboxes of every other site that is inside all of these scopes.

    Args:
        tx: a transaction.
        site: who sends.
        scopes: what it is for, as `Reader.scopes`.
        now: the time.

    Returns:
        Also those of members that it is not certain of what they are now: what waits for them is asked about once more when it is sent.
    """
    inside = list_members_inside(tx, scopes, now)
    return inboxes_of(list_actors_by_uri(tx, inside).values(), own_host=site.uris.host, shared=True)


def list_members_inside(tx: Transaction, scopes: Collection[tuple[str, str]], now: datetime) -> list[str]:
    """The actors of all sites that are inside all of these scopes, this one and those included of which it is not certain what they are;
    no scopes at all ask for every member.
    """
    network = store.current_network(tx)
    if network is None:
        return []
    roster, segments = load_roster(tx, network.uri), _segments_named(tx, network, scopes)
    return [
        member
        for member in roster.held
        if not standing_of(roster, member, now).expelled and _is_inside(network, roster, member, scopes, segments)
    ]


def why_not_to(tx: Transaction, host: str, scopes: Collection[tuple[str, str]], now: datetime) -> str | None:
    """Why something inside these scopes must not be sent to a host, None when it may.

    Args:
        tx: a transaction.
        host: where it would go.
        scopes: what it is for, as `Reader.scopes`; all of them count. None at all asks for any member.
        now: the time.

    Returns:
        A PutOff while it is not certain what the host is: then it is neither sent nor dropped. After an absence that is so of everybody,
        until the roster was asked for.
    """
    network = store.current_network(tx)
    if network is None:
        return "this site is in no network"
    members = list_members_at(tx, network.uri, host)
    roster = load_roster(tx, network.uri, only=members)
    standings = {member: standing_of(roster, member, now) for member in members}
    inside = [member for member, standing in standings.items() if standing.trusted]
    segments = _segments_named(tx, network, scopes) if inside else {}
    if any(_is_inside(network, roster, member, scopes, segments) for member in inside):
        absent = not network.head_office and must_ask_first(roster, find_contact(tx, network.uri).tried_at, now)
        return PutOff(f"the membership of {host} is {Standing.OUTDATED.value}") if absent else None
    unsure = [standing for standing in standings.values() if not standing.trusted and not standing.expelled]
    return PutOff(f"the membership of {host} is {unsure[0].value}") if unsure else OUTSIDE


def _segments_named(tx: Transaction, network: Network, scopes: Collection[tuple[str, str]]) -> Mapping[str, Segment]:
    """The segments that can be asked about in deciding who is inside these scopes; none where no segment is among them."""
    if all(kind != SEGMENT_SCOPE for kind, _ in scopes):
        return {}
    return {segment.id: segment for segment in list_segments(tx, network.uri)}


def _is_inside(network: Network, roster: Roster, member: str, scopes: Collection[tuple[str, str]], segments: Mapping[str, Segment]) -> bool:
    """Whether a member is inside all of these scopes: as `scopes <= _scopes_of_member(…)`, looking at no segment but those named."""
    statement = roster.held[member].statement
    wanted = {name for kind, name in scopes if kind == SEGMENT_SCOPE}
    if any(kind != SEGMENT_SCOPE and (kind, name) != (NETWORK_SCOPE, network.members) for kind, name in scopes):
        return False
    if not isinstance(statement, Credential):
        return not wanted
    return covered_by_all(wanted, member, statement.attributes, segments)


def _scopes_of_member(network: Network, roster: Roster, member: str, segments: Sequence[Segment]) -> frozenset[tuple[str, str]]:
    statement = roster.held[member].statement
    attributes = statement.attributes if isinstance(statement, Credential) else None
    covering = segments_of(member, attributes, segments) if attributes is not None else frozenset()
    return frozenset({(NETWORK_SCOPE, network.members), *((SEGMENT_SCOPE, segment) for segment in covering)})
