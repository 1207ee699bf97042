"""The keys as their page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.api.keys.model import Key, May, Wanted
from fedirse.features.announcements.api.keys.rules import opens
from fedirse.features.announcements.api.keys.store import list_keys
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key in the list.

    Attributes:
        key: the key.
        made_by: the name of the person in whose name it acts.
        over: whether its time is over.
        stopped: whether it opens nothing because that person may not announce any more, or ended every way into their account.
    """

    key: Key
    made_by: str
    over: bool
    stopped: bool


def view_keys(tx: Transaction, now: datetime) -> Sequence[KeyLine]:
    """Every key of this site, the newest first."""
    lines = []
    for key, account in list_keys(tx):
        over = key.ends_at is not None and key.ends_at <= now
        lines.append(KeyLine(key, get_actor(tx, account.actor_id).display_name, over, stopped=not over and not opens(key, account, now)))
    return lines


def wanted_of(form: Form, timezone: str) -> Wanted:
    """The key that was typed; what it may do is the least where nothing is chosen. Raises InvalidInput for a day that is none."""
    may = form.text("may")
    return Wanted(form.line("name"), May(may) if may in set(May) else May.READ, _end_of(form.line("ends"), timezone))


def _end_of(typed: str, timezone: str) -> datetime | None:
    """The end of a day at this site; None where none was typed."""
    if not typed:
        return None
    try:
        day = datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=ZoneInfo(timezone))
        return (day + timedelta(days=1)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("Choose a day.", reason="bad-day", field="ends") from error
