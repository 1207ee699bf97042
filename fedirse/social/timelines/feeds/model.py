"""A feed as a value, before it is written in one format or the other."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file of an item."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One post.

    Attributes:
        id: its lasting id, a URI.
        url: where people read it.
        title: plain text, never empty.
        html: the whole of it, clean.
        language: language tag or empty.
        author: name of who wrote it.
        author_url: their page.
        published, updated: dates.
        tags: hashtags without `#`.
        enclosures: its files.
    """

    id: str
    url: str
    title: str
    html: str
    language: str
    author: str
    author_url: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed reader subscribes to.

    Attributes:
        url: the address of the feed as Atom, which is its lasting id too; with `.rss` behind it, as RSS.
        page: the page that shows the same.
        title: plain text.
        words: a sentence about it, plain text; may be empty.
        language: of the site.
        updated: when something in it last changed.
        icon: address of a small picture; empty for none.
        items: the newest first.
    """

    url: str
    page: str
    title: str
    words: str
    language: str
    updated: datetime
    icon: str = ""
    items: tuple[FeedItem, ...] = ()
