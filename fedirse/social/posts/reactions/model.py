"""What somebody here did with a post."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mine:
    """A reader's own reactions to one post.

    Attributes:
        liked, boosted, bookmarked: whether they did, and have not taken it back.
        chosen: the answers they voted for in its poll.
    """

    liked: bool = False
    boosted: bool = False
    bookmarked: bool = False
    chosen: frozenset[str] = frozenset()


NOTHING: Final = Mine()


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A post that somebody marked for themselves; later bookmarks have greater ids."""

    id: str
    post_id: str
