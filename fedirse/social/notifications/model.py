"""What an account should hear of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NotificationKind(StrEnum):
    """Why somebody hears of something."""

    MENTION = "mention"
    REPLY = "reply"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    LIKE = "like"
    BOOST = "boost"
    POLL_ENDED = "poll_ended"
    REPORT = "report"
    """Somebody reports `actor_id`; told to the moderators, who decide about it."""


@dataclass(frozen=True, slots=True)
class Notification:
    """`actor_id` did `kind` concerning `for_actor_id`, perhaps about the post `post_id`."""

    id: str
    for_actor_id: str
    kind: NotificationKind
    actor_id: str
    post_id: str | None
    created_at: datetime
