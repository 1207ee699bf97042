"""News of the roster as activities (docs/feps/membership.md). Pure."""

from collections.abc import Sequence
from datetime import datetime

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.contexts.outgoing import ROSTER_NEWS_CONTEXT
from fedirse.activitypub.documents.activity import render_activity
from fedirse.base.types import JsonObject


def render_news(
    kind: str, activity_id: str, actor: str, statement: JsonObject, *, members: str, to: Sequence[str], counter: int, now: datetime
) -> JsonObject:
    """An activity that carries a signed statement or snapshot as it is, context and proof included.

    Args:
        kind: Add, Update or Remove.
        activity_id: its URI.
        actor: the head office.
        statement: the document.
        members: the collection of members that it changes.
        to: who is told.
        counter: the highest serial of the statements that came before; whoever does not know it has missed one.
        now: the time.
    """
    activity = render_activity(
        activity_type=kind,
        activity_id=activity_id,
        actor=actor,
        object=statement["id"],
        target=members,
        addressing=Addressing(tuple(to)),
        published=now,
    )
    # Without its own context the statement's proof would not hold, so it is put in whole.
    return {**activity, "@context": ROSTER_NEWS_CONTEXT, "object": statement, "rosterSerial": counter}


def with_counter(activity: JsonObject, counter: int) -> JsonObject:
    """A rendered activity about something else, naming the highest serial that was given."""
    context = activity["@context"]
    return {**activity, "@context": [*context, *(entry for entry in ROSTER_NEWS_CONTEXT if entry not in context)], "rosterSerial": counter}
