"""Notifies those of our people whom a post of another server concerns."""

from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.roles import Permission
from fedirse.social.follows.channels.store import channel_of
from fedirse.social.follows.store import find_block
from fedirse.social.notifications.actions import list_who_may
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify
from fedirse.social.posts import store
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Post
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction


def tell_named(tx: Transaction, post: Post, parent: Post | None, author: StoredActor, now: datetime) -> None:
    """Tell those of us whom a post mentions, and whom it answers: the latter also where it does not address them, as Fedify does not."""
    mentioned = {uri for _, uri in post.mentions}
    answered = [parent.actor_id] if parent is not None else []
    for actor in list_actors(tx, [*post.audience.named, *answered]).values():
        answers = actor.id in answered and bool(store.list_readable_posts(tx, [post.id], reader_for(actor)))
        named = actor.id in post.audience.named and actor.uri in mentioned
        if actor.local and (answers or named) and find_block(tx, actor.id, author.id) is None:
            kind = NotificationKind.REPLY if answers else NotificationKind.MENTION
            # Nobody signs in as a channel.
            for hears in [actor.id] if channel_of(tx, actor) is None else list_who_may(tx, Permission.MANAGE_PARTNERS):
                notify(tx, hears, kind, author.id, now, post.id)
