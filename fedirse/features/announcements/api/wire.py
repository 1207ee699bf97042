"""What programs send and are answered ↔ what the slice works with. Pure."""

import re
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Final

from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.acknowledgement.model import Totals
from fedirse.features.announcements.api import model as said
from fedirse.features.announcements.board.model import Board, Line
from fedirse.features.announcements.model import Announcement, Terms
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.composing.model import Choice, Circle, Typed
from fedirse.social.posts.model import Post

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_CHOICES: Final = {said.For.NETWORK: Choice.NETWORK, said.For.SEGMENT: Choice.SEGMENT, said.For.PUBLIC: Choice.PUBLIC}
_KINDS: Final = {AudienceKind.NETWORK: said.For.NETWORK, AudienceKind.SEGMENT: said.For.SEGMENT}

PAGE_FIELDS: Final = {"before": "confirm_before", "ends": "counts_until", "embargo": "embargo_until"}
"""What the fields of the page are called here, where that differs."""


def typed_of(body: said.NewAnnouncement, language: str, known: Typed | None = None) -> Typed:
    """What a program says, as it would be typed into a composer.

    Args:
        body: what it says.
        language: what is written where it names none.
        known: what is changed by it, whose files stay; None for a new one.

    Raises:
        InvalidInput: a selection that is missing or one too many, or a language that is none.
    """
    audience = body.audience
    if (audience.kind is said.For.SEGMENT) != bool(audience.segments):
        raise InvalidInput(
            "Name one selection under “segments” if the kind is “segment”, and none otherwise.", reason="segment-or-not", field="audience"
        )
    if body.language is not None and not _LANGUAGE.fullmatch(body.language):
        raise InvalidInput("Write the language as a tag, such as “fr” or “de-CH”.", reason="bad-language", field="language")
    return replace(
        known or Typed(),
        text=body.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"),
        title=" ".join(body.title.split()),
        language=body.language or language,
        choice=_CHOICES[audience.kind].value,
        segment=next(iter(audience.segments), ""),
    )


def terms_of(body: said.NewAnnouncement, known: Terms) -> Terms:
    """What a program asks of sites, from what was asked before or by default. Raises InvalidInput for a date beyond the calendar."""
    return replace(
        known,
        priority=body.priority,
        asked=body.asked_of,
        before=_utc(body.confirm_before, "confirm_before"),
        ends_at=_utc(body.counts_until, "counts_until"),
        embargo_until=_utc(body.embargo_until, "embargo_until"),
        text_by_mail=body.text_by_mail,
    )


def announcement_of(post: Post, announcement: Announcement) -> said.Announcement:
    """An announcement as it is in force."""
    terms = announcement.terms
    return said.Announcement(
        id=post.id,
        version=terms.version,
        url=post.url or post.uri,
        title=post.title,
        text=post.source or "",
        language=post.language,
        audience=_audience(post.audience),
        priority=terms.priority,
        asked_of=terms.asked,
        confirm_before=terms.before,
        counts_until=terms.ends_at,
        embargo_until=terms.embargo_until,
        text_by_mail=terms.text_by_mail,
        confirm_from=terms.confirm_from,
        published_at=post.published_at,
        changed_at=post.edited_at,
    )


def segment_of(circle: Circle) -> said.Segment:
    """A selection that something can be for."""
    return said.Segment(id=circle.address, name=circle.name, sites=len(circle.sites))


def board_of(announcement: Announcement, board: Board) -> said.Board:
    """Where an announcement stands."""
    sums = said.Sums(
        sites=len(board.lines),
        received=board.received,
        waiting=board.waiting,
        failed=board.failed,
        confirmed=board.confirmed,
        people=_people(board.readers),
    )
    lines = tuple(map(_line, board.lines))
    return said.Board(announcement=announcement.post_id, version=announcement.terms.version, sums=sums, lines=lines)


def _audience(audience: Audience) -> said.Audience:
    kind = _KINDS.get(audience.kind, said.For.PUBLIC)
    return said.Audience(kind, (audience.of,) if kind is said.For.SEGMENT else ())


def _line(line: Line) -> said.Line:
    return said.Line(
        site=line.member,
        host=line.host,
        name=line.name,
        region=line.region,
        city=line.city,
        arrival=line.arrival,
        since=line.at,
        why=line.why,
        late=line.late,
        version=line.version,
        confirmed=line.settled,
        confirmed_version=line.said.confirmed,
        confirmed_at=line.said.confirmed_at,
        people=_people(line.said.totals),
        reminded_at=line.reminded_at,
    )


def _people(totals: Totals | None) -> said.People | None:
    return said.People(asked=totals.asked, seen=totals.seen, confirmed=totals.confirmed) if totals is not None else None


def _utc(given: datetime | None, field: str) -> datetime | None:
    """An instant to the millisecond, as it is kept and told."""
    if given is None:
        return None
    if not MINYEAR < given.year < MAXYEAR:
        # In another zone it would lie outside of the calendar.
        raise InvalidInput("Choose a date and a time.", reason="bad-date", field=field)
    found = given.astimezone(UTC)
    return found.replace(microsecond=found.microsecond // 1000 * 1000)
