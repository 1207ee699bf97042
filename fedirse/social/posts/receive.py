"""What other servers say about posts: Create, Update, Delete, Announce (a boost), Like, and the Undo of the last two."""

from dataclasses import replace
from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.documents.object import PostObject, parse_object
from fedirse.activitypub.documents.reference import Embedded
from fedirse.activitypub.origin import check_delete, check_object_authority, check_undo, check_update, same_origin
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.actors import StoredActor
from fedirse.base.errors import OriginMismatch, OutsideAudience
from fedirse.base.identifiers import new_id
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.outbox.publish import forward
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.audiences.rules import narrow_edit, narrow_reply
from fedirse.social.audiences.wire import parse_audience
from fedirse.social.follows.receive import receive_undo_follow
from fedirse.social.follows.store import find_block, find_follow_by_uri, has_local_follower, list_followers, remember_undone, was_undone
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import forget_post, notify, withdraw
from fedirse.social.posts import store
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.rules import KINDS, is_newer, should_forward
from fedirse.social.posts.wire import Texts, parse_post
from fedirse.storage.actors import get_actor, list_actors, list_actors_by_uri, mark_actor_gone
from fedirse.storage.jobs import add_job
from fedirse.storage.peers import is_blocked_domain
from fedirse.storage.transaction import Transaction
from fedirse.web.html import clean, to_text

FETCH_PARENT = "posts.fetch-parent"
FETCH_BOOSTED = "posts.fetch-boosted"
VERIFY_GONE = "posts.verify-gone"
ERASE_ACTOR = "posts.erase-actor"
REFRESH_ACTOR = "posts.refresh-actor"

TEXTS = Texts(clean, to_text)


def receive_post(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Create: a new post, if anybody here has to do with it. One that is known is never created again (ORG-017)."""
    document = _embedded_post(authentic)
    return add_foreign_post(tx, site, authentic.actor, document, authentic, now)


def receive_edit(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Update: the owner's later words. One that overtook its Create is the post."""
    document = _embedded_post(authentic)
    stored = store.find_post_by_uri(tx, document.id or "")
    if stored is None:
        return add_foreign_post(tx, site, authentic.actor, document, authentic, now)
    check_update(authentic.actor.uri, stored.uri, get_actor(tx, stored.actor_id).uri)
    if stored.local or stored.deleted_at is not None or not is_newer(stored, document.updated):
        return Handled.IGNORED
    fresh = _to_post(tx, authentic.actor, document, stored.id, now)
    edited_at = document.updated or (stored.edited_at if stored.kind is PostKind.QUESTION else now)
    edited = replace(
        fresh,
        kind=stored.kind,
        audience=narrow_edit(stored.audience, fresh.audience),
        published_at=stored.published_at,
        edited_at=edited_at,
        parent_id=stored.parent_id,
        thread_id=stored.thread_id,
    )
    store.update_post(tx, edited)
    _forward(tx, site, authentic, stored, now)
    return Handled.DONE


def receive_delete(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Delete: of a post by its owner, or of an actor by itself. Remembered, also for what has not come yet."""
    target = authentic.activity.object_id
    actor = authentic.actor
    if target is None:
        return Handled.IGNORED
    if target == actor.uri:
        # At once, so that nothing that is still on the way is kept while the rest is erased.
        mark_actor_gone(tx, actor.id, now)
        add_job(tx, ERASE_ACTOR, actor.uri, now)
        site.pulse.mark()
        return Handled.DONE
    stored = store.find_post_by_uri(tx, target)
    if authentic.proof is Proof.ORIGIN and (stored is None or stored.audience.kind is not AudienceKind.PUBLIC):
        # All that is known is that its server does not show it to us, which it may never have done, or not have done yet.
        return Handled.IGNORED
    if stored is None:
        if same_origin(target, actor.uri):
            store.add_tombstone(tx, target, actor.id, now)
        return Handled.IGNORED
    if check_delete(actor.uri, target, get_actor(tx, stored.actor_id).uri) == "verify":
        if stored.audience.kind is not AudienceKind.PUBLIC:
            return Handled.IGNORED
        add_job(tx, VERIFY_GONE, target, now)
        site.pulse.mark()
        return Handled.DONE
    if stored.deleted_at is None:
        _forward(tx, site, authentic, stored, now)
        erase_foreign_post(tx, stored, now)
    return Handled.DONE


def receive_boost(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Announce: the actor shows a post. An unknown one is fetched from its origin, if anybody here follows the actor."""
    actor, activity = authentic.actor, authentic.activity
    target = _boosted_id(authentic)
    if target is None or was_undone(tx, activity.id, actor.id):
        return Handled.IGNORED
    post = store.find_post_by_uri(tx, target)
    if post is None and not site.uris.is_own(target):
        if not has_local_follower(tx, actor.id):
            return Handled.IGNORED
        published = (activity.published or now).isoformat()
        details = {"boost": activity.id, "actor": actor.uri, "public": _is_public(authentic, actor), "published": published}
        add_job(tx, FETCH_BOOSTED, target, now, details)
        site.pulse.mark()
        return Handled.DONE
    if post is None or post.audience.kind is not AudienceKind.PUBLIC or not _may_react(tx, post, actor):
        return _nothing_there(site, target, actor)
    audience = parse_audience(activity.addressing, actor.followers, {})
    return add_foreign_boost(tx, actor, post, activity.id, audience=audience, published=activity.published or now, now=now)


def receive_like(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Like: counted once for each actor, told to our author."""
    actor, activity = authentic.actor, authentic.activity
    target = activity.object_id or ""
    if was_undone(tx, activity.id, actor.id):
        return Handled.IGNORED
    post = store.find_post_by_uri(tx, target)
    if post is None or not _may_react(tx, post, actor):
        return _nothing_there(site, target, actor)
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
    boost = store.find_post_by_uri(tx, inner.id or "")
    if boost is None or boost.kind is not PostKind.BOOST:
        _remember_undone(tx, inner, authentic, now)
        return Handled.IGNORED
    check_undo(authentic.actor.uri, get_actor(tx, boost.actor_id).uri)
    store.remove_post(tx, boost.id)
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


def receive_profile(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Update of an actor by itself. Its document is fetched from its own address: keys are never taken from what is sent (ORG-023)."""
    if authentic.activity.object_id != authentic.actor.uri:
        raise OriginMismatch("an Update of somebody else", reason="not-the-owner")
    add_job(tx, REFRESH_ACTOR, authentic.actor.uri, now)
    site.pulse.mark()
    return Handled.DONE


def add_foreign_post(
    tx: Transaction, site: Site, author: StoredActor, document: PostObject, authentic: Authenticated | None, now: datetime
) -> Handled:
    """Keep a post of another server, once its author is certain.

    Args:
        tx: the transaction.
        site: where.
        author: the authenticated author.
        document: the post.
        authentic: the activity that brought it; None for a post that was fetched because something here points at it.
        now: the time.
    """
    check_object_authority(author.uri, document)
    uri = document.id or ""
    if store.is_known_or_deleted(tx, uri, author.id):
        return Handled.IGNORED
    post = _to_post(tx, author, document, new_id(min(document.published or now, now)), now)
    parent = store.find_post_by_uri(tx, post.in_reply_to) if post.in_reply_to else None
    if parent is not None and parent.local and not _may_react(tx, parent, author):
        # Whoever may not read our post does not get into its thread; what they say stands by itself, if it concerns us at all.
        parent = None
    if authentic is not None and not _concerns_us(tx, author, post, parent):
        return Handled.IGNORED
    post = _in_thread(tx, post, parent)
    store.add_post(tx, post)
    store.adopt_replies(tx, post)
    if parent is not None:
        store.count_reply(tx, parent.id, 1)
    elif authentic is not None and post.in_reply_to and not site.uris.is_own(post.in_reply_to):
        add_job(tx, FETCH_PARENT, post.in_reply_to, now, {"depth": 1})
        site.pulse.mark()
    _tell_named(tx, post, parent, author, now)
    if authentic is not None:
        _forward(tx, site, authentic, post, now)
    return Handled.DONE


def add_foreign_boost(
    tx: Transaction, actor: StoredActor, post: Post, uri: str, *, audience: Audience, published: datetime, now: datetime
) -> Handled:
    """Keep a boost, one for each actor and post: the latest, so that taking back an earlier one does not take it back."""
    published = min(published, now)
    known = store.find_boost(tx, post.id, actor.id)
    if store.find_post_by_uri(tx, uri) is not None:
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
    store.add_post(tx, boost)
    store.recount_boosts(tx, post.id)
    _notify_author(tx, post, NotificationKind.BOOST, actor, now)
    return Handled.DONE


def erase_foreign_post(tx: Transaction, post: Post, now: datetime) -> None:
    """Erase a post that its owner deleted, with everything that told of it."""
    store.add_tombstone(tx, post.uri, post.actor_id, now)
    store.erase_post(tx, post.id, now)
    forget_post(tx, post.id)
    if post.parent_id is not None:
        store.count_reply(tx, post.parent_id, -1)


def _embedded_post(authentic: Authenticated) -> PostObject:
    target = authentic.activity.object
    if not isinstance(target, Embedded):
        raise OutsideAudience("a Create or Update by reference", reason="object-not-embedded")
    document = parse_object(target.document)
    check_object_authority(authentic.actor.uri, document)
    return document


def _to_post(tx: Transaction, author: StoredActor, document: PostObject, post_id: str, now: datetime) -> Post:
    addressed = {*document.to, *document.cc} - {PUBLIC, author.followers}
    known = {uri: actor.id for uri, actor in list_actors_by_uri(tx, addressed).items()}
    audience = parse_audience(document.addressing, author.followers, known)
    return parse_post(document, post_id=post_id, author=author, audience=audience, known_kinds=KINDS, texts=TEXTS, now=now)


def _concerns_us(tx: Transaction, author: StoredActor, post: Post, parent: Post | None) -> bool:
    """Whether anybody here follows the author, is addressed, or has the post that is answered."""
    named = list_actors(tx, post.audience.named).values()
    return parent is not None or any(actor.local for actor in named) or has_local_follower(tx, author.id)


def _in_thread(tx: Transaction, post: Post, parent: Post | None) -> Post:
    if parent is None:
        return replace(post, thread_id=post.id)
    locals_named = frozenset(actor.id for actor in list_actors(tx, post.audience.named).values() if actor.local)
    audience = narrow_reply(
        post.audience, parent.audience, parent_author_id=parent.actor_id, author_id=post.actor_id, locals_named=locals_named
    )
    return replace(post, parent_id=parent.id, thread_id=parent.thread_id or parent.id, audience=audience)


def _tell_named(tx: Transaction, post: Post, parent: Post | None, author: StoredActor, now: datetime) -> None:
    """Tell those of us whom a post mentions, and whom it answers: the latter also where it does not address them, as Fedify does not."""
    mentioned = {uri for _, uri in post.mentions}
    answered = [parent.actor_id] if parent is not None else []
    for actor in list_actors(tx, [*post.audience.named, *answered]).values():
        answers = actor.id in answered and bool(store.list_readable_posts(tx, [post.id], reader_for(actor)))
        named = actor.id in post.audience.named and actor.uri in mentioned
        if actor.local and (answers or named) and find_block(tx, actor.id, author.id) is None:
            notify(tx, actor.id, NotificationKind.REPLY if answers else NotificationKind.MENTION, author.id, now, post.id)


def _forward(tx: Transaction, site: Site, authentic: Authenticated, post: Post, now: datetime) -> None:
    """Pass an answer to one of our posts on to those who follow that post's author (ActivityPub 7.1.2)."""
    parent = store.find_post(tx, post.parent_id) if post.parent_id else None
    is_public = post.audience.kind is AudienceKind.PUBLIC
    if parent is None or not should_forward(parent, is_public, authentic.actor.local):
        return
    if authentic.proof is Proof.ORIGIN:
        # The bytes that arrived are not what was confirmed, and in our name they would go far.
        return
    owner = get_actor(tx, parent.actor_id)
    if find_block(tx, owner.id, authentic.actor.id) is not None and authentic.activity.type != "Delete":
        return
    others = [follower for follower in list_followers(tx, owner.id) if follower.host != authentic.actor.host]
    inboxes = inboxes_of(others, own_host=site.uris.host, shared=True)
    activity = authentic.activity
    forward(
        tx,
        site,
        body=authentic.body,
        uri=activity.id,
        kind=activity.type,
        forwarder_id=owner.id,
        inboxes=inboxes,
        item_id=post.id,
        now=now,
    )


def _boosted_id(authentic: Authenticated) -> str | None:
    """What is boosted. Groups wrap an activity (FEP-1b12): then it is that activity's object, fetched from its origin like any other."""
    target = authentic.activity.object
    if isinstance(target, Embedded) and target.type in {"Create", "Update", "Page"}:
        return values.link_id(values.first(target.document.get("object"))) or target.id
    return target.id if target is not None else None


def _is_public(authentic: Authenticated, actor: StoredActor) -> bool:
    return parse_audience(authentic.activity.addressing, actor.followers, {}).kind is AudienceKind.PUBLIC


def _may_react(tx: Transaction, post: Post, actor: StoredActor) -> bool:
    """Whether an actor may answer, like or boost a post: only who may read it, and nobody the author has blocked."""
    if post.kind is PostKind.BOOST or is_blocked_domain(tx, get_actor(tx, post.actor_id).host):
        return False
    return bool(store.list_readable_posts(tx, [post.id], reader_for(actor)))


def _nothing_there(site: Site, uri: str, actor: StoredActor) -> Handled:
    """What is not for the actor gets the answer of what does not exist, so that nobody finds out that it does (ORG-035)."""
    if site.uris.is_own(uri):
        raise OutsideAudience(f"{actor.uri} reacts to {uri}, which is not for them")
    return Handled.IGNORED


def _notify_author(tx: Transaction, post: Post, kind: NotificationKind, actor: StoredActor, now: datetime) -> None:
    if post.local and find_block(tx, post.actor_id, actor.id) is None:
        notify(tx, post.actor_id, kind, actor.id, now, post.id)


def _withdraw_from_author(tx: Transaction, post_id: str, kind: NotificationKind, actor: StoredActor) -> None:
    post = store.find_post(tx, post_id)
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
