"""What people here do about others: follow, unfollow, answer requests, remove followers, block."""

from datetime import datetime

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import render_activity
from fedirse.activitypub.documents.actor import render_actor
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Blocked, Conflict, InvalidInput, NotFound
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.accounts.actions import own_actor_document
from fedirse.social.accounts.sessions.store import end_all_sessions
from fedirse.social.follows import store
from fedirse.social.follows.channels.store import channel_of
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.rules import check_may_follow, needs_approval
from fedirse.social.follows.wire import render_answer, render_block, render_follow, render_undo
from fedirse.social.network.keys.actions import replace_key
from fedirse.social.network.store import current_network
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify, withdraw
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def follow(tx: Transaction, site: Site, follower: StoredActor, followee: StoredActor, now: datetime) -> Follow:
    """Start to follow, or ask to; following twice changes nothing.

    Raises:
        InvalidInput: it makes no sense, or whom they follow is a channel that was closed.
        Blocked: one of the two blocks the other.
    """
    check_may_follow(follower, followee)
    if store.find_block(tx, followee.id, follower.id) or store.find_block(tx, follower.id, followee.id):
        raise Blocked(f"{follower.uri} follows {followee.uri}", public_message="You cannot follow %(address)s.", address=followee.address)
    known = store.find_follow(tx, follower.id, followee.id)
    if known is not None:
        return known
    channel = channel_of(tx, followee)
    if channel is not None and not channel.is_open:
        raise InvalidInput("The channel %(name)s is closed.", reason="channel-closed", name=followee.display_name)
    # The people of the site read a channel anyhow.
    waits = not followee.local or (needs_approval(followee) and channel is None)
    state = FollowState.REQUESTED if waits else FollowState.ACCEPTED
    made = Follow(follower.id, followee.id, _fresh_uri(site, now), state, now)
    store.save_follow(tx, made)
    if channel is not None:
        return made
    if followee.local:
        notify(tx, followee.id, NotificationKind.FOLLOW_REQUEST if waits else NotificationKind.FOLLOW, follower.id, now)
    else:
        _send(tx, site, follower, followee, render_follow(made.uri, follower.uri, followee.uri, now), now)
    return made


def unfollow(tx: Transaction, site: Site, follower: StoredActor, followee: StoredActor, now: datetime) -> None:
    """Follow no longer; without a follow nothing happens."""
    known = store.find_follow(tx, follower.id, followee.id)
    if known is None:
        return
    store.remove_follow(tx, follower.id, followee.id)
    if followee.local:
        withdraw(tx, followee.id, NotificationKind.FOLLOW, follower.id)
        withdraw(tx, followee.id, NotificationKind.FOLLOW_REQUEST, follower.id)
        return
    undone = render_follow(known.uri, follower.uri, followee.uri)
    _send(tx, site, follower, followee, render_undo(_fresh_uri(site, now), follower.uri, undone, followee.uri, now), now)


def approve_follower(tx: Transaction, site: Site, followee: StoredActor, follower_id: str, now: datetime) -> None:
    """Say yes to a request. Raises NotFound when there is none."""
    request = _request(tx, follower_id, followee.id)
    store.accept_follow(tx, follower_id, followee.id)
    withdraw(tx, followee.id, NotificationKind.FOLLOW_REQUEST, follower_id)
    if channel_of(tx, followee) is None:
        notify(tx, followee.id, NotificationKind.FOLLOW, follower_id, now)
    answer(tx, site, "Accept", followee, get_actor(tx, follower_id), follow_uri=request.uri, now=now)


def remove_follower(tx: Transaction, site: Site, followee: StoredActor, follower_id: str, now: datetime) -> None:
    """Say no to a request, or end a follow that was accepted. Raises NotFound when there is neither."""
    request = _request(tx, follower_id, followee.id)
    store.remove_follow(tx, follower_id, followee.id)
    withdraw(tx, followee.id, NotificationKind.FOLLOW_REQUEST, follower_id)
    withdraw(tx, followee.id, NotificationKind.FOLLOW, follower_id)
    answer(tx, site, "Reject", followee, get_actor(tx, follower_id), follow_uri=request.uri, now=now)


def answer(tx: Transaction, site: Site, kind: str, followee: StoredActor, follower: StoredActor, *, follow_uri: str, now: datetime) -> None:
    """Send Accept or Reject to whoever asked; our own people need none."""
    if follower.local:
        return
    asked = render_follow(follow_uri, follower.uri, followee.uri)
    _send(tx, site, followee, follower, render_answer(kind, _fresh_uri(site, now), followee.uri, asked, follower.uri, now), now)


def block(tx: Transaction, site: Site, blocker: StoredActor, blocked: StoredActor, now: datetime) -> None:
    """Have nothing to do with somebody any more: both follows end, and their server is told so that it keeps them apart."""
    made = Block(blocker.id, blocked.id, _fresh_uri(site, now), now)
    store.save_block(tx, made)
    unfollow(tx, site, blocker, blocked, now)
    if store.find_follow(tx, blocked.id, blocker.id) is not None:
        remove_follower(tx, site, blocker, blocked.id, now)
    if not blocked.local:
        _send(tx, site, blocker, blocked, render_block(made.uri, blocker.uri, blocked.uri, now), now)


def unblock(tx: Transaction, site: Site, blocker: StoredActor, blocked: StoredActor, now: datetime) -> None:
    """Lift a block; without one nothing happens."""
    known = store.find_block(tx, blocker.id, blocked.id)
    if known is None:
        return
    store.remove_block(tx, blocker.id, blocked.id)
    if not blocked.local:
        undone = render_block(known.uri, blocker.uri, blocked.uri)
        _send(tx, site, blocker, blocked, render_undo(_fresh_uri(site, now), blocker.uri, undone, blocked.uri, now), now)


def rotate_keys(tx: Transaction, site: Site, actor: StoredActor, now: datetime) -> None:
    """Give one of our actors new keys and tell its followers. What the old ones signed can still be verified; they sign no more.

    Raises Conflict: it is the site itself, which the members of its network know by its key.
    """
    if actor.id == site.actor_id and current_network(tx) is not None:
        raise Conflict(
            "the key of a member", public_message="The members of the network know this site by its key. Use `fedirse network rotate-key`."
        )
    site.signing.create(tx, actor.id, actor.uri, now)
    announce_profile(tx, site, actor, now)


def revoke_keys(tx: Transaction, site: Site, actor: StoredActor, now: datetime) -> None:
    """Have done with the keys of one of our actors that are in wrong hands, audited: what they signed holds no more.

    With those of the site itself every session ends, and its head office tells the members of the new one.

    Raises Conflict: it is a head office itself, whose key every site of its network has compared.
    """
    if actor.id == site.actor_id and current_network(tx) is not None:
        replace_key(tx, site, now)
    else:
        site.signing.renew(tx, actor.id, actor.uri, now)
    if actor.id == site.actor_id:
        end_all_sessions(tx)
    announce_profile(tx, site, actor, now)
    record(tx, "keys.revoked", actor.address, now)


def announce_profile(tx: Transaction, site: Site, actor: StoredActor, now: datetime) -> None:
    """Send an Update of one of our actors to its followers and to those it follows."""
    activity = render_activity(
        activity_type="Update",
        activity_id=_fresh_uri(site, now),
        actor=actor.uri,
        object=render_actor(own_actor_document(tx, site, actor)),
        addressing=Addressing((PUBLIC,), (actor.followers or "",)),
        published=now,
    )
    related = [*store.list_followers(tx, actor.id), *store.list_following(tx, actor.id)]
    inboxes = inboxes_of(related, own_host=site.uris.host, shared=True)
    publish(tx, site, actor=actor, activity=activity, inboxes=inboxes, item_id=None, listed=False, now=now)


def _request(tx: Transaction, follower_id: str, followee_id: str) -> Follow:
    request = store.find_follow(tx, follower_id, followee_id)
    if request is None:
        raise NotFound(f"no follow of {followee_id} by {follower_id}", public_message="They do not ask to follow you.")
    return request


def _fresh_uri(site: Site, now: datetime) -> str:
    return site.uris.activity(new_id(now))


def _send(tx: Transaction, site: Site, actor: StoredActor, other: StoredActor, activity: JsonObject, now: datetime) -> None:
    inboxes = inboxes_of([other], own_host=site.uris.host, shared=False)
    publish(tx, site, actor=actor, activity=activity, inboxes=inboxes, item_id=None, listed=False, now=now)
