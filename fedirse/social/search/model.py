"""What somebody looks for, and what is found."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fedirse.social.posts.model import Post


class Holding(StrEnum):
    """Something a post may have besides words."""

    PHOTO = "photo"
    FILE = "file"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for; a post must fit all of it.

    Attributes:
        words: single words, lower-case.
        phrases: words that must follow each other.
        without: words or phrases that must not be there.
        authors: (handle, host) of who may have written it; an empty host for whoever has that handle.
        tags: hashtags, folded.
        holdings: what else it must have.
        languages: primary language tags, one of which it must have.
        before: published before that day begins.
        after: published after that day has ended.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    authors: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    holdings: tuple[Holding, ...] = ()
    languages: tuple[str, ...] = ()
    before: date | None = None
    after: date | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether it names nothing that could be found; what is only excluded, or only a time, names nothing."""
        return not (self.words or self.phrases or self.authors or self.tags or self.holdings or self.languages)


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as it stands in the index.

    Attributes:
        words: the stems of its words.
        head: how many of them come first because they are its title and tags.
        marks: what else can be asked for: author, recipients, audience, tags, holdings, language.
    """

    words: tuple[str, ...]
    head: int
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of posts that fit, the most relevant first, of those equally relevant the newest first.

    Attributes:
        posts: the posts.
        older: what to ask for to get the next page; None at the end.
        cut: whether more posts fit than were compared; the newest were.
    """

    posts: list[Post]
    older: str | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class TagFound:
    """A hashtag, and how many posts with it the reader may read, counted up to a bound."""

    tag: str
    posts: int
