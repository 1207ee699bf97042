"""What can be said and done in the demo, and when. Nothing here knows about ports, folders or dates of today."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from fedirse.social.audiences.model import AudienceKind

MENTION: Final = re.compile(r"@([a-z_.-]+)@([a-z]+)\b")
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True, order=True)
class When:
    """How many days on which shops are open ago, and at what time (UTC)."""

    days_ago: int
    clock: str

    def before(self, now: datetime) -> datetime:
        """The instant meant, seen from `now`. A later one stays later: days are counted, and Sundays are no days."""
        day = now.date()
        for _ in range(self.days_ago):
            day -= timedelta(days=2 if (day - timedelta(days=1)).weekday() == _SUNDAY else 1)
        return datetime.combine(day, time.fromisoformat(self.clock), now.tzinfo)


@dataclass(frozen=True, slots=True)
class Said:
    """A post.

    Attributes:
        key: name by which others refer to it.
        by: `handle@site-key`; a site itself speaks under its own key as handle.
        when: how long ago.
        text: Markdown.
        audience: whom it is for.
        segment: name of the selection of sites, for the audience SEGMENT.
        quiet: public, but not in public timelines.
        title: makes it an article.
        warning: content warning.
        answers: key of the post it answers.
        pictures: drawings that go with it, and what each shows in words.
    """

    key: str
    by: str
    when: When
    text: str
    audience: AudienceKind = AudienceKind.PUBLIC
    quiet: bool = False
    title: str = ""
    warning: str = ""
    answers: str | None = None
    segment: str = ""
    pictures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Boosted:
    """Somebody shows a post to those who follow them."""

    by: str
    post: str
    when: When


@dataclass(frozen=True, slots=True)
class Liked:
    """Some people like a post."""

    by: tuple[str, ...]
    post: str
    when: When


Happening = Said | Boosted | Liked


def spoken(text: str, domains: Mapping[str, str]) -> str:
    """A text of the demo as its author types it, with the domain of each site in place of its key."""
    return MENTION.sub(lambda match: f"@{match[1]}@{domains[match[2]]}", text)
