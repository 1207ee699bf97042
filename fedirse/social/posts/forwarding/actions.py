"""Passes on what another server said about an answer to one of our posts, unchanged (ActivityPub 7.1.2)."""

from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.outbox.publish import forward
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.store import find_block, list_followers
from fedirse.social.posts import store
from fedirse.social.posts.forwarding.model import ForeignActivity
from fedirse.social.posts.model import Post
from fedirse.social.posts.rules import should_forward
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction


def forward_as_proven(tx: Transaction, site: Site, authentic: Authenticated, post: Post, now: datetime) -> None:
    """Pass on what was said about an answer, unless it was confirmed by its origin only.

    The bytes that arrived are then not what was confirmed, and in our name they would go far.
    """
    if authentic.proof is not Proof.ORIGIN:
        activity = ForeignActivity(authentic.activity.id, authentic.activity.type, authentic.body)
        pass_on(tx, site, post, authentic.actor, activity, now)


def pass_on(tx: Transaction, site: Site, post: Post, author: StoredActor, activity: ForeignActivity, now: datetime) -> None:
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
