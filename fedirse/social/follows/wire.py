"""Follows and their answers as activities. Pure."""

from datetime import datetime

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import render_activity
from fedirse.base.types import JsonObject


def render_follow(uri: str, follower: str, followee: str, published: datetime | None = None) -> JsonObject:
    """A Follow; without a date the copy that an answer or an Undo embeds."""
    addressing = Addressing((followee,)) if published else Addressing()
    return render_activity(
        activity_type="Follow", activity_id=uri, actor=follower, object=followee, addressing=addressing, published=published
    )


def render_answer(kind: str, uri: str, actor: str, follow: JsonObject, follower: str, published: datetime) -> JsonObject:
    """Accept or Reject of a Follow. The whole Follow goes with it, because some programs know it only by its content."""
    return render_activity(
        activity_type=kind, activity_id=uri, actor=actor, object=follow, addressing=Addressing((follower,)), published=published
    )


def render_undo(uri: str, actor: str, undone: JsonObject, other: str, published: datetime) -> JsonObject:
    """Undo of a Follow or a Block."""
    return render_activity(
        activity_type="Undo", activity_id=uri, actor=actor, object=undone, addressing=Addressing((other,)), published=published
    )


def render_block(uri: str, blocker: str, blocked: str, published: datetime | None = None) -> JsonObject:
    """A Block; without a date the copy that an Undo embeds."""
    addressing = Addressing((blocked,)) if published else Addressing()
    return render_activity(
        activity_type="Block", activity_id=uri, actor=blocker, object=blocked, addressing=addressing, published=published
    )
