"""What an announcement is besides the post that it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Priority(StrEnum):
    """How much it matters."""

    INFO = "info"
    IMPORTANT = "important"
    URGENT = "urgent"


class Asked(StrEnum):
    """Who is asked to say that they have read and understood it."""

    NOBODY = "nobody"
    RESPONSIBLE = "responsible"
    """Whoever answers for a site, for the site."""
    EVERYONE = "everyone"
    """Each of a site's people for themselves, and whoever answers for the site besides."""


ORDER: Final = (Priority.URGENT, Priority.IMPORTANT, Priority.INFO)
"""What stands above what."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the head office says of an announcement besides its words.

    Attributes:
        priority: how much it matters.
        asked: who is asked to confirm it.
        before: until when they are asked to; None for no date.
        ends_at: from when on it counts no more; None for never.
        version: how often it was published; grows with every change.
        confirm_from: the version from which on a confirmation counts: a change asks again, or leaves those of before as they are.
        embargo_until: until when it is not to be spoken of outside the network; None for no embargo.
        text_by_mail: whether sites may mail its text; its title and where to read it they always may.
        first_look_of: URI of the announcement that some of its sites saw first, and whose place it takes there; empty for none.
    """

    priority: Priority = Priority.INFO
    asked: Asked = Asked.NOBODY
    before: datetime | None = None
    ends_at: datetime | None = None
    version: int = 1
    confirm_from: int = 1
    embargo_until: datetime | None = None
    text_by_mail: bool = False
    first_look_of: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement as this site holds it.

    Attributes:
        post_id: our id of the post that says it.
        terms: what the head office says of it besides.
        announced_at: when the head office published it, or its latest version.
        arrived_at: when that version came here.
    """

    post_id: str
    terms: Terms
    announced_at: datetime
    arrived_at: datetime
