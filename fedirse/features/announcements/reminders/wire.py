"""The head office asks a site once more: an `Offer` of the Article to the site's actor (docs/feps/announcements.md). Pure."""

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import render_activity
from fedirse.base.types import JsonObject


def render_reminder(activity_id: str, *, head_office: str, member: str, article: str) -> JsonObject:
    """What is sent to a site that has not confirmed.

    Args:
        activity_id: its URI.
        head_office: who asks.
        member: actor of the site.
        article: URI of the announcement.
    """
    return render_activity(
        activity_type="Offer",
        activity_id=activity_id,
        actor=head_office,
        object={"id": article, "type": "Article"},
        addressing=Addressing((member,)),
    )
