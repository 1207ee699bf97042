"""Reports as this site holds them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Category(StrEnum):
    """What is wrong, in one word."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    ILLEGAL = "illegal"
    CONFIDENTIAL = "confidential"
    """Something that must not leave the company, or the site."""
    OTHER = "other"


class ReportState(StrEnum):
    """What became of a report."""

    OPEN = "open"
    RESOLVED = "resolved"
    """Something was done about it."""
    DISMISSED = "dismissed"
    """There was nothing to do."""


class Measure(StrEnum):
    """What a moderator may do about a report; several at once."""

    REMOVE = "remove"
    """Delete our own posts for everybody, hide those of others here."""
    WARN = "warn"
    """Write to one of our own people."""
    BLOCK_ACTOR = "block-actor"
    """Have nothing to do with somebody of another server any more."""
    BLOCK_HOST = "block-host"
    """Have nothing to do with their server any more."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        id: our id for it, sorted by when it came.
        uri: id of the Flag that brought it; None for one that was written here.
        reporter_id: who reports: one of our people, or whoever signed the Flag, mostly another server as itself.
        about_id: whom it is about.
        category: what is wrong.
        words: what the reporter says about it, plain text.
        posts: our ids of the posts it is about.
        forwarded: whether the server of whom it is about was told too.
        state: what became of it.
        created_at: when it came.
        decided_at: when somebody decided; None while it is open.
        decided_by: their handle at that time; empty while it is open.
        reason: why they decided so.
    """

    id: str
    uri: str | None
    reporter_id: str
    about_id: str
    category: Category
    words: str
    posts: tuple[str, ...]
    forwarded: bool
    state: ReportState
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody here wants to report.

    Attributes:
        category: what is wrong.
        words: about it, as typed.
        forward: whether the other server shall be told too, without the reporter's name.
    """

    category: Category
    words: str
    forward: bool = False
