"""What the page of news shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import list_readable_posts
from fedirse.social.timelines.news.model import Bundle
from fedirse.social.timelines.news.rules import bundle
from fedirse.social.timelines.news.store import last_seen
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction

NAMED = 2
"""So many people are named in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One line of news.

    Attributes:
        bundle: what happened.
        actors: the first of who did it.
        others: how many more.
        post: the post it is about, as far as the reader may read it.
    """

    bundle: Bundle
    actors: list[StoredActor]
    others: int
    post: Post | None


@dataclass(frozen=True, slots=True)
class NewsPage:
    """A page of news; `newest` is the id of the newest notification on it, `older` where the next page begins."""

    items: list[NewsItem]
    newest: str
    older: str | None
    is_first: bool


def read_news(tx: Transaction, reader: Reader, before: str | None, kinds: frozenset[NotificationKind] | None) -> NewsPage:
    """The news of a local reader; what is about a post they may no longer read is left out."""
    actor_id = reader.actor_id or ""
    found = list_notifications(tx, actor_id, before=before or None, limit=limits.NEWS_ITEMS + 1)
    shown = found[: limits.NEWS_ITEMS]
    wanted = [one for one in shown if kinds is None or one.kind in kinds]
    bundles = bundle(wanted, last_seen(tx, actor_id))
    posts = list_readable_posts(tx, {one.post_id for one in bundles if one.post_id}, reader)
    actors = list_actors(tx, {actor for one in bundles for actor in one.actor_ids})
    items = [_item(one, actors, posts) for one in bundles if one.post_id is None or _is_shown(posts.get(one.post_id))]
    older = shown[-1].id if len(found) > len(shown) else None
    return NewsPage(items, shown[0].id if shown else "", older, is_first=not before)


def _is_shown(post: Post | None) -> bool:
    return post is not None and post.deleted_at is None


def _item(one: Bundle, actors: dict[str, StoredActor], posts: dict[str, Post]) -> NewsItem:
    known = list(_known(one.actor_ids, actors))
    return NewsItem(one, known[:NAMED], max(len(known) - NAMED, 0), posts.get(one.post_id or ""))


def _known(actor_ids: Iterable[str], actors: dict[str, StoredActor]) -> Iterable[StoredActor]:
    return (actors[actor_id] for actor_id in actor_ids if actor_id in actors)
