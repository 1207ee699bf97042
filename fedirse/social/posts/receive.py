"""What other servers say about posts: Create, Update and Delete."""

from dataclasses import replace
from datetime import datetime

from fedirse.activitypub.documents.object import PostObject, parse_object
from fedirse.activitypub.documents.reference import Embedded
from fedirse.activitypub.origin import check_delete, check_object_authority, check_update, same_origin
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotAMember, OriginMismatch, OutsideAudience
from fedirse.base.identifiers import new_id
from fedirse.base.types import Reader
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.rules import narrow_edit, narrow_reply
from fedirse.social.audiences.wire import is_for_network, parse_audience
from fedirse.social.follows.store import has_local_follower
from fedirse.social.network.actions import find_addresses, former_addresses
from fedirse.social.network.store import current_network
from fedirse.social.notifications.store import forget_post
from fedirse.social.posts import store
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.attachments.actions import forget_files_of
from fedirse.social.posts.forwarding.actions import forward_as_proven
from fedirse.social.posts.history.store import keep_version
from fedirse.social.posts.holding.actions import hold, must_wait_here
from fedirse.social.posts.holding.store import take_activity
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.rules import KINDS, is_newer
from fedirse.social.posts.telling.actions import tell_named
from fedirse.social.posts.threads import store as threads
from fedirse.social.posts.wire import Texts, parse_post
from fedirse.storage.activities import empty_forwarded
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
    fresh = _to_post(tx, site, authentic.actor, document, stored.id, now, member=authentic.member)
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
    forget_files_of(tx, site, stored, now, kept=edited)
    if stored.held_at is not None:
        # What came first is no longer what they say, so nobody else shall get it.
        take_activity(tx, stored.id)
    else:
        forward_as_proven(tx, site, authentic, stored, now)
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
            forward_as_proven(tx, site, authentic, stored, now)
        erase_foreign_post(tx, site, stored, now)
    return Handled.DONE


def receive_profile(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Update of an actor by itself. Its document is fetched from its own address: keys are never taken from what is sent (ORG-023)."""
    if authentic.activity.object_id != authentic.actor.uri:
        raise OriginMismatch("an Update of somebody else", reason="not-the-owner")
    add_job(tx, REFRESH_ACTOR, authentic.actor.uri, now, afresh=True)
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

    Raises:
        NotAMember: it is for our network alone, and nobody there says so. The roster may not have reached us, so it may come again.
    """
    check_object_authority(author.uri, document)
    uri = document.id or ""
    if document.is_vote:
        # A vote is the poll's author's concern alone, and never a post, whatever brought it.
        return Handled.IGNORED
    if store.is_known_or_deleted(tx, uri, author.id) or _comes_under_no_key(tx, author, document, authentic):
        return Handled.IGNORED
    if _is_for_what_we_left(tx, document):
        return Handled.IGNORED
    member = authentic is not None and authentic.member
    reader = authentic.reader if authentic is not None else reader_for(author)
    post = _to_post(tx, site, author, document, new_id(min(document.published or now, now)), now, member=member)
    parent = store.find_post_by_uri(tx, post.in_reply_to) if post.in_reply_to else None
    if parent is not None and parent.local and not may_react(tx, parent, reader):
        # Whoever may not read our post does not get into its thread; what they say stands by itself, if it concerns us at all.
        parent = None
    if authentic is not None and not _concerns_us(tx, author, post, parent):
        return Handled.IGNORED
    post = _in_thread(tx, post, parent)
    # People of the network's other sites are no strangers.
    if parent is not None and not member and must_wait_here(tx, site, author, parent):
        return hold(tx, replace(post, held_at=now), authentic)
    store.add_post(tx, post)
    threads.adopt_replies(tx, post)
    if parent is not None:
        threads.count_reply(tx, parent.id, 1)
    elif authentic is not None and post.in_reply_to and not site.uris.is_own(post.in_reply_to):
        add_job(tx, FETCH_PARENT, post.in_reply_to, now, {"depth": 1})
        site.pulse.mark()
    tell_named(tx, post, parent, author, now)
    if authentic is not None:
        forward_as_proven(tx, site, authentic, post, now)
    return Handled.DONE


def erase_foreign_post(tx: Transaction, site: Site, post: Post, now: datetime) -> None:
    """Erase a post that its owner deleted, or that is refused here, with everything that told of it and what was kept of it."""
    store.add_tombstone(tx, post.uri, post.actor_id, now)
    _erase(tx, site, post, now)


def forget_foreign_post(tx: Transaction, site: Site, post: Post, now: datetime) -> None:
    """Erase a post that is not to be here any more, as if it had never come: it may come again, and our answers to it are kept."""
    _erase(tx, site, post, now)
    store.remove_post(tx, post.id)
    empty_forwarded(tx, post.id)


def _erase(tx: Transaction, site: Site, post: Post, now: datetime) -> None:
    store.erase_post(tx, post.id, now)
    forget_post(tx, post.id)
    take_activity(tx, post.id)
    forget_files_of(tx, site, post, now)
    if post.parent_id is not None and post.held_at is None:
        threads.count_reply(tx, post.parent_id, -1)


def may_react(tx: Transaction, post: Post, reader: Reader) -> bool:
    """Whether an actor may answer, like or boost a post: only who may read it, and nobody the author has blocked."""
    return post.kind is not PostKind.BOOST and bool(store.list_readable_posts(tx, [post.id], reader))


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


def _to_post(tx: Transaction, site: Site, author: StoredActor, document: PostObject, post_id: str, now: datetime, *, member: bool) -> Post:
    addressed = {*document.to, *document.cc} - {PUBLIC, author.followers}
    known = {uri: actor.id for uri, actor in list_actors_by_uri(tx, addressed).items()}
    if not member and _says_internal(tx, document):
        # Not believed, it is for the named ones alone; and who is named elsewhere may be outside of what its author meant.
        known = {uri: actor_id for uri, actor_id in known.items() if site.uris.is_own(uri)}
    audience = parse_audience(document.addressing, author.followers, known, find_addresses(tx) if member else None)
    return parse_post(document, post_id=post_id, author=author, audience=audience, known_kinds=KINDS, texts=TEXTS, now=now)


def _says_internal(tx: Transaction, document: PostObject) -> bool:
    """Whether a document is addressed to our network or to something inside it, or inside anything at all."""
    network = find_addresses(tx)
    return bool(document.within) or (network is not None and is_for_network(document.addressing, network))


def _is_for_what_we_left(tx: Transaction, document: PostObject) -> bool:
    """Whether a document is for members of a network that we are in no more: its sender may not know so yet, nobody here is to read it."""
    addressed = {*document.to, *document.cc, *document.within}
    return any(uri == network.members or network.is_segment(uri) for network in former_addresses(tx) for uri in addressed)


def _comes_under_no_key(tx: Transaction, author: StoredActor, document: PostObject, authentic: Authenticated | None) -> bool:
    """Whether something for our network was fetched, so that no member says so: kept as less than it is, it would stand in the way of
    what is still to come. What was sent so raises NotAMember, if nothing is left of it for us.
    """
    if authentic is None:
        return _says_internal(tx, document)
    if not authentic.member and _is_for_members_alone(tx, author, document):
        raise NotAMember(f"{author.uri} writes to the network, and no member's key says so")
    return False


def _is_for_members_alone(tx: Transaction, author: StoredActor, document: PostObject) -> bool:
    """Whether nothing of it is left for us when its addressing to our network is not believed."""
    if not _says_internal(tx, document):
        return False
    ours = {uri: actor.id for uri, actor in list_actors_by_uri(tx, {*document.to, *document.cc}).items() if actor.local}
    left = parse_audience(document.addressing, author.followers, ours)
    return left.kind is AudienceKind.DIRECT and not left.named


def _concerns_us(tx: Transaction, author: StoredActor, post: Post, parent: Post | None) -> bool:
    """Whether anybody here follows the author, is addressed, or has the post that is answered; what is for the network is for all of us,
    and so is what its head office says.
    """
    network = current_network(tx)
    if post.audience.kind in {AudienceKind.NETWORK, AudienceKind.SEGMENT} or (network is not None and network.uri == author.uri):
        return True
    named = list_actors(tx, post.audience.named).values()
    return parent is not None or any(actor.local for actor in named) or has_local_follower(tx, author.id)


def _in_thread(tx: Transaction, post: Post, parent: Post | None) -> Post:
    if parent is None:
        return replace(post, thread_id=post.id)
    locals_named = frozenset(actor.id for actor in list_actors(tx, post.audience.named).values() if actor.local)
    audience = narrow_reply(
        post.audience,
        parent.audience,
        parent_author_id=parent.actor_id,
        author_id=post.actor_id,
        locals_named=locals_named,
        from_outside=True,
    )
    return replace(post, parent_id=parent.id, thread_id=parent.thread_id or parent.id, audience=audience)
