"""Joining on the wire: Join, Leave and the three answers. Pure."""

from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import Activity, render_activity
from fedirse.base import limits
from fedirse.base.types import JsonObject
from fedirse.social.network.joining.rules import on_one_line


def render_join(activity_id: str, member: str, network: str, invitation: str | None, published: datetime | None = None) -> JsonObject:
    """A site asks to be let into a network, and shows its invitation."""
    return render_activity(
        activity_type="Join",
        activity_id=activity_id,
        actor=member,
        object=network,
        instrument=invitation,
        addressing=Addressing((network,)),
        published=published,
    )


def render_leave(activity_id: str, member: str, network: str, published: datetime) -> JsonObject:
    """A site leaves a network, or asks no more."""
    return render_activity(
        activity_type="Leave", activity_id=activity_id, actor=member, object=network, addressing=Addressing((network,)), published=published
    )


def render_answer(kind: str, activity_id: str, *, join: str, member: str, network: str, words: str = "", published: datetime) -> JsonObject:
    """What a head office answers to a Join: Accept, TentativeAccept or Reject; with why, in words for people."""
    # The copy leaves the invitation out, which is a secret.
    asked = render_join(join, member, network, None)
    answer = render_activity(
        activity_type=kind, activity_id=activity_id, actor=network, object=asked, addressing=Addressing((member,)), published=published
    )
    return {**answer, "content": words} if words else answer


def read_words(activity: Activity) -> str:
    """Why, as plain text; empty for no word."""
    return on_one_line(values.text(activity.raw.get("content"), limits.REASON_CHARACTERS) or "")
