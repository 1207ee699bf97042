"""Whom to call, and whom first."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from fedirse.features.announcements.board.calls.model import Call
from fedirse.features.announcements.board.model import Arrival, Line
from fedirse.features.announcements.model import Announcement, Asked

_HAVE_IT: Final = frozenset({Arrival.RECEIVED, Arrival.HERE})
_FIRST: Final = (Arrival.OFFLINE, Arrival.FAILED, Arrival.WITHHELD, Arrival.QUEUED, Arrival.NOT_SENT, Arrival.RECEIVED)
"""Who does not know of it comes before who knows and says nothing."""


def to_call(lines: Iterable[Line], announcement: Announcement, numbers: Mapping[str, str]) -> list[Call]:
    """The other sites that have not confirmed an announcement, or, where it asks for no confirmation, have not got it.

    Args:
        lines: of the board.
        announcement: which one.
        numbers: the telephone numbers that members gave, by their actors.
    """
    asks = announcement.terms.asked is not Asked.NOBODY
    silent = [line for line in lines if line.arrival is not Arrival.HERE and not _is_done(line, asks=asks)]
    calls = [Call(line, numbers.get(line.member, ""), _since(line, announcement)) for line in silent]
    return sorted(calls, key=lambda call: (_FIRST.index(call.line.arrival), call.since, call.line.name.casefold(), call.line.member))


def _is_done(line: Line, *, asks: bool) -> bool:
    return line.settled if asks else line.arrival in _HAVE_IT


def _since(line: Line, announcement: Announcement) -> datetime:
    return line.at if line.at is not None else announcement.announced_at
