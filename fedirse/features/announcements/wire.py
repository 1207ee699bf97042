"""What an announcement asks of sites, term by term in its Article (docs/feps/announcements.md). Pure."""

from typing import Any

from fedirse.activitypub import values
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.features.announcements.model import Asked, Priority, Terms

MOST_VERSIONS = 1_000_000


def render_terms(terms: Terms) -> JsonObject:
    """The terms for the Article. What is not asked for is left out."""
    return values.present(
        {
            "announcementVersion": terms.version,
            "priority": terms.priority.value,
            "askedOf": terms.asked.value if terms.asked is not Asked.NOBODY else None,
            "confirmBefore": values.render_datetime(terms.before) if terms.before else None,
            "countsUntil": values.render_datetime(terms.ends_at) if terms.ends_at else None,
            "confirmFrom": terms.confirm_from,
            "embargoUntil": values.render_datetime(terms.embargo_until) if terms.embargo_until else None,
            "textByMail": terms.text_by_mail or None,
            "firstLookOf": terms.first_look_of or None,
        }
    )


def parse_terms(article: JsonObject) -> Terms | None:
    """The terms of an Article in normal form; None for one that is no announcement.

    A priority or a circle of people that is not known here, which a later version may send, is read as the least of them.

    Raises:
        MalformedDocument: "bad-announcement", its version is none, or one that confirmations cannot begin from.
    """
    if article.get("announcementVersion") is None:
        return None
    version, confirm_from = read_version(article.get("announcementVersion")), read_version(article.get("confirmFrom"))
    if confirm_from > version:
        raise MalformedDocument("an announcement that is confirmed from a later version on", reason="bad-announcement")
    priority, asked = values.text(article.get("priority")), values.text(article.get("askedOf"))
    return Terms(
        priority=Priority(priority) if priority in set(Priority) else Priority.INFO,
        asked=Asked(asked) if asked in set(Asked) else Asked.NOBODY,
        before=values.parse_datetime(article.get("confirmBefore")),
        ends_at=values.parse_datetime(article.get("countsUntil")),
        version=version,
        confirm_from=confirm_from,
        embargo_until=values.parse_datetime(article.get("embargoUntil")),
        text_by_mail=article.get("textByMail") is True,
        first_look_of=values.link_id(article.get("firstLookOf")) or "",
    )


def read_version(value: Any) -> int:
    """A version. Raises MalformedDocument: "bad-announcement"."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_VERSIONS:
        raise MalformedDocument("no version of an announcement", reason="bad-announcement")
    return value
