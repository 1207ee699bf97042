"""What somebody still has to read and confirm: above their home, and beside the announcement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.roles import Permission
from fedirse.base.types import Reader
from fedirse.features.announcements.acknowledgement import store
from fedirse.features.announcements.acknowledgement.actions import see
from fedirse.features.announcements.acknowledgement.model import Acknowledgement, Confirmation
from fedirse.features.announcements.acknowledgement.rules import FEWEST, has_confirmed, is_settled, waits_for
from fedirse.features.announcements.model import Announcement, Asked
from fedirse.features.announcements.rules import is_over, place_of
from fedirse.features.announcements.store import find_readable, list_in_force
from fedirse.site import Site
from fedirse.social.posts.model import Post
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction
from fedirse.web.blocks import Shown
from fedirse.web.visitor import Visitor

MOST_AT_HOME = 5
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class ToRead:
    """An announcement in a list.

    Attributes:
        post, announcement: what it says and asks.
        own: what its reader did about it; None for nothing.
        site: what the site said of it; None for nothing.
        waits: whether the reader still has something to do.
        site_waits: whether the site is asked, and has not confirmed it; of an answer that the reader may give.
        over: whether it counts no more.
        late: whether it is asked to be confirmed by a date that has passed.
        embargo: whether it is not yet to be spoken of outside.
    """

    post: Post
    announcement: Announcement
    own: Acknowledgement | None
    site: Confirmation | None
    waits: bool
    site_waits: bool
    over: bool
    late: bool
    embargo: bool

    @property
    def confirmed(self) -> bool:
        """Whether its reader has confirmed the version in force."""
        return has_confirmed(self.own, self.announcement.terms)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the site's people, and what they did; shown at their own site alone."""

    actor: StoredActor
    seen: bool
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside an announcement.

    Attributes:
        line: it, as in a list.
        may_confirm: whether its reader answers for the site.
        confirmed_by: who confirmed it for the site; None for nobody, or nobody who is still here.
        people: who has read it and who has not; for who answers for the site alone.
        told: whether the head office is told how many read it: only where enough people are asked.
        board: whether its reader may see where it stands at each site.
    """

    line: ToRead
    may_confirm: bool
    confirmed_by: StoredActor | None
    people: Sequence[Person]
    told: bool
    board: bool


def list_to_read(tx: Transaction, reader: Reader, now: datetime, *, answers: bool) -> list[ToRead]:
    """The announcements in force in which somebody still has something to do, the most important first; `answers`: for the site as well."""
    found = lines_of(tx, list_in_force(tx, reader, now, limit=_LOOKED_AT), reader, now)
    return sorted((line for line in found if line.waits or (answers and line.site_waits)), key=lambda line: place_of(line.announcement))


def lines_of(tx: Transaction, found: Iterable[tuple[Post, Announcement]], reader: Reader, now: datetime) -> list[ToRead]:
    """Announcements as somebody sees them in a list."""
    pairs = list(found)
    post_ids = [post.id for post, _ in pairs]
    own = store.list_of_person(tx, reader.actor_id or "", post_ids)
    said = store.list_confirmations(tx, post_ids)
    return [_line(post, announcement, own.get(post.id), said.get(post.id), now) for post, announcement in pairs]


def show_at_home(tx: Transaction, site: Site, visitor: Visitor) -> Shown | None:
    """« À lire », on top of home."""
    found = list_to_read(tx, visitor.reader, site.clock.now(), answers=visitor.may(Permission.CONFIRM))
    return Shown("announcements/home.html", {"lines": found[:MOST_AT_HOME], "more": len(found) - MOST_AT_HOME}) if found else None


def show_beside(tx: Transaction, site: Site, visitor: Visitor, post_id: str) -> Shown | None:
    """What somebody can do about an announcement, beside it."""
    found = find_readable(tx, post_id, visitor.reader)
    if found is None:
        return None
    [line] = lines_of(tx, [found], visitor.reader, site.clock.now())
    answers = visitor.may(Permission.CONFIRM)
    everybody = store.list_of_people(tx, post_id)
    by = list_actors(tx, [line.site.actor_id]) if line.site is not None else {}
    panel = Panel(
        line=line,
        may_confirm=answers and line.announcement.terms.asked is not Asked.NOBODY,
        confirmed_by=by.get(line.site.actor_id) if line.site is not None else None,
        people=_people(tx, everybody, line.announcement) if answers else (),
        told=len(everybody) >= FEWEST,
        board=line.post.local and visitor.may(Permission.ANNOUNCE),
    )
    unseen = line.own is None or line.own.seen < line.announcement.terms.version
    return Shown("announcements/panel.html", panel, see if unseen else None)


def _line(post: Post, announcement: Announcement, own: Acknowledgement | None, site: Confirmation | None, now: datetime) -> ToRead:
    terms, over = announcement.terms, is_over(announcement, now)
    asks = terms.asked is not Asked.NOBODY and not over
    return ToRead(
        post=post,
        announcement=announcement,
        own=own,
        site=site,
        waits=not over and waits_for(own, terms),
        site_waits=asks and not is_settled(site, terms),
        over=over,
        late=terms.before is not None and terms.before <= now,
        embargo=terms.embargo_until is not None and terms.embargo_until > now,
    )


def _people(tx: Transaction, everybody: Sequence[Acknowledgement], announcement: Announcement) -> list[Person]:
    actors = list_actors(tx, [one.actor_id for one in everybody])
    terms = announcement.terms
    people = [
        Person(actors[one.actor_id], one.seen >= terms.confirm_from, one.confirmed_at if has_confirmed(one, terms) else None)
        for one in everybody
        if one.actor_id in actors
    ]
    return sorted(people, key=lambda one: (one.confirmed_at is not None, one.seen, one.actor.display_name.casefold()))
