"""The list of announcements."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedirse.base import limits
from fedirse.features.announcements.acknowledgement.views import ToRead, lines_of, list_to_read
from fedirse.features.announcements.store import list_announcements
from fedirse.site import Site
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Overview:
    """What the list shows: what waits for its reader, everything else, and where it goes on."""

    waiting: Sequence[ToRead]
    lines: Sequence[ToRead]
    following: str | None


def view_announcements(tx: Transaction, site: Site, visitor: Visitor, before: str, *, answers: bool) -> Overview:
    """The announcements that somebody may read, the latest first; `answers`: what waits for the site stands above as well."""
    now, reader = site.clock.now(), visitor.reader
    found = list_announcements(tx, reader, before=before, limit=limits.PAGE_ITEMS + 1)
    shown = found[: limits.PAGE_ITEMS]
    waiting = list_to_read(tx, reader, now, answers=answers) if not before else []
    following = shown[-1][0].id if len(found) > len(shown) else None
    above = {line.post.id for line in waiting}
    return Overview(waiting, [line for line in lines_of(tx, shown, reader, now) if line.post.id not in above], following)
