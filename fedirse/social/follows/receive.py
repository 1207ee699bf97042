"""What other servers say about follows: Follow, Accept, Reject, Block, and the Undo of a Follow or a Block."""

from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.documents.reference import Embedded
from fedirse.activitypub.origin import check_answer, check_undo, same_origin
from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.base.roles import Permission
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.follows import store
from fedirse.social.follows.actions import answer
from fedirse.social.follows.channels.store import channel_of, is_welcome
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.rules import needs_approval
from fedirse.social.notifications.actions import notify_who_may, withdraw_from_all
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify, withdraw
from fedirse.storage.actors import find_actor_by_uri, get_actor
from fedirse.storage.transaction import Transaction


def receive_follow(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Follow: accepted at once or kept as a request. Asking again gets the same answer again, in case the first was lost."""
    follower, uri = authentic.actor, authentic.activity.id
    followee = _local_target(tx, authentic.activity.object_id)
    if store.was_undone(tx, uri, follower.id):
        return Handled.IGNORED
    channel = channel_of(tx, followee)
    if store.find_block(tx, followee.id, follower.id) is not None or (channel is not None and not channel.is_open):
        answer(tx, site, "Reject", followee, follower, follow_uri=uri, now=now)
        return Handled.DONE
    known = store.find_follow(tx, follower.id, followee.id)
    accepted = (known is not None and known.state is FollowState.ACCEPTED) or not needs_approval(followee)
    accepted = accepted or (channel is not None and is_welcome(tx, channel.actor_id, follower.host))
    state = FollowState.ACCEPTED if accepted else FollowState.REQUESTED
    asked_at = min(authentic.activity.published or now, now)
    # Of two the later one counts: taking back an earlier one, seen late, must not end it.
    if known is None or asked_at >= known.created_at:
        store.save_follow(tx, Follow(follower.id, followee.id, uri, state, asked_at))
    elif accepted:
        store.accept_follow(tx, follower.id, followee.id)
    if known is None:
        _tell(tx, followee, follower, now, of_channel=channel is not None, accepted=accepted)
    if accepted:
        answer(tx, site, "Accept", followee, follower, follow_uri=uri, now=now)
    return Handled.DONE


def receive_accept(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Accept of a Follow of ours. One that was never sent, or was taken back, starts nothing (ORG-037, ORG-040)."""
    sent = _own_follow(tx, site, authentic)
    if sent is None:
        return Handled.IGNORED
    store.accept_follow(tx, sent.follower_id, sent.followee_id)
    return Handled.DONE


def receive_reject(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Reject of a Follow of ours, also of one that was accepted before: we were removed."""
    sent = _own_follow(tx, site, authentic)
    if sent is None:
        return Handled.IGNORED
    store.remove_follow(tx, sent.follower_id, sent.followee_id)
    return Handled.DONE


def receive_undo_follow(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Undo of a Follow: by its id, or by whom it follows where a program makes up a new id for the copy (Lemmy does)."""
    actor = authentic.actor
    inner = authentic.activity.object
    uri = inner.id if inner is not None else None
    known = store.find_follow_by_uri(tx, uri) if uri else None
    if known is not None:
        check_undo(actor.uri, get_actor(tx, known.follower_id).uri)
    else:
        if uri is not None and same_origin(uri, actor.uri):
            store.remember_undone(tx, uri, actor.id, now)
        known = _follow_meant(tx, authentic)
    if known is None:
        return Handled.IGNORED
    store.remove_follow(tx, known.follower_id, known.followee_id)
    withdraw(tx, known.followee_id, NotificationKind.FOLLOW, actor.id)
    withdraw(tx, known.followee_id, NotificationKind.FOLLOW_REQUEST, actor.id)
    if channel_of(tx, get_actor(tx, known.followee_id)) is not None:
        withdraw_from_all(tx, NotificationKind.PARTNER_ASKS, actor.id)
    return Handled.DONE


def receive_block(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Block: the actor wants nothing to do with one of our people. Both follows end; nobody is told."""
    blocker = authentic.actor
    blocked = _local_target(tx, authentic.activity.object_id)
    if store.was_undone(tx, authentic.activity.id, blocker.id):
        return Handled.IGNORED
    store.save_block(tx, Block(blocker.id, blocked.id, authentic.activity.id, now))
    store.remove_follow(tx, blocked.id, blocker.id)
    store.remove_follow(tx, blocker.id, blocked.id)
    return Handled.DONE


def receive_undo_block(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Undo of a Block, by whom it blocks."""
    inner = authentic.activity.object
    target = _inner_target(tx, authentic)
    if target is not None and store.remove_block(tx, authentic.actor.id, target.id):
        return Handled.DONE
    if inner is not None and inner.id is not None and same_origin(inner.id, authentic.actor.uri):
        store.remember_undone(tx, inner.id, authentic.actor.id, now)
    return Handled.IGNORED


def _tell(tx: Transaction, followee: StoredActor, follower: StoredActor, now: datetime, *, of_channel: bool, accepted: bool) -> None:
    """Tell whoever is followed; for a channel, those who decide about it, where there is anything to decide."""
    if not of_channel:
        notify(tx, followee.id, NotificationKind.FOLLOW if accepted else NotificationKind.FOLLOW_REQUEST, follower.id, now)
    elif not accepted:
        notify_who_may(tx, Permission.MANAGE_PARTNERS, NotificationKind.PARTNER_ASKS, follower.id, now)


def _local_target(tx: Transaction, uri: str | None) -> StoredActor:
    target = find_actor_by_uri(tx, uri) if uri else None
    if target is None or not target.local or target.gone_at is not None:
        raise NotFound(f"nobody here is {uri!r:.200}")
    return target


def _own_follow(tx: Transaction, site: Site, authentic: Authenticated) -> Follow | None:
    """Our follow that is answered: found by the Follow's id, or by the pair it names. Its followee must be who answers (ORG-038)."""
    inner = authentic.activity.object
    sent = store.find_follow_by_uri(tx, inner.id) if inner is not None and inner.id else None
    if sent is None and isinstance(inner, Embedded) and inner.type == "Follow":
        follower = find_actor_by_uri(tx, values.link_id(inner.document.get("actor")) or "")
        if follower is not None and follower.local:
            sent = store.find_follow(tx, follower.id, authentic.actor.id)
            # An old answer to an earlier Follow names that one; a follow made since is not what it is about.
            if sent is not None and inner.id is not None and site.uris.is_own(inner.id):
                sent = None
    if sent is None:
        return None
    check_answer(authentic.actor.uri, get_actor(tx, sent.followee_id).uri)
    return sent


def _follow_meant(tx: Transaction, authentic: Authenticated) -> Follow | None:
    target = _inner_target(tx, authentic)
    if target is None:
        return None
    known = store.find_follow(tx, authentic.actor.id, target.id)
    undone_at = authentic.activity.published
    # A follow made after this Undo was said is not the one it takes back.
    return None if known is not None and undone_at is not None and undone_at < known.created_at else known


def _inner_target(tx: Transaction, authentic: Authenticated) -> StoredActor | None:
    inner = authentic.activity.object
    if not isinstance(inner, Embedded):
        return None
    claimed = values.link_id(inner.document.get("actor"))
    if claimed is not None:
        check_undo(authentic.actor.uri, claimed)
    return find_actor_by_uri(tx, values.link_id(inner.document.get("object")) or "")
