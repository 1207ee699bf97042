"""What programs are shown: what the account of their key may read, as on the pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.features.announcements.api import wire
from fedirse.features.announcements.api.document.model import LIST, ROOT
from fedirse.features.announcements.api.keys.model import Caller
from fedirse.features.announcements.api.model import Announcements, Segments
from fedirse.features.announcements.board.model import Board
from fedirse.features.announcements.board.views import view_board
from fedirse.features.announcements.model import Announcement
from fedirse.features.announcements.store import find_readable, list_announcements
from fedirse.site import Site
from fedirse.social.posts.composing.circles.views import circles_for
from fedirse.social.posts.composing.fields.views import is_id
from fedirse.social.posts.model import Post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for: so many, from before an id on; an empty one for the latest."""

    before: str
    limit: int


def part_of(given: Mapping[str, str]) -> Part:
    """What an address asks for. Raises InvalidInput for an id that is none, and for more than are given at once."""
    before, limit = given.get("before", ""), given.get("limit", str(limits.PAGE_ITEMS))
    if before and not is_id(before):
        raise InvalidInput("Name an announcement by its id, as “next” does.", reason="bad-before", field="before")
    number = int(limit) if limit.isascii() and limit.isdigit() and len(limit) <= len(str(limits.API_ITEMS)) else 0
    if not 1 <= number <= limits.API_ITEMS:
        raise InvalidInput("Ask for 1 to %(most)s at once.", reason="bad-limit", field="limit", most=limits.API_ITEMS)
    return Part(before, number)


def view_announcements(tx: Transaction, caller: Caller, part: Part) -> Announcements:
    """A part of the list of announcements, and where it goes on."""
    found = list_announcements(tx, caller.reader, before=part.before, limit=part.limit + 1)
    shown = found[: part.limit]
    items = tuple(wire.announcement_of(post, announcement) for post, announcement in shown)
    following = f"{ROOT}{LIST.path}?before={items[-1].id}&limit={part.limit}" if len(found) > len(shown) else None
    return Announcements(items=items, next=following)


def get_announcement(tx: Transaction, caller: Caller, post_id: str) -> tuple[Post, Announcement]:
    """An announcement of this site. Raises NotFound."""
    found = find_readable(tx, post_id, caller.reader)
    if found is None or not found[0].local:
        raise NotFound(f"announcement {post_id:.64}")
    return found


def get_board(tx: Transaction, site: Site, caller: Caller, post_id: str) -> tuple[Announcement, Board]:
    """Where an announcement of this site stands. Raises NotFound."""
    post, announcement = get_announcement(tx, caller, post_id)
    return announcement, view_board(tx, site, post, announcement, site.clock.now())


def view_segments(tx: Transaction, site: Site, caller: Caller) -> Segments:
    """The selections that an announcement can be for, as whoever writes one on the pages chooses among them."""
    author = get_actor(tx, caller.reader.actor_id or "")
    circles = circles_for(tx, site, site.clock.now(), author, None)
    return Segments(items=tuple(map(wire.segment_of, circles.segments)))
