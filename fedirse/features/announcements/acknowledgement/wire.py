"""What a site says of an announcement to the head office: `Read` while people read it, `Accept` when it is confirmed. Pure.

Both are of the Article, and say of which version, when, and in numbers (docs/feps/announcements.md); no person is in them.
"""

from datetime import datetime
from typing import Any

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.contexts.outgoing import context_acknowledged
from fedirse.activitypub.documents.activity import Activity, render_activity
from fedirse.base.types import JsonObject
from fedirse.features.announcements.acknowledgement.model import Totals, Word
from fedirse.features.announcements.acknowledgement.rules import FEWEST, tellable
from fedirse.features.announcements.wire import read_version

MOST_PEOPLE = 10_000_000


def render_word(kind: str, activity_id: str, *, site: str, head_office: str, article: str, word: Word) -> JsonObject:
    """What a site says.

    Args:
        kind: "Read" for how many have read it, "Accept" for the site's confirmation.
        activity_id: its URI.
        site: actor of the site.
        head_office: whom it tells.
        article: URI of the announcement.
        word: what it says.
    """
    activity = render_activity(
        activity_type=kind,
        activity_id=activity_id,
        actor=site,
        object={"id": article, "type": "Article"},
        addressing=Addressing((head_office,)),
        published=word.at,
    )
    told: JsonObject = {"announcementVersion": word.version}
    if word.totals is not None:
        told |= {"peopleAsked": word.totals.asked, "peopleSeen": word.totals.seen, "peopleConfirmed": word.totals.confirmed}
    if word.by_mail is not None:
        told |= {"peopleByMail": word.by_mail}
    return {**activity, "@context": context_acknowledged(told), **told}


def parse_word(activity: Activity, now: datetime) -> Word:
    """What a site says. Numbers about fewer than five people, which no site may send, are not read.

    Args:
        activity: what it says it with.
        now: stands in for a date that is missing or in the future.

    Raises:
        MalformedDocument: as `read_version`.
    """
    totals, by_mail = _totals(activity.raw), _count(activity.raw.get("peopleByMail"))
    return Word(
        read_version(activity.raw.get("announcementVersion")),
        min(activity.published or now, now),
        totals,
        tellable(by_mail, totals) if by_mail is not None else None,
    )


def _totals(told: JsonObject) -> Totals | None:
    asked, seen, confirmed = (_count(told.get(name)) for name in ("peopleAsked", "peopleSeen", "peopleConfirmed"))
    if asked is None or seen is None or confirmed is None or asked < FEWEST:
        return None
    return Totals(asked, seen, confirmed) if seen <= asked and confirmed <= asked else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PEOPLE else None
