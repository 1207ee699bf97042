"""What may be asked of sites, and what counts still."""

from dataclasses import replace
from datetime import datetime

from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.model import ORDER, Announcement, Asked, Terms
from fedirse.social.audiences.model import Audience, AudienceKind


def check_terms(terms: Terms, now: datetime) -> Terms:
    """Terms that make sense. A date until when nobody is asked is left out.

    Raises:
        InvalidInput: a date that has passed, or an end before the date until when sites are asked.
    """
    if terms.asked is Asked.NOBODY:
        terms = replace(terms, before=None)
    if terms.before is not None and terms.before <= now:
        raise InvalidInput("That is over already: choose a later date to confirm by.", reason="past-deadline", field="before")
    if terms.ends_at is not None and terms.ends_at <= now:
        raise InvalidInput("That is over already: choose a later end, or none.", reason="past-end", field="ends")
    if terms.ends_at is not None and terms.before is not None and terms.ends_at < terms.before:
        raise InvalidInput(
            "It ends before sites have to confirm it: choose a later end, or an earlier date to confirm by.",
            reason="early-end",
            field="ends",
        )
    if terms.embargo_until is not None and terms.embargo_until <= now:
        raise InvalidInput("That is over already: choose a later end of the embargo, or none.", reason="past-embargo", field="embargo")
    return terms


def check_title(title: str) -> None:
    """Raises InvalidInput for an announcement without a title: in every list it is the title that is read, and sites know it by that."""
    if not title.strip():
        raise InvalidInput("Give it a title: that is what people see of it first.", reason="no-title", field="title")


def check_audience(audience: Audience) -> None:
    """Raises InvalidInput for an audience that sites are no part of: it would ask nobody."""
    if audience.kind not in {AudienceKind.PUBLIC, AudienceKind.NETWORK, AudienceKind.SEGMENT}:
        raise InvalidInput("Choose which sites it is for.", reason="no-sites", field="audience")


def check_embargo(terms: Terms, audience: Audience) -> None:
    """Raises InvalidInput for an embargo on what everybody may read."""
    if terms.embargo_until is not None and audience.kind is AudienceKind.PUBLIC:
        raise InvalidInput(
            "Everybody is to read it, so nobody can keep it to themselves: choose sites, or no embargo.",
            reason="public-embargo",
            field="embargo",
        )


def next_terms(known: Terms, wanted: Terms, *, ask_again: bool) -> Terms:
    """The terms of a changed announcement. Whoever was not asked before is asked of the new version."""
    version = known.version + 1
    asks_anew = ask_again or (known.asked is Asked.NOBODY and wanted.asked is not Asked.NOBODY)
    confirm_from = version if asks_anew else known.confirm_from
    return replace(wanted, version=version, confirm_from=confirm_from, first_look_of=known.first_look_of)


def check_change(known: Terms, wanted: Terms, now: datetime, *, ask_again: bool) -> Terms:
    """The terms of a change, where dates that have passed since need not be thought up anew.

    A date to confirm by that has passed stays, so that who is late stays late, unless everybody is asked once more; an embargo that has
    passed is over. Raises InvalidInput as `check_terms`.
    """
    passed = known.before is not None and known.before <= now
    if passed and wanted.before == known.before:
        wanted = replace(wanted, before=None)
    if known.embargo_until is not None and known.embargo_until <= now and wanted.embargo_until == known.embargo_until:
        wanted = replace(wanted, embargo_until=None)
    checked = check_terms(wanted, now)
    stays_late = passed and not ask_again and checked.before is None and checked.asked is not Asked.NOBODY
    return replace(checked, before=known.before) if stays_late else checked


def asks_anew(told: Terms, known: Terms | None) -> bool:
    """Whether people hear of it: of the first version that is here, and of one that asks again; a mended letter is no news."""
    return known is None or told.confirm_from > known.confirm_from


def is_over(announcement: Announcement, now: datetime) -> bool:
    """Whether it counts no more."""
    return announcement.terms.ends_at is not None and announcement.terms.ends_at <= now


def is_later(told: Terms, known: Terms | None) -> bool:
    """Whether terms that came are news: of what overtakes each other on the way the highest version counts."""
    return known is None or told.version > known.version


def place_of(announcement: Announcement) -> tuple[int, float]:
    """Where it stands among others: what matters more first, the latest first among equals."""
    return ORDER.index(announcement.terms.priority), -announcement.announced_at.timestamp()
