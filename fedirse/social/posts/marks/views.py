"""The marks beside authors on a page."""

from collections.abc import Sequence
from dataclasses import replace

from fedirse.activitypub import uris
from fedirse.activitypub.signatures import KeyAlgorithm, load_public_der, multikey
from fedirse.base.actors import StoredActor
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.channels.store import list_partners_among
from fedirse.social.network.model import Network
from fedirse.social.network.roster.rules import members_in_force
from fedirse.social.network.roster.store import list_members_among, load_roster
from fedirse.social.network.store import current_network, list_trusted_keys
from fedirse.social.posts.marks.model import Ground, Member, Vouched, Written
from fedirse.social.posts.marks.rules import vouch
from fedirse.social.posts.model import Post
from fedirse.storage.actors import list_public_keys
from fedirse.storage.transaction import Transaction

_SITES = frozenset({"Application", "Organization"})
"""What the actors of sites are on the wire; of others no key is looked up."""
_INTERNAL = frozenset({AudienceKind.NETWORK, AudienceKind.SEGMENT})


def written(post: Post, author: StoredActor) -> Written:
    """A post as it is vouched for."""
    # To others it would tell who the partners are.
    in_channel = post.audience.kind is AudienceKind.DIRECT and bool(post.audience.of)
    return Written(author, under_key=not post.local and post.audience.kind in _INTERNAL, in_channel=in_channel)


def vouch_for(tx: Transaction, site: Site, lines: Sequence[Written]) -> list[Vouched]:
    """What this site vouches for about some things, in their order; nothing is asked where nothing could be vouched for."""
    asked = [line for line in lines if not line.author.local and (line.under_key or line.author.kind in _SITES)]
    network = current_network(tx) if asked else None
    ground = Ground(site.actor_id, site.settings.head_office) if network is None else _read_ground(tx, site, network, asked)
    in_channel = {line.author.id for line in lines if line.in_channel}
    if in_channel:
        ground = replace(ground, partners=list_partners_among(tx, in_channel))
    return [vouch(line, ground) for line in lines]


def _read_ground(tx: Transaction, site: Site, network: Network, asked: Sequence[Written]) -> Ground:
    hosts = {line.author.host for line in asked}
    roster = load_roster(tx, network.uri, only=list_members_among(tx, network.uri, hosts))
    members: dict[str, tuple[Member, ...]] = {}
    for uri, credential in members_in_force(roster, site.clock.now()).items():
        host = uris.host_of(uri)
        members[host] = (*members.get(host, ()), Member(uri, credential.name, credential.key))
    sites = {line.author.uri: line.author for line in asked if line.author.kind in _SITES}
    return Ground(
        site.actor_id,
        site.settings.head_office,
        network.uri,
        frozenset(key.key for key in list_trusted_keys(tx, network.uri)),
        members,
        {uri: _listed_keys(tx, actor) for uri, actor in sites.items()},
    )


def _listed_keys(tx: Transaction, actor: StoredActor) -> frozenset[str]:
    keys = [load_public_der(key.der) for key in list_public_keys(tx, actor.id)]
    return frozenset(multikey(key) for key in keys if key.algorithm is KeyAlgorithm.ED25519)
