"""What other servers say about posts: Create, Update and Delete."""

from dataclasses import replace
from datetime import datetime

from fedirse.activitypub.documents.object import PostObject, parse_object
from fedirse.activitypub.documents.reference import Embedded
from fedirse.activitypub.origin import check_delete, check_object_authority, check_update, same_origin
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.actors import StoredActor
from fedirse.base.errors import OriginMismatch, OutsideAudience
from fedirse.base.identifiers import new_id
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.outbox.publish import forward
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.rules import narrow_edit, narrow_reply
from fedirse.social.audiences.wire import parse_audience
from fedirse.social.follows.store import find_block, has_local_follower, list_followers
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import forget_post, notify
from fedirse.social.posts import store
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.history.store import keep_version
from fedirse.social.posts.holding.rules import must_wait
from fedirse.social.posts.holding.store import HeldActivity, is_trusted, keep_activity, take_activity
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.rules import KINDS, is_newer, should_forward
from fedirse.social.posts.wire import Texts, parse_post
from fedirse.storage.actors import get_actor, list_actors, list_actors_by_uri, mark_actor_gone
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction
from fedirse.web.html import clean, to_text

FETCH_PARENT = "posts.fetch-parent"
VERIFY_GONE = "posts.verify-gone"
ERASE_ACTOR = "posts.erase-actor"
REFRESH_ACTOR = "posts.refresh-actor"

TEXTS = Texts(clean, to_text)


def receive_post(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Create: a new post, if anybody here has to do with it. One that is known is never created again (ORG-017)."""
    document = embedded_post(authentic)
    return add_foreign_post(tx, site, authentic.actor, document, authentic, now)


def receive_edit(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Update: the owner's later words. One that overtook its Create is the post."""
    document = embedded_post(authentic)
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
    keep_version(tx, stored, edited)
    store.update_post(tx, edited)
    if stored.held_at is not None:
        # What came first is no longer what they say, so nobody else shall get it.
        take_activity(tx, stored.id)
    else:
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
        if stored.held_at is None:
            _forward(tx, site, authentic, stored, now)
        erase_foreign_post(tx, stored, now)
    return Handled.DONE


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
    if document.is_vote:
        # A vote is the poll's author's concern alone, and never a post, whatever brought it.
        return Handled.IGNORED
    if store.is_known_or_deleted(tx, uri, author.id):
        return Handled.IGNORED
    post = _to_post(tx, author, document, new_id(min(document.published or now, now)), now)
    parent = store.find_post_by_uri(tx, post.in_reply_to) if post.in_reply_to else None
    if parent is not None and parent.local and not may_react(tx, parent, author):
        # Whoever may not read our post does not get into its thread; what they say stands by itself, if it concerns us at all.
        parent = None
    if authentic is not None and not _concerns_us(tx, author, post, parent):
        return Handled.IGNORED
    post = _in_thread(tx, post, parent)
    if parent is not None and _must_wait(tx, site, author, parent):
        return _hold(tx, replace(post, held_at=now), authentic)
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


def approve_answer(tx: Transaction, site: Site, post_id: str, now: datetime) -> Post | None:
    """Let an answer that waited appear: shown, counted, told to those it concerns, passed on. None when it waits no longer."""
    held = store.find_post(tx, post_id)
    if held is None or held.held_at is None or held.deleted_at is not None:
        return None
    post, author = replace(held, held_at=None), get_actor(tx, held.actor_id)
    parent = store.find_post(tx, post.parent_id) if post.parent_id else None
    store.approve_post(tx, post.id)
    if parent is not None:
        store.count_reply(tx, parent.id, 1)
    _tell_named(tx, post, parent, author, now)
    kept = take_activity(tx, post.id)
    if kept is not None:
        _pass_on(tx, site, post, author, kept, now)
    return post


def erase_foreign_post(tx: Transaction, post: Post, now: datetime) -> None:
    """Erase a post that its owner deleted, or that is refused here, with everything that told of it."""
    store.add_tombstone(tx, post.uri, post.actor_id, now)
    store.erase_post(tx, post.id, now)
    forget_post(tx, post.id)
    take_activity(tx, post.id)
    if post.parent_id is not None and post.held_at is None:
        store.count_reply(tx, post.parent_id, -1)


def may_react(tx: Transaction, post: Post, actor: StoredActor) -> bool:
    """Whether an actor may answer, like or boost a post: only who may read it, and nobody the author has blocked."""
    return post.kind is not PostKind.BOOST and bool(store.list_readable_posts(tx, [post.id], reader_for(actor)))


def nothing_there(site: Site, uri: str, actor: StoredActor) -> Handled:
    """What is not for the actor gets the answer of what does not exist, so that nobody finds out that it does (ORG-035)."""
    if site.uris.is_own(uri):
        raise OutsideAudience(f"{actor.uri} reacts to {uri}, which is not for them")
    return Handled.IGNORED


def embedded_post(authentic: Authenticated) -> PostObject:
    """The post that a Create or Update carries. Raises OutsideAudience for a reference, ProtocolError for what is not the actor's."""
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


def _must_wait(tx: Transaction, site: Site, author: StoredActor, parent: Post) -> bool:
    if site.settings.replies != "held":
        return False
    first = parent if parent.local or parent.thread_id is None else store.find_post(tx, parent.thread_id)
    return must_wait(
        author,
        in_our_thread=first is not None and first.local,
        known_here=has_local_follower(tx, author.id) or is_trusted(tx, author.id),
    )


def _hold(tx: Transaction, post: Post, authentic: Authenticated | None) -> Handled:
    """Keep an answer for whoever decides about it: nobody is told, and nothing is counted or passed on."""
    store.add_post(tx, post)
    store.adopt_replies(tx, post)
    if authentic is not None and authentic.proof is not Proof.ORIGIN:
        keep_activity(tx, post.id, HeldActivity(authentic.activity.id, authentic.activity.type, authentic.body))
    return Handled.DONE


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
    """Pass on what was said about an answer, unless it was confirmed by its origin only.

    The bytes that arrived are then not what was confirmed, and in our name they would go far.
    """
    if authentic.proof is not Proof.ORIGIN:
        activity = HeldActivity(authentic.activity.id, authentic.activity.type, authentic.body)
        _pass_on(tx, site, post, authentic.actor, activity, now)


def _pass_on(tx: Transaction, site: Site, post: Post, author: StoredActor, activity: HeldActivity, now: datetime) -> None:
    """Pass an answer to one of our posts on to those who follow that post's author (ActivityPub 7.1.2)."""
    parent = store.find_post(tx, post.parent_id) if post.parent_id else None
    is_public = post.audience.kind is AudienceKind.PUBLIC
    if parent is None or not should_forward(parent, is_public, author.local):
        return
    owner = get_actor(tx, parent.actor_id)
    if find_block(tx, owner.id, author.id) is not None and activity.kind != "Delete":
        return
    others = [follower for follower in list_followers(tx, owner.id) if follower.host != author.host]
    inboxes = inboxes_of(others, own_host=site.uris.host, shared=True)
    forward(
        tx,
        site,
        body=activity.body,
        uri=activity.uri,
        kind=activity.kind,
        forwarder_id=owner.id,
        inboxes=inboxes,
        item_id=post.id,
        now=now,
    )
