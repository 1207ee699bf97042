"""From what was sent and what was said to where an announcement stands."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.features.announcements.acknowledgement.model import Totals, Word
from fedirse.features.announcements.board.model import Arrival, Board, Line, Said, Sending
from fedirse.features.announcements.model import Announcement, Asked

LATE: Final = timedelta(days=1)
"""What comes later than that after it was published is called late."""

REST: Final = timedelta(minutes=10)
"""A site is not asked once more before that."""

_STATES: Final = {"delivered": Arrival.RECEIVED, "withheld": Arrival.WITHHELD, "queued": Arrival.QUEUED}
_ORDER: Final = (*(Arrival.FAILED, Arrival.OFFLINE, Arrival.WITHHELD, Arrival.QUEUED, Arrival.NOT_SENT, Arrival.RECEIVED, Arrival.HERE),)


def word_of(member: str, word: Word, *, confirms: bool) -> Said:
    """One word of a site, by itself."""
    return Said(
        member,
        word.version,
        confirmed=word.version if confirms else 0,
        confirmed_at=word.at if confirms else None,
        totals=word.totals,
        counted_at=word.at if word.totals is not None else None,
    )


def together(known: Said | None, said: Said) -> Said:
    """What a site has said in sum, in whatever order its words came: the highest version that it confirmed, since it first did, and its
    latest numbers.
    """
    if known is None:
        return said
    confirmed = known
    if said.confirmed > known.confirmed or (said.confirmed == known.confirmed and _is_earlier(said, known)):
        confirmed = said
    counted = max(known, said, key=_age_of_count)
    return replace(
        known,
        version=max(known.version, said.version),
        confirmed=confirmed.confirmed,
        confirmed_at=confirmed.confirmed_at,
        totals=counted.totals,
        counted_at=counted.counted_at,
    )


def arrival_of(sending: Sending | None, said: Said, latest: int, *, own: bool) -> Arrival:
    """How far the latest version has come to a site. One that has been away may have fetched it by itself."""
    if own:
        return Arrival.HERE
    if said.version >= latest:
        return Arrival.RECEIVED
    if sending is None:
        return Arrival.NOT_SENT
    arrival = _STATES.get(sending.state, Arrival.FAILED)
    return Arrival.OFFLINE if arrival is Arrival.QUEUED and sending.failing_since is not None else arrival


def board_of(lines: Iterable[Line]) -> Board:
    """The lines in order, and in sum. Sums of people are made of what sites said alone, and these say nothing about fewer than five."""
    found = sorted(lines, key=lambda line: (line.settled, _ORDER.index(line.arrival), line.name.casefold(), line.member))
    told = [line.said.totals for line in found if line.said.totals is not None]
    return Board(
        lines=found,
        received=sum(line.arrival in {Arrival.RECEIVED, Arrival.HERE} for line in found),
        waiting=sum(line.arrival in {Arrival.QUEUED, Arrival.OFFLINE, Arrival.NOT_SENT} for line in found),
        failed=sum(line.arrival in {Arrival.FAILED, Arrival.WITHHELD} for line in found),
        confirmed=sum(line.settled for line in found),
        readers=_sum_up(told) if told else None,
    )


def silent(lines: Iterable[Line], announcement: Announcement, now: datetime) -> list[Line]:
    """The other sites that are asked to confirm an announcement and have not, but for those that were asked once more a moment ago."""
    if announcement.terms.asked is Asked.NOBODY:
        return []
    waiting = [line for line in lines if not line.settled and line.arrival is not Arrival.HERE]
    return [line for line in waiting if line.reminded_at is None or line.reminded_at + REST <= now]


def _sum_up(told: Sequence[Totals]) -> Totals:
    return Totals(sum(one.asked for one in told), sum(one.seen for one in told), sum(one.confirmed for one in told))


def _is_earlier(said: Said, known: Said) -> bool:
    return said.confirmed_at is not None and known.confirmed_at is not None and said.confirmed_at < known.confirmed_at


def _age_of_count(said: Said) -> tuple[float, tuple[int, int, int]]:
    """When a site counted; of two counts of one moment always the same one is taken."""
    if said.totals is None or said.counted_at is None:
        return float("-inf"), (0, 0, 0)
    return said.counted_at.timestamp(), (said.totals.asked, said.totals.seen, said.totals.confirmed)
