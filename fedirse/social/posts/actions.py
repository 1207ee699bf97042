"""What people here do with posts. Each is one transaction: rules, rows, notifications, and the activity to publish."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import render_activity
from fedirse.activitypub.documents.object import PostObject, render_object
from fedirse.activitypub.documents.tombstone import Tombstone, render_tombstone
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Gone, InvalidInput, NotFound
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject, Reader
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import Inbox, inboxes_of
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.audiences.rules import check_may_choose, narrow_edit, narrow_reply
from fedirse.social.audiences.store import is_read_at
from fedirse.social.audiences.wire import render_addressing
from fedirse.social.follows.store import find_block, list_followers
from fedirse.social.media.actions import erase_of_item
from fedirse.social.media.model import ItemAccess
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import forget_post, notify
from fedirse.social.posts import store
from fedirse.social.posts.attachments.actions import attach_files
from fedirse.social.posts.history.store import keep_version
from fedirse.social.posts.model import Draft, DraftFile, Post, PostKind
from fedirse.social.posts.rules import check_draft, check_may_change, start_poll
from fedirse.social.posts.wire import render_post
from fedirse.storage.activities import PublishedActivity, unlist_activities
from fedirse.storage.actors import find_actor_by_address, find_local_actor, list_actors, list_actors_by_uri
from fedirse.storage.deliveries import WaitingDelivery, list_sent_inboxes, was_sent_to
from fedirse.storage.jobs import add_job
from fedirse.storage.refusals import why_unheard
from fedirse.storage.room import frees_room
from fedirse.storage.transaction import Transaction
from fedirse.web.html import KnownName, Rendered, mentioned_names, render_markdown, to_text

END_POLL = "posts.end-poll"
"""Job about the URI of a poll: it is over, here or at its author's server, and those who voted here hear of it."""

ResolveHandle = Callable[[Site, str], Awaitable[None]]
"""Makes the actor `name@host` known here, or leaves it unknown; never raises."""


def reader_for(actor: StoredActor) -> Reader:
    """A local actor as a reader."""
    return Reader(actor.id, actor.uri, actor.host, local=actor.local)


def publish_post(tx: Transaction, site: Site, author: StoredActor, draft: Draft, now: datetime) -> Post:
    """Write a post and send it to whom it is for.

    Raises:
        InvalidInput: empty, too long, a direct post that names nobody, or a file that is no longer there.
        Refused: an audience that cannot be chosen here.
        NotFound: it answers a post the author may not read.
    """
    check_draft(draft)
    check_may_choose(draft.audience)
    parent = store.get_readable_post(tx, draft.in_reply_to, reader_for(author)) if draft.in_reply_to else None
    rendered = _render(tx, site, draft)
    named = _named(tx, rendered, parent)
    audience = _audience(draft, parent, named, author)
    _check_reaches_somebody(audience, named)
    post = _new_post(site, author, draft, rendered, audience=audience, parent=parent, now=now)
    post = replace(post, attachments=attach_files(tx, site, draft.files or (), post.id, author.id, now))
    store.add_post(tx, post)
    _tell_locals(tx, site, post, parent, named.values(), now)
    if parent is not None:
        store.count_reply(tx, parent.id, 1)
    publish_about(tx, site, author, post, "Create", now)
    if post.poll is not None:
        add_job(tx, END_POLL, post.uri, now, not_before=post.poll.ends_at)
        site.pulse.mark()
    return post


def edit_post(tx: Transaction, site: Site, author: StoredActor, post_id: str, draft: Draft, now: datetime) -> Post:
    """Replace what a post says; its audience can only shrink. What it said before is kept.

    Whoever was sent it and is no longer among its readers is asked to delete it.

    Raises:
        NotFound, NotAuthorised: no such post, or not the author's.
        Gone: it was deleted, perhaps while it was being edited.
        InvalidInput: as for a new post.
    """
    post = store.get_readable_post(tx, post_id, reader_for(author))
    check_may_change(post, author.id)
    if post.deleted_at is not None:
        raise Gone("post deleted")
    check_draft(draft)
    if draft.files is None:
        draft = replace(draft, files=tuple(DraftFile(file.media_id, file.alt) for file in post.attachments))
    rendered = _render(tx, site, draft)
    named = _named(tx, rendered, None)
    audience = narrow_edit(post.audience, replace(draft.audience, named=frozenset(named) - {author.id} | _implied(post)))
    _check_reaches_somebody(audience, named)
    edited = replace(
        post,
        title=draft.title,
        content=rendered.html,
        source=draft.text,
        warning=draft.warning,
        sensitive=bool(draft.warning),
        language=draft.language or post.language,
        tags=rendered.tags,
        mentions=rendered.mentions,
        attachments=attach_files(tx, site, draft.files or (), post.id, author.id, now),
        audience=audience,
        edited_at=now,
    )
    keep_version(tx, post, edited)
    store.update_post(tx, edited)
    if audience.kind is not post.audience.kind:
        _take_back(tx, site, author, post, edited, now)
    publish_about(tx, site, author, edited, "Update", now)
    return edited


@frees_room
def delete_post(tx: Transaction, site: Site, author: StoredActor, post_id: str, now: datetime) -> None:
    """Erase a post here and ask everybody who was sent it to do the same.

    Raises:
        NotFound, NotAuthorised: no such post, or not the author's.
    """
    post = store.get_readable_post(tx, post_id, reader_for(author))
    check_may_change(post, author.id)
    if post.deleted_at is not None:
        return
    sent_to = _inboxes(tx, site, author, post)
    store.erase_post(tx, post.id, now)
    erase_of_item(tx, site, post.id, now)
    unlist_activities(tx, post.id)
    store.add_tombstone(tx, post.uri, author.id, now)
    forget_post(tx, post.id)
    if post.parent_id is not None:
        store.count_reply(tx, post.parent_id, -1)
    if post.audience.kind is not AudienceKind.SITE:
        tombstone = render_tombstone(Tombstone(post.uri, now))
        addressing = _addressing(tx, author, post)
        publish_activity(tx, site, author, "Delete", tombstone, to=addressing, inboxes=sent_to, item=post, now=now)


async def resolve_mentions(site: Site, text: str, resolve_handle: ResolveHandle) -> None:
    """Make the actors that a text mentions known here, before the transaction that needs them.

    A name that cannot be resolved stays plain text in the post.
    """
    for name in mentioned_names(text):
        handle, _, host = name.partition("@")
        if host and host != site.uris.host and await site.read(find_actor_by_address, handle, host) is None:
            await resolve_handle(site, f"{handle}@{host}")


def may_send(tx: Transaction, delivery: WaitingDelivery) -> str | None:
    """Why a queued delivery must not leave any more, None when it may: asked again at the moment of sending.

    What is already with others may always be taken back, so a Delete or Undo of it goes out whatever became of the item. Blocked hosts
    are the outbox's own affair.
    """
    if delivery.item_id is None or delivery.kind in {"Delete", "Undo"}:
        return None
    standing = store.find_standing(tx, delivery.item_id)
    if standing is None or standing.deleted:
        return "the post is deleted"
    if standing.withheld:
        return "the post is not shown here"
    if standing.audience is AudienceKind.SITE:
        return "the post stays on this site"
    limited = standing.audience in {AudienceKind.FOLLOWERS, AudienceKind.DIRECT}
    # Followers come and go while a peer cannot be reached; an edit goes to every inbox that had the post before.
    if limited and not is_read_at(tx, delivery.item_id, standing.actor_id, standing.audience, delivery.inbox):
        return "nobody there may read the post any more"
    return None


def may_read_activity(tx: Transaction, activity: PublishedActivity, reader: Reader) -> bool:
    """Whether an activity of ours may be read by its id: whoever may read the post it is about, as far as that still exists.

    One that is about no post, such as a Follow, may be looked up by the servers it was sent to: some answer it by its id alone.
    """
    if activity.item_id is None:
        return activity.listed or (reader.host is not None and was_sent_to(tx, activity.id, reader.host))
    try:
        item = store.get_readable_post(tx, activity.item_id, reader)
    except NotFound:
        return False
    return item.deleted_at is None or activity.kind == "Delete"


def item_access(tx: Transaction, post_id: str, reader: Reader) -> ItemAccess:
    """What a post allows a reader, and others, to do with its files."""
    standing = store.find_standing(tx, post_id)
    if standing is None or standing.deleted:
        return ItemAccess()
    readable = post_id in store.list_readable_posts(tx, [post_id], reader)
    if standing.withheld:
        # Its address is known to those it was for; what is not shown is for those alone who may still read the post.
        return ItemAccess(readable=readable)
    return ItemAccess(
        readable=readable,
        public=standing.audience is AudienceKind.PUBLIC,
        leaves=standing.audience in {AudienceKind.PUBLIC, AudienceKind.FOLLOWERS, AudienceKind.DIRECT},
    )


def _render(tx: Transaction, site: Site, draft: Draft) -> Rendered:
    if not draft.text.strip() and (draft.files or draft.poll):
        return Rendered("", (), ())
    names: dict[str, KnownName] = {}
    mentioned = mentioned_names(draft.text)
    if len(mentioned) > limits.MENTIONS_PER_POST:
        raise InvalidInput(
            "The post names more than %(most)s people: name fewer.",
            reason="too-many-mentions",
            field="text",
            most=limits.MENTIONS_PER_POST,
        )
    for name in mentioned:
        handle, _, host = name.partition("@")
        own = not host or host == site.uris.host
        actor = find_local_actor(tx, handle) if own else find_actor_by_address(tx, handle, host)
        # Whom this site has nothing to do with is not written to either; their name stays plain text.
        if actor is not None and why_unheard(tx, actor.id) is None:
            names[name] = KnownName(actor.uri, actor.url or actor.uri)
    return render_markdown(draft.text, names, site.uris.tag)


def _named(tx: Transaction, rendered: Rendered, parent: Post | None) -> dict[str, StoredActor]:
    """Everybody the post addresses by name: those it mentions, and whom it answers."""
    named = {actor.id: actor for actor in list_actors_by_uri(tx, [uri for _, uri in rendered.mentions]).values()}
    if parent is not None:
        named |= list_actors(tx, [parent.actor_id])
    return named


def _audience(draft: Draft, parent: Post | None, named: dict[str, StoredActor], author: StoredActor) -> Audience:
    wanted = replace(draft.audience, named=frozenset(named) - {author.id})
    locals_named = frozenset(actor.id for actor in named.values() if actor.local) - {author.id}
    if wanted.kind is AudienceKind.SITE:
        wanted = replace(wanted, named=locals_named)
    if parent is None:
        return wanted
    return narrow_reply(wanted, parent.audience, parent_author_id=parent.actor_id, author_id=author.id, locals_named=locals_named)


def _check_reaches_somebody(audience: Audience, named: dict[str, StoredActor]) -> None:
    if audience.kind is AudienceKind.DIRECT and not audience.named:
        raise InvalidInput("A direct post names whom it is for: write @name@server in it.", reason="direct-to-nobody")
    outsiders = [actor.address for actor in named.values() if not actor.local]
    if audience.kind is AudienceKind.SITE and outsiders:
        raise InvalidInput(
            "This post stays on this site, and %(outsiders)s is not from here: choose another audience.",
            reason="mention-outside",
            field="audience",
            outsiders=", ".join(outsiders),
        )


def _new_post(
    site: Site, author: StoredActor, draft: Draft, rendered: Rendered, *, audience: Audience, parent: Post | None, now: datetime
) -> Post:
    post_id = new_id(now)
    return Post(
        id=post_id,
        uri=site.uris.post(post_id),
        actor_id=author.id,
        local=True,
        kind=PostKind.QUESTION if draft.poll else PostKind.ARTICLE if draft.title else PostKind.NOTE,
        audience=audience,
        published_at=now,
        title=draft.title,
        content=rendered.html,
        source=draft.text,
        warning=draft.warning,
        sensitive=bool(draft.warning),
        language=draft.language or site.settings.language,
        in_reply_to=parent.uri if parent else None,
        parent_id=parent.id if parent else None,
        thread_id=(parent.thread_id or parent.id) if parent else post_id,
        url=site.uris.post(post_id),
        tags=rendered.tags,
        mentions=rendered.mentions,
        poll=start_poll(draft.poll, now) if draft.poll else None,
    )


def _tell_locals(tx: Transaction, site: Site, post: Post, parent: Post | None, named: Iterable[StoredActor], now: datetime) -> None:
    """Tell those of us whom a post names, but for those who have blocked its author; what the site itself has to say is always told."""
    for actor in named:
        blocked = post.actor_id != site.actor_id and find_block(tx, actor.id, post.actor_id) is not None
        if actor.local and actor.id in post.audience.named and not blocked:
            kind = NotificationKind.REPLY if parent is not None and parent.actor_id == actor.id else NotificationKind.MENTION
            notify(tx, actor.id, kind, post.actor_id, now, post.id)


def _implied(post: Post) -> frozenset[str]:
    """Who stays addressed by an edit although the text need not name them: whom a reply answers."""
    return post.audience.named if post.parent_id is not None else frozenset()


def _take_back(tx: Transaction, site: Site, author: StoredActor, before: Post, after: Post, now: datetime) -> None:
    """Ask those to delete a post who have it and are no longer among its readers: an Update would tell them what it says now."""
    unlist_activities(tx, after.id)
    kind = after.audience.kind
    stays = kind is AudienceKind.SITE
    lost = [inbox for inbox in sent_inboxes(tx, after.id) if stays or not is_read_at(tx, after.id, author.id, kind, inbox.url)]
    if lost:
        tombstone = render_tombstone(Tombstone(after.uri, now))
        publish_activity(tx, site, author, "Delete", tombstone, to=_addressing(tx, author, before), inboxes=lost, item=after, now=now)


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
    if post.audience.kind is AudienceKind.SITE:
        return
    document = render_object(render_own_post(tx, site, author, post))
    inboxes = [*_inboxes(tx, site, author, post), *also]
    publish_activity(tx, site, author, kind, document, to=_addressing(tx, author, post), inboxes=inboxes, item=post, now=now)


def render_own_post(tx: Transaction, site: Site, author: StoredActor, post: Post) -> PostObject:
    """One of our posts as the object others read."""
    return render_post(post, author=author, addressing=_addressing(tx, author, post), uris=site.uris, plain=to_text)


def _addressing(tx: Transaction, author: StoredActor, post: Post) -> Addressing:
    named = sorted(actor.uri for actor in list_actors(tx, post.audience.named).values())
    return render_addressing(post.audience, author.followers or "", named)


def _inboxes(tx: Transaction, site: Site, author: StoredActor, post: Post) -> list[Inbox]:
    """Where news of a post goes: whom it is for now, and every inbox that was sent it before."""
    readers = list(list_actors(tx, post.audience.named).values())
    if post.audience.kind in {AudienceKind.PUBLIC, AudienceKind.FOLLOWERS}:
        readers += list_followers(tx, author.id)
    return [*inboxes_of(readers, own_host=site.uris.host, shared=True), *sent_inboxes(tx, post.id)]


def list_told(tx: Transaction, site: Site, author: StoredActor, post: Post) -> list[Inbox]:
    """Which inboxes will be asked to delete a post when it is deleted."""
    return [] if post.audience.kind is AudienceKind.SITE else list(dict.fromkeys(_inboxes(tx, site, author, post)))


def sent_inboxes(tx: Transaction, item_id: str) -> list[Inbox]:
    """Every inbox that was sent the item before."""
    return [Inbox(host, url) for host, url in list_sent_inboxes(tx, item_id)]


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
    publish(tx, site, actor=actor, activity=activity, inboxes=distinct, item_id=item.id if item else None, listed=listed, now=now)
