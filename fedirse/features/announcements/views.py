"""The list of announcements, and the fields of a new one or of one to be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from zoneinfo import ZoneInfo

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.acknowledgement.views import ToRead, lines_of, list_to_read
from fedirse.features.announcements.actions import get_own
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.store import list_announcements
from fedirse.features.announcements.wire import MOST_VERSIONS
from fedirse.site import Site
from fedirse.social.posts.changing.views import typed_of_post
from fedirse.social.posts.composing.fields.views import form_of_typed
from fedirse.social.posts.composing.model import Choice
from fedirse.social.posts.composing.views import Composer, Wish, composer_to_edit, composer_with, new_composer
from fedirse.social.posts.model import Post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.visitor import Visitor

CHOICES = (Choice.NETWORK, Choice.SEGMENT, Choice.PUBLIC)
"""Whom an announcement can be for: sites; and everybody, sites included."""
OF_VERSION = "of_version"
"""The field that says which version a later one began from: two people may change the same announcement at once."""


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


def new_sheet(tx: Transaction, site: Site, visitor: Visitor, draft_id: str) -> Composer:
    """The fields of a new announcement."""
    composer = new_composer(tx, site, visitor.actor, draft_id, visitor.language, Wish(choice=Choice.NETWORK))
    return _for_sites(replace(composer, form=_joined(composer.form, fields_of(Terms(), site.settings.timezone))))


def sheet_with(tx: Transaction, site: Site, visitor: Visitor, form: Form, post: Post | None = None) -> Composer:
    """The fields with what was typed, and what is wrong with it; of `post` where that is changed, whose files are the head office's."""
    if post is None:
        return _for_sites(composer_with(tx, site, visitor.actor, form))
    return _for_sites(composer_to_edit(tx, site, get_actor(tx, post.actor_id), post, form))


def sheet_to_change(tx: Transaction, site: Site, visitor: Visitor, post: Post) -> Composer:
    """The fields of an announcement as it stands. Raises NotFound: it is none of this site."""
    known = get_own(tx, post.id)
    form = _joined(form_of_typed(typed_of_post(post)), fields_of(known.terms, site.settings.timezone))
    return sheet_with(tx, site, visitor, begun_from(form, known.terms), post)


def begun_from(form: Form, terms: Terms) -> Form:
    """The same form, which a later version than that of `terms` is not to be lost to."""
    return _joined(form, {OF_VERSION: terms.version})


def version_of(form: Form) -> int:
    """The version that somebody had before them when they began to change it; 0 for none."""
    typed = form.text(OF_VERSION)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_VERSIONS)) else 0


def fields_of(terms: Terms, timezone: str) -> Mapping[str, object]:
    """The fields that an announcement has besides those of every post."""
    return {
        "priority": terms.priority.value,
        "asked_of": terms.asked.value,
        "before": _local(terms.before, timezone),
        "ends": _local(terms.ends_at, timezone),
        "embargo": _local(terms.embargo_until, timezone),
        "text_by_mail": "1" if terms.text_by_mail else "",
    }


def terms_of(form: Form, timezone: str) -> Terms:
    """What was typed into them. Raises InvalidInput for a date that is none."""
    priority, asked = form.text("priority"), form.text("asked_of")
    return Terms(
        priority=Priority(priority) if priority in set(Priority) else Priority.INFO,
        asked=Asked(asked) if asked in set(Asked) else Asked.NOBODY,
        before=_instant(form, "before", timezone),
        ends_at=_instant(form, "ends", timezone),
        embargo_until=_instant(form, "embargo", timezone),
        text_by_mail=form.checked("text_by_mail"),
    )


def _for_sites(composer: Composer) -> Composer:
    """The composer with the audiences that sites are a part of."""
    return replace(composer, choices=tuple(choice for choice in CHOICES if choice in composer.choices), answered=None)


def _joined(form: Form, values: Mapping[str, object]) -> Form:
    return Form({**form.values, **filled(values).values}, form.files, form.errors)


def _local(instant: datetime | None, timezone: str) -> str:
    """An instant as a field of a form shows it: in the time of the site, to the minute."""
    return instant.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M") if instant is not None else ""


def _instant(form: Form, name: str, timezone: str) -> datetime | None:
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
