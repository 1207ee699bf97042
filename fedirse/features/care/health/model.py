"""What is known of a site, and what is found about it: a level, a sentence, and what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

Word = str | int | datetime | timedelta
Translate = Callable[[str], str]
Show = Callable[[Word], str]
"""Writes a date, a length of time, a size or a number as a language does."""


class Size(int):
    """A number of bytes, as opposed to a number of things."""


class Level(StrEnum):
    """How bad a finding is."""

    GREEN = "green"
    ORANGE = "orange"
    """Somebody should look at it in the next days."""
    RED = "red"
    """Something does not work, or is about to be lost."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a site.

    Attributes:
        level: how bad it is.
        code: what it is about, stable, for programs: `disk`, `backup`, …
        sentence: a template in English, with named place holders.
        words: what stands in their place.
        advice: what to do, a template with the same words; empty when there is nothing to do.
    """

    level: Level
    code: str
    sentence: str
    words: Mapping[str, Word] = field(default_factory=lambda: MappingProxyType({}))
    advice: str = ""

    def say(self, translate: Translate, show: Show) -> str:
        """The sentence in somebody's language."""
        return self._filled(self.sentence, translate, show)

    def advise(self, translate: Translate, show: Show) -> str:
        """What to do, in somebody's language; empty when there is nothing."""
        return self._filled(self.advice, translate, show) if self.advice else ""

    def _filled(self, template: str, translate: Translate, show: Show) -> str:
        return translate(template) % {name: show(word) for name, word in self.words.items()}


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that a site lies on: bytes in all and free ones, and whether there is a ballast to give up."""

    whole: int
    free: int
    ballast: bool


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the rows tell of the exchange with others.

    Attributes:
        received_at: when something was last accepted.
        delivered_at: when somebody last took a delivery.
        latest_at: the latest date that was written of anything that happened.
        waiting: deliveries that are not done.
        oldest_at: since when the oldest of them waits.
        waiting_peers: hosts that something waits for.
        failing_peers: those of them that did not answer last time.
        overdue: hosts and jobs that should have been looked at for a while, and were not.
    """

    received_at: datetime | None = None
    delivered_at: datetime | None = None
    latest_at: datetime | None = None
    waiting: int = 0
    oldest_at: datetime | None = None
    waiting_peers: int = 0
    failing_peers: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the findings are made from.

    Attributes:
        now: the present.
        version: of fedirse.
        schema: the revision of the database.
        made_at: since when the site exists, where that is known.
        state: whether it can write: `writable`, `full` or `stopped`.
        disk: what it lies on.
        open_files: files with secrets that others on the machine may read.
        backup_at: the moment that the last verified backup shows.
        restored_from: the moment that the backup shows which the site was restored from last.
        traffic: the exchange with others.
    """

    now: datetime
    version: str
    schema: str
    made_at: datetime | None
    state: str
    disk: Disk
    open_files: tuple[str, ...]
    backup_at: datetime | None
    restored_from: datetime | None
    traffic: Traffic
