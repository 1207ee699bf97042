"""What is mailed to whom, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What kind of mail it is."""

    NOTICE = "notice"
    """Title and link, at once."""
    TEXT = "text"
    """The same, with the words of the announcement."""
    REMINDER = "reminder"
    """Title and link once more, of what still waits."""
    DIGEST = "digest"
    """Titles and links, once a day."""


class State(StrEnum):
    """How far a mail has come."""

    PLANNED = "planned"
    SENDING = "sending"
    """Handed to the mail server; it is not known yet what that says. Nothing is ever taken back from here: a mail is not sent twice."""
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    """Not sent, because meanwhile it was of no use, or not theirs to read."""
    UNKNOWN = "unknown"
    """The site stopped while it was sent."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One announcement in one mail to one person.

    Attributes:
        id: our id for it.
        actor_id: who gets it.
        post_id: our id of the announcement.
        version: the version they are told of.
        kind: in what kind of mail.
        occasion: why: the version that asks, or the notification that reminds; one mail for each.
        state: how far it has come.
        wanted_at: when it was to be sent.
        due_at: when it may be tried, or tried again.
        attempts: how often the mail server could not be used.
        done_at: since when its state is what it is; None while it is planned.
        answer: what the mail server said, or why it was not sent; a code.
    """

    id: str
    actor_id: str
    post_id: str
    version: int
    kind: Kind
    occasion: str
    state: State
    wanted_at: datetime
    due_at: datetime
    attempts: int = 0
    done_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class MailedLink:
    """What a link in a mail opens: one announcement, for one person; and when it was made."""

    actor_id: str
    post_id: str
    made_at: datetime
    expires_at: datetime
