"""What the pages of the network show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from fedirse.social.network.model import Attributes, Network
from fedirse.social.network.roster.model import Standing


class Show(StrEnum):
    """Which sites of the network the console shows."""

    ALL = "all"
    ANSWERS = "answers"
    """Members that nothing is wrong with."""
    SILENT = "silent"
    """Members that do not take what is sent to them."""
    BEHIND = "behind"
    """Members with an older version than the head office."""
    CLOCK = "clock"
    """Members whose clock is off."""
    UNSURE = "unsure"
    """Those of whom it is not certain what they are now, and those that were not confirmed for too long."""
    SUSPENDED = "suspended"
    REMOVED = "removed"


class Sort(StrEnum):
    """In which order."""

    NAME = "name"
    REGION = "region"
    SILENCE = "silence"
    """Who has been silent for longest first, then by last exchange."""
    WAITING = "waiting"
    """For whom most waits first."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see of the network; whatever they typed that means nothing is left out.

    Attributes:
        words: part of a name, a domain or a city.
        region: exactly one region; empty for all.
        show, sort: see there.
        page: from 1.
    """

    words: str = ""
    region: str = ""
    show: Show = Show.ALL
    sort: Sort = Sort.NAME
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One site of the network.

    Attributes:
        member: URI of its actor.
        host: its domain.
        name: what it is called in the network.
        attributes: what it is known by.
        standing: what it is now.
        until: until when the head office's word about it holds by itself; None for one that was removed.
        own: whether it is this very site.
        head_office: whether it is the head office.
        heard_at: when it last took something from here; None for never.
        failing_since: since when it has not answered; None while it does.
        waiting: how many deliveries wait for it.
        oldest_at: since when the oldest of them does.
        version: of its software, as it says; empty for unknown.
        behind: whether that is older than the head office's.
        people: how many it has, as it says; None for unknown.
        clock: by how much its clock is ahead of ours; None where it is not off.
    """

    member: str
    host: str
    name: str
    attributes: Attributes
    standing: Standing
    until: datetime | None
    own: bool
    head_office: bool
    heard_at: datetime | None
    failing_since: datetime | None
    waiting: int
    oldest_at: datetime | None
    version: str = ""
    behind: bool = False
    people: int | None = None
    clock: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkView:
    """A network with everybody in it.

    Attributes:
        network: which one.
        host: the domain of its head office.
        key: the head office's key that is trusted now (Multikey); empty for none.
        lines: its sites, the head office first, then by name; whoever was removed last.
        fresh: whether the list of members is younger than its own end.
        known_at: when the head office made that list; None when it never came.
        waiting: how many sites wait to be let in; known at the head office alone.
        clock: by how much our own clock seems to be behind, because several sites agree about it; None for right.
    """

    network: Network
    host: str
    key: str
    lines: tuple[MemberLine, ...]
    fresh: bool
    known_at: datetime | None
    waiting: int = 0
    clock: timedelta | None = None

    @property
    def count(self) -> int:
        """How many sites are in it now, the head office not counted."""
        return sum(line.standing.trusted for line in self.lines if not line.head_office)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page of the lines that somebody asked for.

    Attributes:
        wish: what they asked for, with a page that there is.
        lines: of this page.
        total: on all pages.
        pages: how many pages there are, at least 1.
        regions: of all the sites, to choose from.
        counts: how many sites each choice of `Show` has.
        silent_since: since when the one that has been silent for longest has been; None for nobody.
    """

    wish: Wish
    lines: tuple[MemberLine, ...]
    total: int
    pages: int
    regions: tuple[str, ...]
    counts: Mapping[Show, int] = field(default_factory=lambda: MappingProxyType({}))
    silent_since: datetime | None = None
