"""What a template needs to show a post: the post itself, who wrote it, and what only the database knows about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fedirse.activitypub import uris
from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.network.segments.store import list_segments
from fedirse.social.network.store import current_network
from fedirse.social.posts import store
from fedirse.social.posts.attachments.views import ShownFile, show_files
from fedirse.social.posts.languages.model import Said
from fedirse.social.posts.languages.views import OfferedLanguage, offer_languages
from fedirse.social.posts.marks.model import Vouched
from fedirse.social.posts.marks.views import vouch_for, written
from fedirse.social.posts.model import Post
from fedirse.social.posts.polls.rules import is_over
from fedirse.social.posts.reactions.model import NOTHING, Mine
from fedirse.social.posts.reactions.store import list_mine
from fedirse.social.posts.threads import store as threads
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction


class Line(Protocol):
    """A post with its author, as timelines give it."""

    @property
    def post(self) -> Post:
        """What is shown."""

    @property
    def author(self) -> StoredActor:
        """Who wrote it."""

    @property
    def boosted_by(self) -> StoredActor | None:
        """Who boosted it, if that is why it is shown."""


@dataclass(frozen=True, slots=True)
class Card:
    """One post on a page.

    Attributes:
        post: the post.
        author: who wrote it.
        vouched: what this site vouches for about the author.
        replies: how many answers the reader may read.
        answered: the author of what it answers, when the reader may read that.
        boosted_by: who boosted it, if that is why it is shown.
        mine: what the reader did with it.
        files: its files.
        segment: what the segment is called that it is for; empty for none, and where it is not known here.
        wanted: the language that the reader asks for by a link, or anything; empty for that of their pages.
    """

    post: Post
    author: StoredActor
    vouched: Vouched
    replies: int
    answered: StoredActor | None = None
    boosted_by: StoredActor | None = None
    mine: Mine = NOTHING
    files: tuple[ShownFile, ...] = ()
    segment: str = ""
    wanted: str = ""

    @property
    def trusted_hosts(self) -> frozenset[str]:
        """Hosts of those the post mentions. Not its author's: a mention of nobody leads there first of all (CNT-025)."""
        return frozenset(_hosts(uri for _, uri in self.post.mentions))

    def is_over(self, now: datetime) -> bool:
        """Whether its poll counts no more votes."""
        return self.post.poll is not None and is_over(self.post.poll, now)

    def said_in(self, language: str) -> Said:
        """What is shown to somebody who reads `language`: the version asked for, else theirs, where there is one; else the author's."""
        known = {tag for tag in (self.post.language, *self.post.translations) if tag}
        return self.post.said_in(self.wanted if self.wanted in known else language)

    def languages(self, language: str) -> tuple[OfferedLanguage, ...]:
        """The languages to choose from for somebody who reads `language`; nothing where there is one."""
        return offer_languages(self.post.language, self.post.translations, self.said_in(language).language)


def make_cards(tx: Transaction, site: Site, reader: Reader, lines: Sequence[Line]) -> list[Card]:
    """The cards of some posts that were read for `reader`, in their order; a few queries however many they are."""
    mine = list_mine(tx, reader.actor_id, [line.post.id for line in lines]) if reader.local and reader.actor_id else {}
    files = show_files(tx, site, reader, [line.post for line in lines])
    replies = threads.count_readable_replies(tx, [line.post.id for line in lines], reader)
    parents = store.list_readable_posts(tx, [line.post.parent_id for line in lines if line.post.parent_id], reader)
    answered = list_actors(tx, {parent.actor_id for parent in parents.values()})
    vouched = vouch_for(tx, site, [written(line.post, line.author) for line in lines])
    segments = _name_segments(tx, [line.post for line in lines])
    return [
        Card(
            line.post,
            line.author,
            known,
            replies.get(line.post.id, 0),
            answered[parent.actor_id] if (parent := parents.get(line.post.parent_id or "")) else None,
            line.boosted_by,
            mine.get(line.post.id, NOTHING),
            files.get(line.post.id, ()),
            segments.get(line.post.audience.of, ""),
        )
        for line, known in zip(lines, vouched, strict=True)
    ]


def cards_of(tx: Transaction, site: Site, reader: Reader, posts: Sequence[Post]) -> list[Card]:
    """The cards of posts whose authors are still to be read."""
    authors = list_actors(tx, {post.actor_id for post in posts})
    return make_cards(tx, site, reader, [_Line(post, authors[post.actor_id]) for post in posts])


@dataclass(frozen=True, slots=True)
class _Line:
    post: Post
    author: StoredActor
    boosted_by: StoredActor | None = None


def _name_segments(tx: Transaction, posts: Iterable[Post]) -> dict[str, str]:
    """What the segments are called that some of the posts are for, as far as they are known here, by id."""
    asked = any(post.audience.kind is AudienceKind.SEGMENT for post in posts)
    network = current_network(tx) if asked else None
    return {} if network is None else {segment.id: segment.name for segment in list_segments(tx, network.uri)}


def _hosts(addresses: Iterable[str]) -> Iterable[str]:
    return (host for address in addresses if (host := uris.find_host(address)) is not None)
