"""What a site knows of its own absence, and of what it has still to fetch."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Headline:
    """A post by its first words, before the post itself is here.

    Attributes:
        uri: the post.
        title: its title, or its first words.
        author: what its author is called.
        published: when it was published.
    """

    uri: str
    title: str
    author: str
    published: datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """When a site was last among the members of its network.

    Attributes:
        network: URI of the network.
        member_since: since when it is a member; another date is another membership.
        seen_at: when a member was last reached.
        suspended: whether it has been without rights since then: what was said meanwhile is not kept for it by anybody.
        returned_at: when it last came back, or joined.
    """

    network: str
    member_since: datetime
    seen_at: datetime
    suspended: bool = False
    returned_at: datetime | None = None


class Purpose(StrEnum):
    """Why something is fetched from a member's outbox."""

    HISTORY = "history"
    """The site has just joined."""
    GAP = "gap"
    """It was away for longer than others keep what waits for it, or had no rights meanwhile."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What is still to be fetched from one member.

    Attributes:
        member: URI of its actor.
        purpose: why.
        page: address of the next page.
        since, until: from when to when something is missing here.
        taken: how many activities of it were new here so far.
    """

    member: str
    purpose: Purpose
    page: str
    since: datetime
    until: datetime
    taken: int = 0
