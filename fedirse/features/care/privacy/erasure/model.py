"""An erasure as far as it has come. It is done in steps and each of them in bounded pieces, so that it survives a restart anywhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What is erased next, in this order."""

    POSTS = "posts"
    """Posts and boosts, each with a Delete or an Undo to whoever has it."""
    ACTOR = "actor"
    """One Delete of the actor to every server that got anything."""
    PUBLISHED = "published"
    """What was kept of the activities that were sent."""
    LIKES = "likes"
    """Likes, which are counted elsewhere."""
    FILES = "files"
    """Uploaded files."""
    RELATIONS = "relations"
    """Every other row about the person."""
    ACCOUNT = "account"
    """The account, with all that let somebody into it."""
    INDEX = "index"
    """The words that the search index keeps of rows that are gone."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure; it says nothing of the person but the handle, which nobody gets again.

    Attributes:
        id: its id.
        actor_id: whose.
        handle: their handle.
        step: what comes next.
        position: how far the step is.
        pieces: how many pieces are done; names the job of the next one.
        done: how many posts, activities, rows and files are erased.
        total: how many posts and activities there were when it began.
        requested_at: when it was asked for.
        ended_at: when nothing was left.
    """

    id: str
    actor_id: str
    handle: str
    step: Step
    position: str
    pieces: int
    done: int
    total: int
    requested_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Piece:
    """What a piece did: how many things it erased, and where the step goes on; None where it is finished."""

    count: int
    position: str | None


@dataclass(frozen=True, slots=True)
class AskedHost:
    """What became of the requests to delete at one server.

    Attributes:
        host: which.
        delivered: how many it took; whether it then deletes is its own affair.
        pending: how many wait.
        refused: how many it refused, or did not take in all the time that it was tried.
        answer: what it said last; empty for nothing.
        last_at: when it last took or refused one.
    """

    host: str
    delivered: int
    pending: int
    refused: int
    answer: str
    last_at: datetime | None
