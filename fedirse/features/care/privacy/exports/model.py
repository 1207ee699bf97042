"""An export as far as it has come. It is made in pieces, so that neither a restart nor a long one holds anything up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ExportState(StrEnum):
    """What has become of an export."""

    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Stage(StrEnum):
    """What is being written, in this order."""

    POSTS = "posts"
    """What they published, a page at a time."""
    MESSAGES = "messages"
    """Direct messages that others sent them, a page at a time."""
    LISTS = "lists"
    """Everything that is one list: likes, follows, drafts, … and the page that leads to all of it."""
    PACK = "pack"
    """All of that with their files, into one archive."""


@dataclass(frozen=True, slots=True)
class Export:
    """One export.

    Attributes:
        id: its id.
        actor_id: whose it is.
        key: name of its folder, which nobody guesses.
        state: what has become of it.
        language: of the pages in it.
        stage: what is written next.
        position: id of the last post that was written in this stage.
        part: how many pages this stage has.
        steps: how many pieces are done; names the job of the next one.
        done: how many posts, messages and files are in it.
        total: how many there were when it began.
        size: of the finished archive, in bytes.
        reason: why it failed, as a code.
        requested_at: when it was asked for.
        ended_at: when it was finished or failed.
    """

    id: str
    actor_id: str
    key: str
    state: ExportState
    language: str
    stage: Stage
    position: str
    part: int
    steps: int
    done: int
    total: int
    size: int
    reason: str
    requested_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """A direct message that somebody sent: who, when and its words; nothing else of theirs."""

    uri: str
    author: str
    published_at: datetime
    text: str
