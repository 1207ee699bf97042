"""What other servers say about reactions to posts: Announce (a boost), Like, and the Undo of both."""

from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.documents.reference import Embedded
from fedirse.activitypub.origin import check_undo, same_origin
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.audiences.wire import parse_audience
from fedirse.social.follows.receive import receive_undo_follow
from fedirse.social.follows.store import find_block, find_follow_by_uri, has_local_follower, remember_undone, was_undone
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify, withdraw
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.reactions import store
from fedirse.social.posts.receive import may_react, nothing_there
from fedirse.social.posts.store import add_post, find_post, find_post_by_uri, remove_post
from fedirse.storage.actors import get_actor
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction

FETCH_BOOSTED = "posts.fetch-boosted"


def receive_boost(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Announce: the actor shows a post. An unknown one is fetched from its origin, if anybody here follows the actor."""
    actor, activity = authentic.actor, authentic.activity
    target = _boosted_id(authentic)
    if target is None or was_undone(tx, activity.id, actor.id):
        return Handled.IGNORED
    post = find_post_by_uri(tx, target)
    if post is None and not site.uris.is_own(target):
        if not has_local_follower(tx, actor.id):
            return Handled.IGNORED
        published = (activity.published or now).isoformat()
        details = {"boost": activity.id, "actor": actor.uri, "public": _is_public(authentic, actor), "published": published}
        add_job(tx, FETCH_BOOSTED, target, now, details)
        site.pulse.mark()
        return Handled.DONE
    if post is None or post.audience.kind is not AudienceKind.PUBLIC or not may_react(tx, post, authentic.reader):
        return nothing_there(site, target, actor)
    audience = parse_audience(activity.addressing, actor.followers, {})
    return add_foreign_boost(tx, actor, post, activity.id, audience=audience, published=activity.published or now, now=now)


def receive_like(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Like: counted once for each actor, told to our author."""
    actor, activity = authentic.actor, authentic.activity
    target = activity.object_id or ""
    if was_undone(tx, activity.id, actor.id):
        return Handled.IGNORED
    post = find_post_by_uri(tx, target)
    if post is None or not may_react(tx, post, authentic.reader):
        return nothing_there(site, target, actor)
    if store.add_like(tx, post.id, actor.id, activity.id, activity.published or now):
        _notify_author(tx, post, NotificationKind.LIKE, actor, now)
    return Handled.DONE


def receive_undo_like(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Undo of a Like, by its id."""
    inner = _own_inner(authentic)
    post_id = store.find_liked_post(tx, inner.id or "", authentic.actor.id)
    if post_id is None:
        _remember_undone(tx, inner, authentic, now)
        return Handled.IGNORED
    store.remove_like(tx, post_id, authentic.actor.id)
    _withdraw_from_author(tx, post_id, NotificationKind.LIKE, authentic.actor)
    return Handled.DONE


def receive_undo_boost(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Undo of an Announce, by its id."""
    inner = _own_inner(authentic)
    boost = find_post_by_uri(tx, inner.id or "")
    if boost is None or boost.kind is not PostKind.BOOST:
        _remember_undone(tx, inner, authentic, now)
        return Handled.IGNORED
    check_undo(authentic.actor.uri, get_actor(tx, boost.actor_id).uri)
    remove_post(tx, boost.id)
    if boost.boost_of is not None:
        store.recount_boosts(tx, boost.boost_of)
        _withdraw_from_author(tx, boost.boost_of, NotificationKind.BOOST, authentic.actor)
    return Handled.DONE


def receive_undo_by_id(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Undo of something given by its id alone: a like, a boost or a follow of the actor, whichever we know."""
    uri = authentic.activity.object_id or ""
    if store.find_liked_post(tx, uri, authentic.actor.id) is not None:
        return receive_undo_like(tx, site, authentic, now)
    if find_follow_by_uri(tx, uri) is not None:
        return receive_undo_follow(tx, site, authentic, now)
    return receive_undo_boost(tx, site, authentic, now)


def add_foreign_boost(
    tx: Transaction, actor: StoredActor, post: Post, uri: str, *, audience: Audience, published: datetime, now: datetime
) -> Handled:
    """Keep a boost, one for each actor and post: the latest, so that taking back an earlier one does not take it back."""
    published = min(published, now)
    known = store.find_boost(tx, post.id, actor.id)
    if find_post_by_uri(tx, uri) is not None:
        return Handled.IGNORED
    if known is not None:
        if published > known.published_at:
            store.renew_boost(tx, known.id, uri, published)
        return Handled.IGNORED
    boost = Post(
        id=new_id(published),
        uri=uri,
        actor_id=actor.id,
        local=False,
        kind=PostKind.BOOST,
        audience=audience,
        published_at=published,
        boost_of=post.id,
    )
    add_post(tx, boost)
    store.recount_boosts(tx, post.id)
    _notify_author(tx, post, NotificationKind.BOOST, actor, now)
    return Handled.DONE


def _boosted_id(authentic: Authenticated) -> str | None:
    """What is boosted. Groups wrap an activity (FEP-1b12): then it is that activity's object, fetched from its origin like any other."""
    target = authentic.activity.object
    if isinstance(target, Embedded) and target.type in {"Create", "Update", "Page"}:
        return values.link_id(values.first(target.document.get("object"))) or target.id
    return target.id if target is not None else None


def _is_public(authentic: Authenticated, actor: StoredActor) -> bool:
    return parse_audience(authentic.activity.addressing, actor.followers, {}).kind is AudienceKind.PUBLIC


def _notify_author(tx: Transaction, post: Post, kind: NotificationKind, actor: StoredActor, now: datetime) -> None:
    if post.local and find_block(tx, post.actor_id, actor.id) is None:
        notify(tx, post.actor_id, kind, actor.id, now, post.id)


def _withdraw_from_author(tx: Transaction, post_id: str, kind: NotificationKind, actor: StoredActor) -> None:
    post = find_post(tx, post_id)
    if post is not None and post.local:
        withdraw(tx, post.actor_id, kind, actor.id, post_id)


def _own_inner(authentic: Authenticated) -> Embedded:
    """The activity that is undone. Whoever it says did it must be who undoes it (ORG-030)."""
    target = authentic.activity.object
    if not isinstance(target, Embedded):
        return Embedded({}, target.id if target else None, None)
    claimed = values.link_id(target.document.get("actor"))
    if claimed is not None:
        check_undo(authentic.actor.uri, claimed)
    return target


def _remember_undone(tx: Transaction, inner: Embedded, authentic: Authenticated, now: datetime) -> None:
    """Its activity may still be on the way. Only ids of the actor's own origin are believed."""
    if inner.id is not None and same_origin(inner.id, authentic.actor.uri):
        remember_undone(tx, inner.id, authentic.actor.id, now)
