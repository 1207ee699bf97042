"""What people here do with a post of somebody: like, boost or bookmark it, and take that back. Each is one transaction."""

from datetime import datetime

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import render_activity
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.audiences.rules import check_may_boost
from fedirse.social.follows.store import list_followers
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify, withdraw
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.publishing.actions import publish_activity, sent_inboxes
from fedirse.social.posts.reactions import store
from fedirse.social.posts.store import add_post, get_readable_post, remove_post
from fedirse.storage.activities import unlist_activities
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction


def boost_post(tx: Transaction, site: Site, actor: StoredActor, post_id: str, now: datetime) -> Post:
    """Show a public post to one's followers; boosting twice changes nothing.

    Raises:
        NotFound: no post of that id that the actor may read.
        Refused: it is not public.
    """
    post = get_readable_post(tx, post_id, reader_for(actor))
    check_may_boost(post.audience)
    known = store.find_boost(tx, post.id, actor.id)
    if known is not None:
        return known
    boost_id = new_id(now)
    boost = Post(
        id=boost_id,
        uri=site.uris.activity(boost_id),
        actor_id=actor.id,
        local=True,
        kind=PostKind.BOOST,
        audience=Audience(AudienceKind.PUBLIC),
        published_at=now,
        boost_of=post.id,
    )
    add_post(tx, boost)
    store.recount_boosts(tx, post.id)
    author = get_actor(tx, post.actor_id)
    if author.local:
        notify(tx, author.id, NotificationKind.BOOST, actor.id, now, post.id)
    addressing = Addressing((PUBLIC,), (actor.followers or "", author.uri))
    inboxes = inboxes_of([author, *list_followers(tx, actor.id)], own_host=site.uris.host, shared=True)
    publish_activity(tx, site, actor, "Announce", post.uri, to=addressing, inboxes=inboxes, item=boost, now=now, activity_id=boost_id)
    return boost


def unboost_post(tx: Transaction, site: Site, actor: StoredActor, post_id: str, now: datetime) -> None:
    """Take a boost back; without one nothing happens."""
    boost = store.find_boost(tx, post_id, actor.id)
    if boost is None:
        return
    post = get_readable_post(tx, post_id, reader_for(actor))
    author = get_actor(tx, post.actor_id)
    sent_to = [*inboxes_of([author, *list_followers(tx, actor.id)], own_host=site.uris.host, shared=True), *sent_inboxes(tx, boost.id)]
    remove_post(tx, boost.id)
    unlist_activities(tx, boost.id)
    store.recount_boosts(tx, post_id)
    withdraw(tx, author.id, NotificationKind.BOOST, actor.id, post_id)
    inner = _inner("Announce", boost.uri, actor, post.uri)
    publish_activity(
        tx, site, actor, "Undo", inner, to=Addressing((PUBLIC,), (actor.followers or "", author.uri)), inboxes=sent_to, now=now
    )


def like_post(tx: Transaction, site: Site, actor: StoredActor, post_id: str, now: datetime) -> None:
    """Like a post; only its author is told. Liking twice changes nothing.

    Raises:
        NotFound: no post of that id that the actor may read.
    """
    post = get_readable_post(tx, post_id, reader_for(actor))
    if store.find_like(tx, post.id, actor.id) is not None:
        # Its id stays the one that was sent: by it the author's server will find what is taken back.
        return
    like_id = new_id(now)
    store.add_like(tx, post.id, actor.id, site.uris.activity(like_id), now)
    author = get_actor(tx, post.actor_id)
    if author.local:
        notify(tx, author.id, NotificationKind.LIKE, actor.id, now, post.id)
        return
    inboxes = inboxes_of([author], own_host=site.uris.host, shared=False)
    to, internal = Addressing((author.uri,)), post.audience.internal
    publish_activity(tx, site, actor, "Like", post.uri, to=to, inboxes=inboxes, now=now, activity_id=like_id, internal=internal)


def unlike_post(tx: Transaction, site: Site, actor: StoredActor, post_id: str, now: datetime) -> None:
    """Take a like back; without one nothing happens."""
    post = get_readable_post(tx, post_id, reader_for(actor))
    uri = store.find_like(tx, post.id, actor.id)
    if uri is None:
        return
    store.remove_like(tx, post.id, actor.id)
    author = get_actor(tx, post.actor_id)
    withdraw(tx, author.id, NotificationKind.LIKE, actor.id, post.id)
    if not author.local:
        inboxes = inboxes_of([author], own_host=site.uris.host, shared=False)
        inner, internal = _inner("Like", uri, actor, post.uri), post.audience.internal
        publish_activity(tx, site, actor, "Undo", inner, to=Addressing((author.uri,)), inboxes=inboxes, now=now, internal=internal)


def bookmark_post(tx: Transaction, actor: StoredActor, post_id: str, now: datetime) -> None:
    """Mark a post for oneself; nobody else ever hears of it. Raises NotFound for a post that the actor may not read."""
    store.add_bookmark(tx, get_readable_post(tx, post_id, reader_for(actor)).id, actor.id, now)


def unbookmark_post(tx: Transaction, actor: StoredActor, post_id: str) -> None:
    """Take a bookmark back; without one nothing happens. Raises NotFound for a post that the actor may not read."""
    store.remove_bookmark(tx, get_readable_post(tx, post_id, reader_for(actor)).id, actor.id)


def _inner(kind: str, uri: str, actor: StoredActor, target: str) -> JsonObject:
    return render_activity(activity_type=kind, activity_id=uri, actor=actor.uri, object=target)
