"""The board put together for a page, and as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fedirse.activitypub import uris
from fedirse.base.errors import NotFound
from fedirse.base.spreadsheets import render_table
from fedirse.features.announcements.acknowledgement.rules import count_up
from fedirse.features.announcements.acknowledgement.store import find_confirmation, list_of_people
from fedirse.features.announcements.board import store
from fedirse.features.announcements.board.model import Arrival, Board, Chosen, Line, Said, Sending, Stand
from fedirse.features.announcements.board.rules import (
    arrival_of,
    board_of,
    chosen_of,
    is_late,
    narrow,
    regions_to_choose,
    silent,
    stands_to_choose,
    time_taken,
)
from fedirse.features.announcements.model import Announcement, Priority
from fedirse.features.announcements.store import find_readable
from fedirse.site import Site
from fedirse.social.network.actions import list_members_inside
from fedirse.social.network.console.model import MemberLine
from fedirse.social.network.console.views import lines_of
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network
from fedirse.social.posts.model import Post
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor

COLUMNS = (
    *("site", "host", "region", "city", "arrival", "since", "why", "version"),
    *("people_asked", "people_seen", "people_confirmed", "confirmed_version", "confirmed_at"),
)


@dataclass(frozen=True, slots=True)
class BoardView:
    """What the page of a board shows.

    Attributes:
        post, announcement: what it is about.
        board: the sites that were chosen, and their sums.
        everywhere: all sites, and their sums.
        chosen: which were.
        stands, regions: what can be chosen, with how many sites each would show.
        silent: how many of the sites shown would be asked once more.
        taken: how long it is out that is urgent; None for what is not.
        mark: changes whenever something on the board does.
    """

    post: Post
    announcement: Announcement
    board: Board
    everywhere: Board
    chosen: Chosen
    stands: Sequence[tuple[Stand, int]]
    regions: Sequence[tuple[str, int]]
    silent: int
    taken: timedelta | None
    mark: str


def read_board(tx: Transaction, site: Site, visitor: Visitor, post_id: str, region: str, stand: str) -> BoardView:
    """The board of an announcement of this site, as somebody wants to see it. Raises NotFound: there is none, or not for them."""
    found, now = find_readable(tx, post_id, visitor.reader), site.clock.now()
    if found is None or not found[0].local:
        raise NotFound(f"announcement {post_id}")
    post, announcement = found
    everywhere = view_board(tx, site, post, announcement, now)
    chosen = chosen_of(region, stand, everywhere.lines)
    board = board_of(narrow(everywhere.lines, chosen))
    asked_at = store.published_at(tx, post.id, announcement.terms.confirm_from) or announcement.announced_at
    return BoardView(
        post=post,
        announcement=announcement,
        board=board,
        everywhere=everywhere,
        chosen=chosen,
        stands=stands_to_choose(everywhere.lines, chosen, announcement),
        regions=regions_to_choose(everywhere.lines, chosen),
        silent=len(silent(board.lines, announcement, now)),
        taken=time_taken(everywhere, asked_at, now) if announcement.terms.priority is Priority.URGENT else None,
        mark=store.mark_of(tx, post.id),
    )


def view_board(tx: Transaction, site: Site, post: Post, announcement: Announcement, now: datetime) -> Board:
    """Where an announcement stands at each site that it is for now."""
    network = current_network(tx)
    if network is None:
        return board_of([])
    roster = load_roster(tx, network.uri)
    inside = list_members_inside(tx, post.audience.reader_scopes, now)
    members = lines_of(tx, site, roster, [roster.held[member] for member in inside], now)
    sendings = store.list_sendings(tx, post.id, {line.host for line in members})
    said = {**store.list_said(tx, post.id), site.uris.site_actor: _said_here(tx, site, announcement)}
    reminded = store.list_reminded(tx, post.id)
    lines = (_line(line, announcement, sendings.get(line.host), said.get(line.member, Said(line.member))) for line in members)
    return board_of(replace(line, reminded_at=reminded.get(line.member)) for line in lines)


def render_csv(lines: Iterable[Line]) -> str:
    """A board as CSV, for programs and spreadsheets: codes and dates, not words."""
    return render_table(COLUMNS, map(_row, lines))


def _said_here(tx: Transaction, site: Site, announcement: Announcement) -> Said:
    """What the head office itself would say of its own people."""
    known = find_confirmation(tx, announcement.post_id)
    totals = count_up(list_of_people(tx, announcement.post_id), announcement.terms)
    confirmed, at = (known.version, known.at) if known is not None else (0, None)
    return Said(site.uris.site_actor, announcement.terms.version, confirmed, at, totals)


def _line(member: MemberLine, announcement: Announcement, sending: Sending | None, said: Said) -> Line:
    latest = announcement.terms.version
    arrival = arrival_of(sending, said, latest, own=member.own)
    return Line(
        member=member.member,
        host=uris.host_of(member.member),
        name=member.name,
        region=member.attributes.region,
        city=member.attributes.city,
        arrival=arrival,
        at=_since(arrival, sending, announcement),
        why=sending.answer if sending is not None and arrival in {Arrival.FAILED, Arrival.WITHHELD} else "",
        late=is_late(sending, announcement),
        version=max(said.version, sending.version if sending is not None else 0),
        said=said,
        settled=said.confirmed >= announcement.terms.confirm_from,
    )


def _since(arrival: Arrival, sending: Sending | None, announcement: Announcement) -> datetime | None:
    if arrival is Arrival.HERE:
        return announcement.announced_at
    if sending is None:
        return None
    if arrival is Arrival.OFFLINE:
        return sending.failing_since
    return sending.received_at if arrival is Arrival.RECEIVED else sending.queued_at


def _row(line: Line) -> tuple[object, ...]:
    totals = line.said.totals
    people = (totals.asked, totals.seen, totals.confirmed) if totals is not None else ("", "", "")
    confirmed_at = line.said.confirmed_at
    return (
        *(line.name, line.host, line.region, line.city, line.arrival.value, line.at.isoformat() if line.at else "", line.why, line.version),
        *people,
        line.said.confirmed or "",
        confirmed_at.isoformat() if confirmed_at is not None else "",
    )
