"""How notifications become news. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from fedirse.social.notifications.model import Notification, NotificationKind
from fedirse.social.timelines.news.model import Bundle, alone

BUNDLED: Final = frozenset({NotificationKind.LIKE, NotificationKind.BOOST, NotificationKind.FOLLOW})
"""Kinds that say little one by one; an answer or a mention is always told alone."""


def bundle(notifications: Iterable[Notification], seen: str) -> list[Bundle]:
    """News, the newest first.

    Args:
        notifications: what happened, the newest first.
        seen: id of the newest that the reader has seen; empty for none.
    """
    found: dict[tuple[object, ...], Bundle] = {}
    for notification in notifications:
        is_new = notification.id > seen
        key: tuple[object, ...] = (notification.id,)
        if notification.kind in BUNDLED:
            # What was seen and what is new stay apart, so that nothing new hides in a sentence that is known already.
            key = (notification.kind, notification.post_id, is_new)
        known = found.get(key)
        if known is None:
            found[key] = alone(notification, is_new=is_new)
        elif notification.actor_id not in known.actor_ids:
            found[key] = replace(known, actor_ids=(*known.actor_ids, notification.actor_id))
    return list(found.values())
