"""Keeps an answer of a stranger for whoever decides about it, and lets it appear."""

from dataclasses import replace
from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.channels.store import channel_of
from fedirse.social.follows.store import has_local_follower
from fedirse.social.posts import store
from fedirse.social.posts.forwarding.actions import pass_on
from fedirse.social.posts.forwarding.model import ForeignActivity
from fedirse.social.posts.holding.rules import must_wait
from fedirse.social.posts.holding.store import is_trusted, keep_activity, take_activity
from fedirse.social.posts.model import Post
from fedirse.social.posts.telling.actions import tell_named
from fedirse.social.posts.threads import store as threads
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction


def must_wait_here(tx: Transaction, site: Site, author: StoredActor, parent: Post) -> bool:
    """Whether an answer is shown to nobody until somebody here approves it."""
    in_channel = _is_in_channel(tx, parent)
    if site.settings.replies != "held" and not in_channel:
        return False
    first = parent if parent.local or parent.thread_id is None else store.find_post(tx, parent.thread_id)
    return must_wait(
        author,
        in_our_thread=first is not None and first.local,
        known_here=has_local_follower(tx, author.id) or is_trusted(tx, author.id),
    )


def _is_in_channel(tx: Transaction, parent: Post) -> bool:
    """Whether a post is said by a partner channel, or under one: what partners answer waits on every site."""
    if parent.audience.kind is AudienceKind.DIRECT and parent.audience.of:
        return True
    return parent.local and channel_of(tx, get_actor(tx, parent.actor_id)) is not None


def hold(tx: Transaction, post: Post, authentic: Authenticated | None) -> Handled:
    """Keep an answer for whoever decides about it: nobody is told, and nothing is counted or passed on."""
    store.add_post(tx, post)
    threads.adopt_replies(tx, post)
    if authentic is not None and authentic.proof is not Proof.ORIGIN:
        keep_activity(tx, post.id, ForeignActivity(authentic.activity.id, authentic.activity.type, authentic.body))
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
        threads.count_reply(tx, parent.id, 1)
    tell_named(tx, post, parent, author, now)
    kept = take_activity(tx, post.id)
    if kept is not None:
        pass_on(tx, site, post, author, kept, now)
    return post
