"""What a template needs to show a post: the post itself, who wrote it, and what only the database knows about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from fedirse.activitypub import uris
from fedirse.base.actors import StoredActor
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.follows.store import list_followed_among
from fedirse.social.posts import store
from fedirse.social.posts.attachments.views import ShownFile, show_files
from fedirse.social.posts.model import Post
from fedirse.social.posts.polls.rules import is_over
from fedirse.social.posts.reactions.model import NOTHING, Mine
from fedirse.social.posts.reactions.store import list_mine
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction


class Mark(StrEnum):
    """What this site itself can vouch for about an author. Nothing that an author says of itself makes one."""

    NONE = ""
    SITE = "site"
    """The author is this site."""
    HEAD_OFFICE = "head-office"
    """The author is this site, and the site is the head office."""
    OFFICIAL = "official"
    """The author is an organisation that this site itself follows."""


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
        mark: what this site vouches for about the author.
        replies: how many answers the reader may read.
        answered: the author of what it answers, when the reader may read that.
        boosted_by: who boosted it, if that is why it is shown.
        mine: what the reader did with it.
        files: its files.
    """

    post: Post
    author: StoredActor
    mark: Mark
    replies: int
    answered: StoredActor | None = None
    boosted_by: StoredActor | None = None
    mine: Mine = NOTHING
    files: tuple[ShownFile, ...] = ()

    @property
    def trusted_hosts(self) -> frozenset[str]:
        """Hosts of those the post mentions, and of its author."""
        return frozenset(_hosts([self.author.uri, *(uri for _, uri in self.post.mentions)]))

    def is_over(self, now: datetime) -> bool:
        """Whether its poll counts no more votes."""
        return self.post.poll is not None and is_over(self.post.poll, now)

    def content_in(self, language: str) -> tuple[str, str]:
        """(language tag, HTML) of the post for somebody who reads `language`: their version where there is one, else the author's."""
        translated = self.post.translations.get(language)
        return (language, translated) if translated else (self.post.language, self.post.content)

    def other_languages(self, language: str) -> list[tuple[str, str]]:
        """(language tag, HTML) of the versions that `content_in` does not choose."""
        shown, _ = self.content_in(language)
        return [(tag, html) for tag, html in self.post.translations.items() if tag != shown]


def make_cards(tx: Transaction, site: Site, reader: Reader, lines: Sequence[Line]) -> list[Card]:
    """The cards of some posts that were read for `reader`, in their order; a few queries however many they are."""
    mine = list_mine(tx, reader.actor_id, [line.post.id for line in lines]) if reader.local and reader.actor_id else {}
    files = show_files(tx, site, [line.post for line in lines])
    replies = store.count_readable_replies(tx, [line.post.id for line in lines], reader)
    parents = store.list_readable_posts(tx, [line.post.parent_id for line in lines if line.post.parent_id], reader)
    answered = list_actors(tx, {parent.actor_id for parent in parents.values()})
    official = _official(tx, site, [line.author for line in lines])
    return [
        Card(
            line.post,
            line.author,
            mark_of(site, line.author, official),
            replies.get(line.post.id, 0),
            answered[parent.actor_id] if (parent := parents.get(line.post.parent_id or "")) else None,
            line.boosted_by,
            mine.get(line.post.id, NOTHING),
            files.get(line.post.id, ()),
        )
        for line in lines
    ]


def cards_of(tx: Transaction, site: Site, reader: Reader, posts: Sequence[Post]) -> list[Card]:
    """The cards of posts whose authors are still to be read."""
    authors = list_actors(tx, {post.actor_id for post in posts})
    return make_cards(tx, site, reader, [_Line(post, authors[post.actor_id]) for post in posts])


def find_mark(tx: Transaction, site: Site, actor: StoredActor) -> Mark:
    """The mark of one actor."""
    return mark_of(site, actor, _official(tx, site, [actor]))


def mark_of(site: Site, author: StoredActor, official: frozenset[str]) -> Mark:
    """The mark of an author; `official` are the actors that the site follows."""
    if author.id == site.actor_id:
        return Mark.HEAD_OFFICE if site.settings.head_office else Mark.SITE
    return Mark.OFFICIAL if author.kind == "Organization" and author.id in official else Mark.NONE


@dataclass(frozen=True, slots=True)
class _Line:
    post: Post
    author: StoredActor
    boosted_by: StoredActor | None = None


def _official(tx: Transaction, site: Site, authors: Iterable[StoredActor]) -> frozenset[str]:
    organisations = {author.id for author in authors if author.kind == "Organization"}
    return list_followed_among(tx, site.actor_id, organisations) if organisations else frozenset()


def _hosts(addresses: Iterable[str]) -> Iterable[str]:
    for address in addresses:
        try:
            yield uris.host_of(address)
        except MalformedDocument:
            continue
