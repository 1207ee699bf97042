"""From the terms of an announcement to the fields of a form, and back. What a browser sends may be anything."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.first_look.rules import FIRST_LOOK
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.wire import MOST_VERSIONS
from fedirse.social.posts.composing.fields.views import sheet_of
from fedirse.social.posts.composing.model import Sheet, Typed
from fedirse.social.posts.languages.fields.views import typed_versions
from fedirse.social.posts.languages.rules import besides_of
from fedirse.web.forms import Form, filled

DESK: Final = "announcement"
"""What drafts of announcements are marked with."""
OF_VERSION: Final = "of_version"
"""The field that says which version a later one began from: two people may change the same announcement at once."""
PUBLISH_AT: Final = "publish_at"
"""The field that says when it is to be published; empty for now."""

_KEPT: Final = ("priority", "asked_of", "before", "ends", "embargo", "text_by_mail", PUBLISH_AT, FIRST_LOOK)
"""What a draft keeps besides the fields of a post."""
_LONGEST: Final = {FIRST_LOOK: limits.URI_LENGTH}
_LONGEST_ELSE: Final = 32


def fields_of(terms: Terms, timezone: str, now: datetime) -> Mapping[str, object]:
    """The fields that show some terms. A date to confirm by and an embargo that have passed are left out: nobody has to invent new ones."""
    return {
        "priority": terms.priority.value,
        "asked_of": terms.asked.value,
        "before": local(terms.before, timezone) if terms.before is None or terms.before > now else "",
        "ends": local(terms.ends_at, timezone),
        "embargo": local(terms.embargo_until, timezone) if terms.embargo_until is None or terms.embargo_until > now else "",
        "text_by_mail": "1" if terms.text_by_mail else "",
    }


def terms_of(form: Form, timezone: str) -> Terms:
    """What was typed into them. Raises InvalidInput for a date that is none."""
    priority, asked = form.text("priority"), form.text("asked_of")
    return Terms(
        priority=Priority(priority) if priority in set(Priority) else Priority.INFO,
        asked=Asked(asked) if asked in set(Asked) else Asked.NOBODY,
        before=instant_of(form, "before", timezone),
        ends_at=instant_of(form, "ends", timezone),
        embargo_until=instant_of(form, "embargo", timezone),
        text_by_mail=form.checked("text_by_mail"),
    )


def sheet_of_announcement(form: Form, now: datetime) -> Sheet:
    """What the page of an announcement sent: as a composer of posts sends it, and what is asked besides, as typed."""
    sheet = sheet_of(form, now)
    besides = tuple((name, form.line(name)[: _LONGEST.get(name, _LONGEST_ELSE)]) for name in _KEPT)
    languages = besides_of(typed_versions(form))
    return replace(sheet, typed=replace(sheet.typed, desk=DESK, besides=(*besides, *languages)))


def first_look_of(typed: Typed) -> str:
    """Address of the sites that are to see it first; empty for none."""
    return dict(typed.besides).get(FIRST_LOOK, "")


def without_first_look(typed: Typed) -> Typed:
    """What is left to plan once some sites see it: the files are theirs until then."""
    besides = tuple((name, "" if name == FIRST_LOOK else text) for name, text in typed.besides)
    return replace(typed, files=(), besides=besides)


def joined(form: Form, values: Mapping[str, object]) -> Form:
    """The same form with other values in some of its fields."""
    return Form({**form.values, **filled(values).values}, form.files, form.errors)


def begun_from(form: Form, terms: Terms) -> Form:
    """The same form, which a later version than that of `terms` is not to be lost to."""
    return joined(form, {OF_VERSION: terms.version})


def version_of(form: Form) -> int:
    """The version that somebody had before them when they began to change it; 0 for none."""
    typed = form.text(OF_VERSION)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_VERSIONS)) else 0


def local(instant: datetime | None, timezone: str) -> str:
    """An instant as a field of a form shows it: in the time of the site, to the minute."""
    return instant.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M") if instant is not None else ""


def instant_of(form: Form, name: str, timezone: str) -> datetime | None:
    """The instant in a field; None for an empty one. Raises InvalidInput for what is no date."""
    typed = form.line(name)
    if not typed:
        return None
    try:
        found = datetime.strptime(typed[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("Choose a date and a time.", reason="bad-date", field=name) from error
    if not MINYEAR < found.year < MAXYEAR:
        # In another zone it would lie outside of the calendar.
        raise InvalidInput("Choose a date and a time.", reason="bad-date", field=name)
    return found
