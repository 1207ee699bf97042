"""From what was sent and what was said to where an announcement stands."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.features.announcements.acknowledgement.model import Totals, Word
from fedirse.features.announcements.board.model import Arrival, Board, Chosen, Line, Said, Sending, Stand
from fedirse.features.announcements.model import Announcement, Asked
from fedirse.social.network.model import comparable

LATE: Final = timedelta(hours=1)
"""What comes later than that after it was published is called late, and so is what came to a site that did not answer at first."""

REST: Final = timedelta(minutes=10)
"""A site is not asked once more before that."""

_HAVE_IT: Final = frozenset({Arrival.RECEIVED, Arrival.HERE})
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


def is_late(sending: Sending | None, announcement: Announcement) -> bool:
    """Whether a site was not there when the version that it has was sent to it."""
    if sending is None or sending.received_at is None:
        return False
    return sending.tries > 1 or sending.received_at - announcement.announced_at > LATE


def board_of(lines: Iterable[Line]) -> Board:
    """The lines in order, and in sum. Sums of people are made of what sites said alone, and these say nothing about fewer than five."""
    found = sorted(lines, key=lambda line: (line.settled, _ORDER.index(line.arrival), line.name.casefold(), line.member))
    told = [line.said.totals for line in found if line.said.totals is not None]
    return Board(
        lines=found,
        received=sum(line.arrival in _HAVE_IT for line in found),
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


def chosen_of(region: str, stand: str, lines: Iterable[Line]) -> Chosen:
    """What somebody asks to see, from the words in an address; what is not known here means all."""
    known = {comparable(line.region): line.region for line in lines if line.region}
    return Chosen(known.get(comparable(region), ""), Stand(stand) if stand in set(Stand) else Stand.ALL)


def narrow(lines: Iterable[Line], chosen: Chosen) -> list[Line]:
    """The lines that somebody wants to see, in their order."""
    region = comparable(chosen.region)
    return [line for line in lines if _stands(line, chosen.stand) and (not region or comparable(line.region) == region)]


def stands_to_choose(lines: Iterable[Line], chosen: Chosen, announcement: Announcement) -> list[tuple[Stand, int]]:
    """How many sites of the chosen region stand so; what nobody is asked for cannot be chosen, nor what is rare and not there."""
    here = narrow(lines, replace(chosen, stand=Stand.ALL))
    hidden = {Stand.CONFIRMED} if announcement.terms.asked is Asked.NOBODY else set()
    counts = [(stand, sum(_stands(line, stand) for line in here)) for stand in Stand if stand not in hidden]
    return [(stand, count) for stand, count in counts if count or stand is chosen.stand or stand is not Stand.LATE]


def regions_to_choose(lines: Iterable[Line], chosen: Chosen) -> list[tuple[str, int]]:
    """How many sites of each region stand as chosen, by the name of the region; none where all are in one."""
    found = list(lines)
    names = {comparable(line.region): line.region for line in found if line.region}
    so = [comparable(line.region) for line in found if _stands(line, chosen.stand)]
    counts = [(name, so.count(key)) for key, name in sorted(names.items())]
    return counts if len(counts) > 1 else []


def time_taken(board: Board, asked_at: datetime, now: datetime) -> timedelta:
    """How long sites have been asked for what they are asked for: until now, or until the last of them had confirmed it."""
    confirmed = [line.said.confirmed_at for line in board.lines if line.settled and line.said.confirmed_at is not None]
    is_complete = bool(board.lines) and len(confirmed) == len(board.lines)
    return max((max(confirmed) if is_complete else now) - asked_at, timedelta(0))


def _stands(line: Line, stand: Stand) -> bool:
    match stand:
        case Stand.ALL:
            return True
        case Stand.MISSING:
            return line.arrival not in _HAVE_IT
        case Stand.OFFLINE:
            return line.arrival is Arrival.OFFLINE
        case Stand.LATE:
            return line.late
        case Stand.OPEN:
            return line.arrival in _HAVE_IT and not line.settled
        case Stand.CONFIRMED:
            return line.settled


def _sum_up(told: Sequence[Totals]) -> Totals:
    return Totals(sum(one.asked for one in told), sum(one.seen for one in told), sum(one.confirmed for one in told))


def _is_earlier(said: Said, known: Said) -> bool:
    return said.confirmed_at is not None and known.confirmed_at is not None and said.confirmed_at < known.confirmed_at


def _age_of_count(said: Said) -> tuple[float, tuple[int, int, int]]:
    """When a site counted; of two counts of one moment always the same one is taken."""
    if said.totals is None or said.counted_at is None:
        return float("-inf"), (0, 0, 0)
    return said.counted_at.timestamp(), (said.totals.asked, said.totals.seen, said.totals.confirmed)
