"""Timelines: posts newest first, found by a bounded scan, so that their cost does not grow with the number of posts kept.

A timeline reads the newest rows and keeps those that belong to it. Where few of the newest rows belong (a reader who follows
quiet authors on a busy site), the scan stops at `limits.TIMELINE_SCAN_ROWS` and the newest posts of each author are merged instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, or_, select, true
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.store import readable, recipients
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import blocks, follows
from fedirse.social.notifications.mutes.store import is_muted_by
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import answers_nothing, opens_for_network, post_tags, posts, read_posts
from fedirse.storage.actors import actors, list_actors


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: the post to show, its author, and who boosted it if that is why it is here.

    `key` orders the timeline: the id of the post or of the boost.
    """

    key: str
    post: Post
    author: StoredActor
    boosted_by: StoredActor | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a timeline: at most `limit` entries, the newest older than the id `before`, or the oldest newer than the id `after`."""

    limit: int = limits.PAGE_ITEMS
    before: str | None = None
    after: str | None = None

    @property
    def upward(self) -> bool:
        """Whether it reaches from an entry towards the newest."""
        return self.after is not None

    def holds(self, key: ColumnElement[str]) -> ColumnElement[bool]:
        """The clause "this id lies in the stretch"."""
        if self.after is not None:
            return key > self.after
        return key < self.before if self.before is not None else true()

    def cut(self, query: Select[Any], key: ColumnElement[str], limit: int | None = None) -> Select[Any]:
        """The query with as many rows as fit, those next to where the stretch begins first."""
        return query.where(self.holds(key)).order_by(key.asc() if self.upward else key.desc()).limit(limit or self.limit)

    def beyond(self, end: str, limit: int) -> "Window":
        """The stretch that follows behind the id `end`."""
        return Window(limit, after=end) if self.upward else Window(limit, before=end)


LATEST: Final = Window()

_INTERNAL: Final = (AudienceKind.NETWORK, AudienceKind.SEGMENT)


class Kept(StrEnum):
    """What is kept of somebody's posts on their profile."""

    ALL = "all"
    POSTS = "posts"
    """Without answers."""
    MEDIA = "media"
    """What has pictures or files."""
    FEED = "feed"
    """What they wrote themselves and list publicly, without answers."""


def home_timeline(tx: Connection, reader: Reader, window: Window = LATEST) -> list[Entry]:
    """What a local reader follows, says and is named in, and what anybody begins for the network or for a segment of it."""
    return _own_timeline(tx, reader, window, internal=True)


def followed_timeline(tx: Connection, reader: Reader, window: Window = LATEST) -> list[Entry]:
    """What the actors that a local reader follows say, what the reader says, and what names the reader."""
    return _own_timeline(tx, reader, window, internal=False)


def network_timeline(tx: Connection, reader: Reader, window: Window = LATEST) -> list[Entry]:
    """What anybody begins for the network or for a segment of it, as far as the reader may read it; answers stand under it."""
    return _entries(tx, reader, _newest_first(_read_internal(tx, reader, window), window))


def _own_timeline(tx: Connection, reader: Reader, window: Window, *, internal: bool) -> list[Entry]:
    if reader.actor_id is None:
        return []
    followed = select(follows.c.followee_id).where(follows.c.follower_id == reader.actor_id, follows.c.state == FollowState.ACCEPTED)
    authors = select(actors.c.id).where(or_(actors.c.id == reader.actor_id, actors.c.id.in_(followed)))
    return _timeline(tx, reader, _Scope(authors, names=reader.actor_id, internal=internal), window)


def local_timeline(tx: Connection, reader: Reader, site_actor_id: str, window: Window = LATEST) -> list[Entry]:
    """What this site's people say, the actors that the site itself follows, and whoever writes to the network; answers left out."""
    followed = select(follows.c.followee_id).where(follows.c.follower_id == site_actor_id, follows.c.state == FollowState.ACCEPTED)
    authors = select(actors.c.id).where(or_(actors.c.local, actors.c.id.in_(followed)))
    return _timeline(tx, reader, _Scope(authors, around=True, internal=True), window)


def tag_timeline(tx: Connection, reader: Reader, tag: str, window: Window = LATEST) -> list[Entry]:
    """Posts with a hashtag (lower-case, without `#`) that the reader may read."""
    tagged = select(post_tags.c.post_id).where(post_tags.c.tag == tag)
    query = select(posts).where(_may_show_unasked(posts, reader), posts.c.id.in_(tagged), _shown_around(posts))
    return _entries(tx, reader, _read(tx, query, window))


def profile_timeline(tx: Connection, reader: Reader, actor_id: str, window: Window = LATEST, *, kept: Kept = Kept.ALL) -> list[Entry]:
    """What one actor says and boosts, as far as the reader may read it and the profile keeps it."""
    query = select(posts).where(
        _may_show(posts, reader), posts.c.actor_id == actor_id, posts.c.audience != AudienceKind.DIRECT, _keeps(kept)
    )
    return _entries(tx, reader, _read(tx, query, window))


def thread_entries(tx: Connection, reader: Reader, thread: list[Post]) -> list[Entry]:
    """The posts of a thread with their authors, in the order given."""
    return _entries(tx, reader, thread)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which posts a timeline is made of: those of `authors`; those that name the actor `names`; `internal`: whatever is for the network or
    for a segment, and answers nothing. `around`: only what is shown around.
    """

    authors: Select[tuple[str]]
    names: str | None = None
    around: bool = False
    internal: bool = False

    def covers(self, items: FromClause) -> ColumnElement[bool]:
        clauses: list[ColumnElement[bool]] = [items.c.actor_id.in_(self.authors)]
        if self.names is not None:
            naming = select(recipients.c.item_id).where(recipients.c.item_id == items.c.id, recipients.c.actor_id == self.names)
            clauses.append(exists(naming))
        if self.internal:
            clauses.append(and_(items.c.audience.in_(_INTERNAL), answers_nothing(items)))
        return and_(or_(*clauses), self.allows(items))

    def allows(self, items: FromClause) -> ColumnElement[bool]:
        return and_(_shown_around(items), answers_nothing(items)) if self.around else true()


def without_repetitions(entries: Sequence[Entry]) -> list[Entry]:
    """The entries with each post once, at its first place; for a page that people look at, after its end was noted."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.post.id, entry)
    return list(first.values())


def _timeline(tx: Connection, reader: Reader, scope: _Scope, window: Window) -> list[Entry]:
    scanned = window.cut(select(posts.c.id), posts.c.id, limits.TIMELINE_SCAN_ROWS).subquery()
    furthest = func.max(scanned.c.id) if window.upward else func.min(scanned.c.id)
    count, end = tx.execute(select(func.count(), furthest)).one()
    within = posts.c.id <= (end or "") if window.upward else posts.c.id >= (end or "")
    found = read_posts(tx, window.cut(select(posts).where(_may_show_unasked(posts, reader), scope.covers(posts), within), posts.c.id))
    if len(found) < window.limit and count == limits.TIMELINE_SCAN_ROWS:
        found += _merge(tx, reader, scope, window.beyond(end, window.limit - len(found)))
    return _entries(tx, reader, _newest_first(found, window))


def _merge(tx: Connection, reader: Reader, scope: _Scope, window: Window) -> list[Post]:
    """The posts of a stretch, taken from those of each author and from those for the network: bounded by the number of authors, not of
    posts.
    """
    authors = scope.authors.subquery()
    one = posts.alias("one")
    nearest = window.cut(
        select(one.c.id).where(_may_show_unasked(one, reader), one.c.actor_id == authors.c.id, scope.allows(one)), one.c.id
    ).correlate(authors)
    found = read_posts(tx, window.cut(select(posts).join(authors, posts.c.id.in_(nearest)), posts.c.id))
    if scope.names is not None:
        naming = select(recipients.c.item_id).where(recipients.c.actor_id == scope.names)
        nearest_naming = window.cut(naming, recipients.c.item_id, window.limit * 2)
        found += read_posts(
            tx, window.cut(select(posts).where(_may_show_unasked(posts, reader), posts.c.id.in_(nearest_naming)), posts.c.id)
        )
    if scope.internal:
        found += _read_internal(tx, reader, window)
    merged = {post.id: post for post in found}
    return sorted(merged.values(), key=lambda post: post.id, reverse=not window.upward)[: window.limit]


def _read_internal(tx: Connection, reader: Reader, window: Window) -> list[Post]:
    """What is begun for the network or for a segment, those next to where the stretch begins first; by an index of its own."""
    return read_posts(tx, window.cut(select(posts).where(opens_for_network(posts), _may_show_unasked(posts, reader)), posts.c.id))


def _read(tx: Connection, query: Select[Any], window: Window) -> list[Post]:
    return _newest_first(read_posts(tx, window.cut(query, posts.c.id)), window)


def _newest_first(found: list[Post], window: Window) -> list[Post]:
    return found[::-1] if window.upward else found


def _keeps(kept: Kept) -> ColumnElement[bool]:
    match kept:
        case Kept.ALL:
            return true()
        case Kept.POSTS:
            return posts.c.in_reply_to.is_(None)
        case Kept.MEDIA:
            return posts.c.attachments != []
        case Kept.FEED:
            own = and_(posts.c.in_reply_to.is_(None), posts.c.boost_of.is_(None))
            return and_(own, posts.c.audience == AudienceKind.PUBLIC, posts.c.listed)


def _may_show(items: FromClause, reader: Reader) -> ColumnElement[bool]:
    """Posts that exist, that the reader may read, by authors the reader does not block."""
    clauses = [items.c.deleted_at.is_(None), readable(items, reader)]
    if reader.actor_id is not None:
        blocked = select(blocks.c.blocked_id).where(blocks.c.blocker_id == reader.actor_id, blocks.c.blocked_id == items.c.actor_id)
        clauses.append(~exists(blocked))
    return and_(*clauses)


def _may_show_unasked(items: FromClause, reader: Reader) -> ColumnElement[bool]:
    """The same, without those whom the reader has muted: on a profile or in a thread they are still read."""
    if reader.actor_id is None:
        return _may_show(items, reader)
    return and_(_may_show(items, reader), ~is_muted_by(items.c.actor_id, reader.actor_id))


def _shown_around(items: FromClause) -> ColumnElement[bool]:
    """What may appear in a list that nobody asked the author about: listed public posts, this site's own, those for the network, and those
    of partner channels.
    """
    listed = and_(items.c.audience == AudienceKind.PUBLIC, items.c.listed)
    return or_(listed, items.c.audience.in_([AudienceKind.SITE, AudienceKind.PARTNERS, *_INTERNAL]))


def _entries(tx: Connection, reader: Reader, found: list[Post]) -> list[Entry]:
    """Replace boosts by what they boost, if the reader may read that; add the authors."""
    boosted_ids = [post.boost_of for post in found if post.boost_of is not None]
    boosted = (
        {post.id: post for post in read_posts(tx, select(posts).where(_may_show_unasked(posts, reader), posts.c.id.in_(boosted_ids)))}
        if boosted_ids
        else {}
    )
    people = list_actors(tx, {post.actor_id for post in (*found, *boosted.values())})
    entries: list[Entry] = []
    for post in found:
        if post.kind is not PostKind.BOOST:
            entries.append(Entry(post.id, post, people[post.actor_id]))
        elif post.boost_of in boosted:
            shown = boosted[post.boost_of]
            entries.append(Entry(post.id, shown, people[shown.actor_id], people[post.actor_id]))
    return entries
