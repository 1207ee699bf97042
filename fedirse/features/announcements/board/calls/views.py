"""The call list put together for a page, and as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fedirse.base.spreadsheets import render_table
from fedirse.features.announcements.board.calls.model import Call
from fedirse.features.announcements.board.calls.rules import to_call
from fedirse.features.announcements.board.views import BoardView, read_board
from fedirse.site import Site
from fedirse.social.network.authority.telephones.store import list_numbers
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor

COLUMNS = ("site", "host", "city", "region", "telephone", "state", "since", "reminded_at")


@dataclass(frozen=True, slots=True)
class CallList:
    """What the page shows: the board that was chosen, and of its sites those to be called."""

    view: BoardView
    calls: Sequence[Call]


def read_calls(tx: Transaction, site: Site, visitor: Visitor, post_id: str, region: str, stand: str) -> CallList:
    """Whom to call about an announcement of this site. Raises NotFound as `read_board`."""
    view = read_board(tx, site, visitor, post_id, region, stand)
    return CallList(view, to_call(view.board.lines, view.announcement, list_numbers(tx)))


def render_csv(calls: Iterable[Call]) -> str:
    """A call list as CSV: codes and dates, not words."""
    return render_table(COLUMNS, map(_row, calls))


def _row(call: Call) -> tuple[object, ...]:
    line = call.line
    reminded = line.reminded_at.isoformat() if line.reminded_at is not None else ""
    return (line.name, line.host, line.city, line.region, call.number, line.arrival.value, call.since.isoformat(), reminded)
