"""What a poll wants done later: to have its results told, and to be over."""

from dataclasses import replace
from datetime import datetime

from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.posts.model import Post
from fedirse.social.posts.polls.actions import publish_results, tell_voters
from fedirse.social.posts.polls.rules import is_over
from fedirse.social.posts.polls.store import save_poll
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.transaction import Transaction


async def tell_results(site: Site, subject: str, _details: JsonObject) -> None:
    """Tell those who have a poll of ours how it stands."""
    await site.write(_tell_results, site, subject, site.clock.now())


async def end_poll(site: Site, subject: str, _details: JsonObject) -> None:
    """A poll should be over: close it if it is ours, and let those who voted here hear of it."""
    await site.write(_end_poll, site, subject, site.clock.now())


def _tell_results(tx: Transaction, site: Site, uri: str, now: datetime) -> None:
    post = _find_poll(tx, uri)
    if post is not None and post.poll is not None and not is_over(post.poll, now):
        publish_results(tx, site, post, now)


def _end_poll(tx: Transaction, site: Site, uri: str, now: datetime) -> None:
    post = _find_poll(tx, uri)
    if post is None or post.poll is None or not is_over(post.poll, now):
        return
    if post.local and post.poll.closed_at is None:
        post = replace(post, poll=replace(post.poll, closed_at=post.poll.ends_at))
        if post.poll is not None:
            save_poll(tx, post.id, post.poll)
        publish_results(tx, site, post, now)
    tell_voters(tx, site, post, now)


def _find_poll(tx: Transaction, uri: str) -> Post | None:
    post = find_post_by_uri(tx, uri)
    return post if post is not None and post.deleted_at is None else None
