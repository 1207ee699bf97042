"""What the ledger keeps of what leaves, and which line of it somebody means."""

from collections.abc import Collection, Sequence
from datetime import datetime

from fedirse.base.errors import NotFound
from fedirse.features.care.ledger import rules
from fedirse.features.care.ledger.model import About, Membership
from fedirse.features.care.ledger.store import was_published_about
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.store import is_read_at
from fedirse.social.network.roster.model import Standing
from fedirse.social.network.roster.rules import standing_of
from fedirse.social.network.roster.store import list_members_at, load_roster
from fedirse.social.network.store import current_network
from fedirse.social.posts.access.store import ItemState, find_item_state
from fedirse.social.posts.store import find_post, find_post_by_uri
from fedirse.storage.activities import find_activity, find_activity_by_uri
from fedirse.storage.deliveries import WaitingDelivery
from fedirse.storage.transaction import Transaction


def sent_as(tx: Transaction, leaving: Sequence[WaitingDelivery], now: datetime) -> dict[int, str]:
    """As what each delivery that leaves now is sent, by its id; asked after the gate has let it through."""
    items = {item_id: find_item_state(tx, item_id) for item_id in {one.item_id for one in leaving} if item_id is not None}
    # The gate lets nothing internal leave that the site itself did not sign for members.
    internal = {one.host for one in leaving if one.signer_id is not None and one.kind not in rules.TAKES_BACK}
    members = _memberships(tx, internal, now) if internal else {}
    found = {one.id: _standing_of(tx, one, items.get(one.item_id or ""), members.get(one.host)) for one in leaving}
    return {delivery_id: standing for delivery_id, standing in found.items() if standing is not None}


def find_about(tx: Transaction, typed: str) -> About:
    """What somebody means who gives the id or the address of a post or of an activity.

    Raises:
        NotFound: there is no such thing here.
    """
    which = typed.strip()
    post = find_post(tx, which) or find_post_by_uri(tx, which)
    if post is not None or was_published_about(tx, which):
        return About(item_id=post.id if post is not None else which)
    activity = find_activity(tx, which) or find_activity_by_uri(tx, which)
    if activity is None:
        raise NotFound(
            f"nothing called {which}",
            public_message="This site knows no post and no activity %(which)s. Give its id, or its address as it stands in the browser.",
            which=which,
        )
    return About(activity_id=activity.id)


def _standing_of(tx: Transaction, one: WaitingDelivery, item: ItemState | None, membership: Membership | None) -> str | None:
    audience = item.audience if item is not None else None
    # Of a post for followers the server may have a follower, somebody who is named, or both.
    named = (
        item is not None
        and item.audience.kind is AudienceKind.FOLLOWERS
        and is_read_at(tx, one.item_id or "", item.actor_id, AudienceKind.DIRECT, one.inbox)
    )
    return rules.sent_as(
        one.kind,
        about_post=one.item_id is not None,
        audience=audience,
        named=named,
        for_members=one.signer_id is not None,
        membership=membership,
    )


def _memberships(tx: Transaction, hosts: Collection[str], now: datetime) -> dict[str, Membership]:
    """What each of the hosts that is a member now is in the network."""
    network = current_network(tx)
    if network is None:
        return {}
    at = {host: list_members_at(tx, network.uri, host) for host in hosts}
    roster = load_roster(tx, network.uri, only=[member for members in at.values() for member in members])
    found: dict[str, Membership] = {}
    for host, members in at.items():
        for member in members:
            standing = standing_of(roster, member, now)
            if standing.trusted:
                found[host] = Membership(standing is Standing.IN_FORCE, roster.held[member].statement.serial)
    return found
