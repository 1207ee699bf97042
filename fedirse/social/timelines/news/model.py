"""News of one kind about one thing, however many people it comes from."""

from dataclasses import dataclass
from datetime import datetime

from fedirse.social.notifications.model import Notification, NotificationKind


@dataclass(frozen=True, slots=True)
class Bundle:
    """Notifications that are told in one sentence: the same kind about the same post, or follows.

    Attributes:
        kind: why it is told.
        post_id: the post it is about, None for none.
        actor_ids: who did it, the latest first, each once.
        newest_id: id of the latest notification.
        created_at: when the latest came.
        is_new: whether it came after the reader looked last.
    """

    kind: NotificationKind
    post_id: str | None
    actor_ids: tuple[str, ...]
    newest_id: str
    created_at: datetime
    is_new: bool


def alone(notification: Notification, *, is_new: bool) -> Bundle:
    """The bundle of one notification."""
    return Bundle(
        notification.kind, notification.post_id, (notification.actor_id,), notification.id, notification.created_at, is_new=is_new
    )
