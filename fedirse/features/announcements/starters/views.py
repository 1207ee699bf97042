"""The texts to start from as somebody is offered them, and the fields that are filled from one."""

from collections.abc import Callable, Sequence

from fedirse.features.announcements.fields.views import joined, local
from fedirse.features.announcements.starters.model import Starter
from fedirse.features.announcements.starters.rules import BUILT_IN, due_at, is_untouched, spoken
from fedirse.features.announcements.starters.store import list_starters
from fedirse.site import Site
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form


def list_offered(tx: Transaction, translate: Callable[[str], str]) -> Sequence[Starter]:
    """Those that come with fedirse, in somebody's language, and those that the head office keeps."""
    return [*(spoken(starter, translate) for starter in BUILT_IN), *list_starters(tx)]


def started_from(site: Site, form: Form, starter: Starter, offered: Sequence[Starter]) -> tuple[Form, bool]:
    """The fields with what a text to start from puts there.

    Returns:
        The form; and whether something that was typed stands where it stood, because nothing of it is ever overwritten.
    """
    fresh_title = is_untouched(form.text("title"), [one.title for one in offered])
    fresh_text = is_untouched(form.text("text"), [one.text for one in offered])
    before = local(due_at(starter, site.clock.now()), site.settings.timezone)
    values: dict[str, object] = {
        "title": starter.title if fresh_title else form.text("title"),
        "text": starter.text if fresh_text else form.text("text"),
        "priority": starter.priority.value,
        "asked_of": starter.asked.value,
        "before": before or ("" if fresh_text else form.text("before")),
    }
    return joined(form, values), not (fresh_title and fresh_text)
