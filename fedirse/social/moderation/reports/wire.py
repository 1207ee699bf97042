"""Reports ↔ Flag. Pure.

Mastodon's way, which others follow: the object lists the person and the posts, `content` says why, and the actor is the server itself,
so that whom it is about does not learn who reports them.
"""

from collections.abc import Sequence
from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import Activity, render_activity
from fedirse.base.types import JsonObject


def render_flag(*, uri: str, actor: str, about: str, posts: Sequence[str], words: str, now: datetime) -> JsonObject:
    """A report for the server of whom it is about.

    Args:
        uri: id of the Flag.
        actor: the site's own actor; never one of our people.
        about: whom it is about.
        posts: ids of the posts.
        words: why.
        now: the time.
    """
    document = render_activity(
        activity_type="Flag", activity_id=uri, actor=actor, object=[about, *posts], addressing=Addressing((about,)), published=now
    )
    return document | {"content": words}


def flagged_ids(activity: Activity) -> list[str]:
    """The ids that a Flag names, each once: people and posts in any order."""
    return list(dict.fromkeys(target.id for target in activity.objects if target.id is not None))


def flag_words(activity: Activity) -> str:
    """What a Flag says, as it is on the wire; empty for nothing."""
    return values.natural_text(activity.raw, "content") or values.natural_text(activity.raw, "summary") or ""
