"""Makes activities of what was done with a post, and finds the inboxes that hear of it; in the transaction that did it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import render_activity
from fedirse.activitypub.documents.object import PostObject, render_object
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import Inbox, inboxes_of
from fedirse.outbox.rounds import PutOff
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.wire import render_addressing
from fedirse.social.follows.store import list_followers
from fedirse.social.network.actions import inboxes_inside, why_not_to
from fedirse.social.network.authority.telling.actions import name_counter
from fedirse.social.network.store import current_network
from fedirse.social.posts.model import Post
from fedirse.social.posts.wire import render_post
from fedirse.storage.actors import list_actors
from fedirse.storage.deliveries import list_sent_inboxes
from fedirse.storage.transaction import Transaction
from fedirse.web.html import to_text


def publish_about(
    tx: Transaction, site: Site, author: StoredActor, post: Post, kind: str, now: datetime, *, also: Iterable[Inbox] = ()
) -> None:
    """Tell those a post is for, and whoever has it, what it is now; nobody of one that stays on this site.

    Args:
        tx: the transaction.
        site: where.
        author: who wrote it.
        post: the post as it is now.
        kind: Create or Update.
        now: the time.
        also: further inboxes of those who have it.
    """
    if post.audience.stays:
        return
    document = render_object(render_own_post(tx, site, author, post))
    inboxes = [*inboxes_about(tx, site, author, post, now), *also]
    publish_activity(tx, site, author, kind, document, to=addressing_of(tx, author, post), inboxes=inboxes, item=post, now=now)


def publish_activity(  # noqa: PLR0913 - what an activity is made of, nearly all of it by name
    tx: Transaction,
    site: Site,
    actor: StoredActor,
    kind: str,
    what: JsonObject | str,
    *,
    to: Addressing,
    inboxes: Iterable[Inbox],
    now: datetime,
    item: Post | None = None,
    activity_id: str | None = None,
    internal: bool | None = None,
) -> None:
    """Publish an activity of `actor` to some inboxes, each once.

    Args:
        tx: the transaction.
        site: where.
        actor: who does it.
        kind: type of the activity.
        what: its object, embedded or by id.
        to: whom it is for, on the wire.
        inboxes: where it goes; one that stands there twice gets it once.
        now: the time.
        item: the post it is about, so that it may be read and sent like that post.
        activity_id: our id for it; a new one when not given.
        internal: whether it is for members of the network only, so that the site signs it for its actor; by the item when not given.
    """
    activity = render_activity(
        activity_type=kind,
        activity_id=site.uris.activity(activity_id or new_id(now)),
        actor=actor.uri,
        object=what,
        addressing=to,
        published=now,
    )
    distinct = list({inbox.url: inbox for inbox in inboxes}.values())
    listed = item is not None and item.audience.kind is AudienceKind.PUBLIC and kind in {"Create", "Announce"}
    for_members = internal if internal is not None else item is not None and item.audience.internal
    if kind == "Delete" and current_network(tx) is None:
        # Whoever has it knew this site's key as a member's; now that it is none, they believe its author.
        for_members = False
    publish(
        tx,
        site,
        actor=actor,
        activity=name_counter(tx, site, activity) if for_members else activity,
        inboxes=distinct,
        item_id=item.id if item else None,
        listed=listed,
        now=now,
        signer_id=site.actor_id if for_members else None,
    )


def render_own_post(tx: Transaction, site: Site, author: StoredActor, post: Post) -> PostObject:
    """One of our posts as the object others read."""
    return render_post(post, author=author, addressing=addressing_of(tx, author, post), uris=site.uris, plain=to_text)


def list_told(tx: Transaction, site: Site, author: StoredActor, post: Post, now: datetime) -> list[Inbox]:
    """Which inboxes will be asked to delete a post when it is deleted."""
    return [] if post.audience.stays else list(dict.fromkeys(inboxes_about(tx, site, author, post, now)))


def sent_inboxes(tx: Transaction, item_id: str) -> list[Inbox]:
    """Every inbox that was sent the item before."""
    return [Inbox(host, url) for host, url in list_sent_inboxes(tx, item_id)]


def inboxes_about(tx: Transaction, site: Site, author: StoredActor, post: Post, now: datetime) -> list[Inbox]:
    """Where news of a post goes: whom it is for now, and every inbox that was sent it before."""
    return [*_inboxes_of_readers(tx, site, author, post, now), *sent_inboxes(tx, post.id)]


def _inboxes_of_readers(tx: Transaction, site: Site, author: StoredActor, post: Post, now: datetime) -> list[Inbox]:
    audience = post.audience
    scopes = audience.reader_scopes
    if audience.kind in {AudienceKind.NETWORK, AudienceKind.SEGMENT}:
        # Whoever is named there is reached with all the others of their site.
        return inboxes_inside(tx, site, scopes, now)
    readers = list(list_actors(tx, audience.named).values())
    if audience.kind in {AudienceKind.PUBLIC, AudienceKind.PARTNERS, AudienceKind.FOLLOWERS}:
        readers += list_followers(tx, author.id)
    found = inboxes_of(readers, own_host=site.uris.host, shared=True)
    if not audience.internal:
        return found
    outside = {host for host in {inbox.host for inbox in found} if is_outside(tx, host, scopes, now)}
    return [inbox for inbox in found if inbox.host not in outside]


def is_outside(tx: Transaction, host: str, scopes: Collection[tuple[str, str]], now: datetime) -> bool:
    """Whether nobody at a host is inside these scopes, for certain: where it cannot be said now, what is sent there waits."""
    reason = why_not_to(tx, host, scopes, now)
    return reason is not None and not isinstance(reason, PutOff)


def addressing_of(tx: Transaction, author: StoredActor, post: Post) -> Addressing:
    """Whom a post of ours is for, on the wire."""
    named = sorted(actor.uri for actor in list_actors(tx, post.audience.named).values())
    return render_addressing(post.audience, author.followers or "", named)
