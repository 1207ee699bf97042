"""What an account should hear of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


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
    SITE_WAITS = "site_waits"
    """The site `actor_id` asks to be let into the network; told to those who decide about it."""
    LET_IN = "let_in"
    """The head office `actor_id` has let this site into its network; told to those who run the site, as the next."""
    NOT_LET_IN = "not_let_in"
    PARTNER_ASKS = "partner_asks"
    """`actor_id` asks to follow a partner channel; told to those who run the channels."""
    ANNOUNCEMENT = "announcement"
    """The head office `actor_id` has announced something, or a later version of it; told to everybody."""
    ANNOUNCEMENT_WAITS = "announcement_waits"
    """An announcement of the head office `actor_id` still waits to be confirmed; told to whoever can do that."""
    ANNOUNCEMENT_FAILED = "announcement_failed"
    """An announcement that was planned at the head office `actor_id`, which is this site, could not be published; told to who announces."""


OF_AN_OFFICE: Final = frozenset(
    {
        NotificationKind.REPORT,
        NotificationKind.SITE_WAITS,
        NotificationKind.LET_IN,
        NotificationKind.NOT_LET_IN,
        NotificationKind.PARTNER_ASKS,
        NotificationKind.ANNOUNCEMENT,
        NotificationKind.ANNOUNCEMENT_WAITS,
        NotificationKind.ANNOUNCEMENT_FAILED,
    }
)
"""Told to somebody because of what they do for the site, or are to it: also about whom they do not wish to hear of."""


@dataclass(frozen=True, slots=True)
class Notification:
    """`actor_id` did `kind` concerning `for_actor_id`, perhaps about the post `post_id`."""

    id: str
    for_actor_id: str
    kind: NotificationKind
    actor_id: str
    post_id: str | None
    created_at: datetime
