"""What people here do with posts. Each is one transaction: rules, rows, notifications, and the activity to publish."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from fedirse.activitypub.documents.tombstone import Tombstone, render_tombstone
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Gone, InvalidInput, NotFound
from fedirse.base.identifiers import new_id
from fedirse.base.types import Reader
from fedirse.outbox.recipients import Inbox
from fedirse.site import Site
from fedirse.social.audiences.model import SCOPED, Audience, AudienceKind
from fedirse.social.audiences.rules import check_may_choose, narrow_edit, narrow_reply
from fedirse.social.audiences.store import is_read_at
from fedirse.social.follows.channels.rules import check_is_open
from fedirse.social.follows.channels.store import channel_of
from fedirse.social.follows.store import find_block, is_follower
from fedirse.social.media.actions import erase_of_item
from fedirse.social.media.store import hand_over
from fedirse.social.network.actions import known_scopes
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import forget_post, notify
from fedirse.social.posts import store
from fedirse.social.posts.attachments.actions import attach_files
from fedirse.social.posts.history.store import keep_version
from fedirse.social.posts.languages.actions import render_translations
from fedirse.social.posts.languages.model import LanguageVersion
from fedirse.social.posts.mentions.actions import named_actors, render_text
from fedirse.social.posts.model import Draft, DraftFile, Post, PostKind
from fedirse.social.posts.publishing.actions import addressing_of, inboxes_about, is_outside, publish_about, publish_activity, sent_inboxes
from fedirse.social.posts.rules import check_draft, check_may_change, start_poll
from fedirse.social.posts.threads import store as threads
from fedirse.storage.activities import unlist_activities
from fedirse.storage.jobs import add_job
from fedirse.storage.room import frees_room
from fedirse.storage.transaction import Transaction
from fedirse.web.html import Rendered

END_POLL = "posts.end-poll"
"""Job about the URI of a poll: it is over, here or at its author's server, and those who voted here hear of it."""


def reader_for(actor: StoredActor) -> Reader:
    """A local actor as a reader."""
    return Reader(actor.id, actor.uri, actor.host, local=actor.local)


def render_draft(tx: Transaction, site: Site, draft: Draft) -> tuple[Rendered, dict[str, LanguageVersion]]:
    """What others read of a draft, and of its other languages: these say something whatever else goes with the post.

    Raises InvalidInput as `publish_post`.
    """

    def render(text: str) -> Rendered:
        return render_text(tx, site, replace(draft, text=text, files=None, poll=None))

    return render_translations(draft.translations, render_text(tx, site, draft), render)


def publish_post(
    tx: Transaction,
    site: Site,
    author: StoredActor,
    draft: Draft,
    now: datetime,
    *,
    owner: StoredActor | None = None,
    also: Iterable[Inbox] = (),
) -> Post:
    """Write a post and send it to whom it is for.

    Args:
        tx: the transaction.
        site: where.
        author: who says it.
        draft: what.
        now: the time.
        owner: whose uploads its files are, which become the author's; the author when not given.
        also: inboxes that get it besides those of its readers; only for what is public.

    Raises:
        InvalidInput: empty, too long, a direct post that names nobody, or a file that is no longer there.
        Refused: an audience that cannot be chosen here, or a channel that was closed.
        NotFound: it answers a post the author may not read.
    """
    check_draft(draft, site.settings.language)
    parent = store.get_readable_post(tx, draft.in_reply_to, reader_for(author)) if draft.in_reply_to else None
    channel = channel_of(tx, author)
    check_is_open(channel)
    # What is answered may be for a segment of which nothing else is known here.
    known = known_scopes(tx) | (parent.audience.reader_scopes if parent else frozenset())
    check_may_choose(draft.audience, known, by_channel=channel is not None)
    rendered, versions = render_draft(tx, site, draft)
    named = named_actors(tx, rendered, parent)
    audience = _audience(draft, parent, named, author)
    _check_reaches_somebody(tx, audience, named, author, now)
    post = _new_post(site, author, draft, rendered, audience=audience, parent=parent, now=now)
    files = attach_files(tx, site, draft.files or (), post.id, (owner or author).id, now)
    post = replace(post, attachments=files, translations=versions)
    if owner is not None:
        hand_over(tx, post.id, author.id)
    store.add_post(tx, post)
    _tell_locals(tx, site, post, parent, named.values(), now)
    if parent is not None:
        threads.count_reply(tx, parent.id, 1)
    publish_about(tx, site, author, post, "Create", now, also=also if audience.kind is AudienceKind.PUBLIC else ())
    if post.poll is not None:
        add_job(tx, END_POLL, post.uri, now, not_before=post.poll.ends_at)
        site.pulse.mark()
    return post


def edit_post(tx: Transaction, site: Site, author: StoredActor, post_id: str, draft: Draft, now: datetime) -> Post:
    """Replace what a post says; its audience can only shrink. What it said before is kept.

    Whoever was sent it and is no longer among its readers is asked to delete it.

    Raises:
        NotFound, NotAuthorised: no such post, a boost, or not the author's.
        Gone: it was deleted, perhaps while it was being edited.
        InvalidInput: as for a new post.
    """
    post = _own_post(tx, author, post_id)
    if post.deleted_at is not None:
        raise Gone("post deleted")
    check_draft(draft, post.language)
    if draft.files is None:
        draft = replace(draft, files=tuple(DraftFile(file.media_id, file.alt) for file in post.attachments))
    rendered, versions = render_draft(tx, site, draft)
    named = named_actors(tx, rendered, None)
    if draft.audience.kind is not post.audience.kind or (draft.audience.kind in SCOPED and draft.audience.of != post.audience.of):
        check_may_choose(draft.audience, known_scopes(tx), by_channel=channel_of(tx, author) is not None)
    audience = narrow_edit(post.audience, replace(draft.audience, named=frozenset(named) - {author.id} | _implied(post)))
    _check_reaches_somebody(tx, audience, named, author, now)
    edited = replace(
        post,
        title=draft.title,
        content=rendered.html,
        source=draft.text,
        warning=draft.warning,
        sensitive=bool(draft.warning),
        language=draft.language or post.language,
        translations=versions,
        tags=rendered.tags,
        mentions=rendered.mentions,
        attachments=attach_files(tx, site, draft.files or (), post.id, author.id, now),
        audience=audience,
        announcement=draft.announcement or post.announcement,
        edited_at=now,
    )
    keep_version(tx, post, edited)
    store.update_post(tx, edited)
    if audience.kind is not post.audience.kind or audience.scopes != post.audience.scopes:
        _take_back(tx, site, author, post, edited, now)
    publish_about(tx, site, author, edited, "Update", now)
    return edited


@frees_room
def delete_post(tx: Transaction, site: Site, author: StoredActor, post_id: str, now: datetime) -> None:
    """Erase a post here and ask everybody who was sent it to do the same.

    Raises:
        NotFound, NotAuthorised: no such post, a boost (which is taken back, with an Undo), or not the author's.
    """
    post = _own_post(tx, author, post_id)
    if post.deleted_at is not None:
        return
    sent_to = inboxes_about(tx, site, author, post, now)
    store.erase_post(tx, post.id, now)
    erase_of_item(tx, site, post.id, now)
    unlist_activities(tx, post.id)
    store.add_tombstone(tx, post.uri, author.id, now)
    forget_post(tx, post.id)
    if post.parent_id is not None:
        threads.count_reply(tx, post.parent_id, -1)
    if not post.audience.stays:
        tombstone = render_tombstone(Tombstone(post.uri, now))
        addressing = addressing_of(tx, author, post)
        publish_activity(tx, site, author, "Delete", tombstone, to=addressing, inboxes=sent_to, item=post, now=now)


def _own_post(tx: Transaction, author: StoredActor, post_id: str) -> Post:
    post = store.get_readable_post(tx, post_id, reader_for(author))
    if post.kind is PostKind.BOOST:
        raise NotFound("a boost")
    check_may_change(post, author.id)
    return post


def _audience(draft: Draft, parent: Post | None, named: dict[str, StoredActor], author: StoredActor) -> Audience:
    wanted = replace(draft.audience, named=frozenset(named) - {author.id})
    locals_named = frozenset(actor.id for actor in named.values() if actor.local) - {author.id}
    if wanted.kind is AudienceKind.SITE:
        wanted = replace(wanted, named=locals_named)
    if parent is None:
        return wanted
    return narrow_reply(wanted, parent.audience, parent_author_id=parent.actor_id, author_id=author.id, locals_named=locals_named)


def _check_reaches_somebody(tx: Transaction, audience: Audience, named: dict[str, StoredActor], author: StoredActor, now: datetime) -> None:
    if audience.kind is AudienceKind.DIRECT and not audience.named:
        raise InvalidInput("A direct post names whom it is for: write @name@server in it.", reason="direct-to-nobody")
    outsiders = [actor.address for actor in named.values() if not actor.local]
    if audience.stays and outsiders:
        raise InvalidInput(
            "This post stays on this site, and %(outsiders)s is not from here: choose another audience.",
            reason="mention-outside",
            field="audience",
            outsiders=", ".join(outsiders),
        )
    if audience.internal:
        _check_inside(tx, audience, named, now)
    if audience.kind is AudienceKind.PARTNERS:
        _check_are_partners(tx, named, author)


def _check_are_partners(tx: Transaction, named: dict[str, StoredActor], channel: StoredActor) -> None:
    """Raises InvalidInput for somebody of another server who is named and whom the channel has not let in: they could not read it."""
    strangers = [actor.address for actor in named.values() if not actor.local and not is_follower(tx, actor.id, channel.id)]
    if strangers:
        raise InvalidInput(
            "%(strangers)s is no partner of this channel and could not read this: leave the name out, or let them in first.",
            reason="mention-no-partner",
            field="text",
            strangers=", ".join(strangers),
        )


def _check_inside(tx: Transaction, audience: Audience, named: dict[str, StoredActor], now: datetime) -> None:
    """Raises InvalidInput for somebody who is named and not in the network, or not in the part of it that it is for (PRV-010)."""
    others = [actor for actor in named.values() if not actor.local]
    outside = {host for host in {actor.host for actor in others} if is_outside(tx, host, audience.reader_scopes, now)}
    if outside:
        raise InvalidInput(
            "This post stays among the sites it is for, and %(outsiders)s is at none of them: leave the name out, or write another post.",
            reason="mention-outside",
            field="audience",
            outsiders=", ".join(actor.address for actor in others if actor.host in outside),
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
        announcement=draft.announcement,
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
    lost = [inbox for inbox in sent_inboxes(tx, after.id) if _has_lost(tx, after, inbox, now)]
    if lost:
        publish_activity(
            tx,
            site,
            author,
            "Delete",
            render_tombstone(Tombstone(after.uri, now)),
            to=addressing_of(tx, author, before),
            inboxes=lost,
            item=after,
            now=now,
            # They had it under the key that it was signed with then.
            internal=before.audience.internal,
        )


def _has_lost(tx: Transaction, post: Post, inbox: Inbox, now: datetime) -> bool:
    """Whether nobody behind an inbox may read a post any more."""
    audience = post.audience
    if audience.stays or (audience.internal and is_outside(tx, inbox.host, audience.reader_scopes, now)):
        return True
    named_or_following = audience.kind in {AudienceKind.PARTNERS, AudienceKind.FOLLOWERS, AudienceKind.DIRECT}
    return named_or_following and not is_read_at(tx, post.id, post.actor_id, audience.kind, inbox.url)
