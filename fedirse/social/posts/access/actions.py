"""Asked at the exits: whether a delivery may still leave, whether an activity or a file may be read."""

from datetime import datetime
from typing import Final

from fedirse.base.errors import NotFound
from fedirse.base.types import Reader
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.store import is_read_at
from fedirse.social.media.model import ItemAccess
from fedirse.social.network.actions import why_not_to
from fedirse.social.posts.access.store import ItemState, find_item_state
from fedirse.social.posts.store import get_readable_post, list_readable_posts
from fedirse.storage.activities import PublishedActivity
from fedirse.storage.deliveries import WaitingDelivery, was_sent_to, was_tried
from fedirse.storage.transaction import Transaction

SIGNED_FOR_EVERYBODY: Final = "it was signed for everybody, and is for members now"
NEVER_SENT: Final = "nothing of it was ever sent there"


def may_send(tx: Transaction, delivery: WaitingDelivery, now: datetime) -> str | None:
    """Why a queued delivery must not leave any more, or not yet; None when it may: asked again at the moment of sending.

    What is already with others may always be taken back, so a Delete or Undo of it goes out whatever became of the item. Blocked hosts
    are the outbox's own affair.
    """
    if delivery.item_id is None:
        # News of the roster, a like or a vote about something internal, also one that is taken back: no item of ours, and still for
        # members only.
        return why_not_to(tx, delivery.host, (), now) if delivery.signer_id is not None else None
    if delivery.kind in {"Delete", "Undo"}:
        return _why_unknown_at(tx, delivery, now)
    item = find_item_state(tx, delivery.item_id)
    if item is None or item.deleted:
        return "the post is deleted"
    if item.withheld:
        return "the post is not shown here"
    if item.audience.stays:
        return "the post stays on this site"
    return _why_unreadable_at(tx, delivery, item, now)


def _why_unknown_at(tx: Transaction, delivery: WaitingDelivery, now: datetime) -> str | None:
    """Why a host is not told that something was taken back: it is outside, and what waited for it never left, so it knows of nothing."""
    item = find_item_state(tx, delivery.item_id) if delivery.item_id is not None else None
    if item is None or not item.audience.internal:
        return None
    outside = item.audience.stays or why_not_to(tx, delivery.host, item.audience.reader_scopes, now) is not None
    return NEVER_SENT if outside and not was_tried(tx, delivery.item_id or "", delivery.inbox) else None


def _why_unreadable_at(tx: Transaction, delivery: WaitingDelivery, item: ItemState, now: datetime) -> str | None:
    audience = item.audience
    if audience.internal and delivery.signer_id is None:
        return SIGNED_FOR_EVERYBODY
    outside = why_not_to(tx, delivery.host, audience.reader_scopes, now) if audience.internal else None
    if outside is not None:
        return outside
    limited = audience.kind in {AudienceKind.PARTNERS, AudienceKind.FOLLOWERS, AudienceKind.DIRECT}
    # Followers come and go while a peer cannot be reached; an edit goes to every inbox that had the post before.
    if limited and not is_read_at(tx, delivery.item_id or "", item.actor_id, audience.kind, delivery.inbox):
        return "nobody there may read the post any more"
    return None


def may_read_activity(tx: Transaction, activity: PublishedActivity, reader: Reader) -> bool:
    """Whether an activity of ours may be read by its id: whoever may read the post it is about, as far as that still exists.

    One that is about no post, such as a Follow, may be looked up by the servers it was sent to: some answer it by its id alone. Where it
    was for members, whoever asks has to be one now.
    """
    if activity.item_id is None:
        if activity.signer_id is not None and not reader.scopes:
            return False
        return activity.listed or (reader.host is not None and was_sent_to(tx, activity.id, reader.host))
    try:
        item = get_readable_post(tx, activity.item_id, reader)
    except NotFound:
        return False
    return item.deleted_at is None or activity.kind == "Delete"


def item_access(tx: Transaction, post_id: str, reader: Reader) -> ItemAccess:
    """What a post allows a reader, and others, to do with its files."""
    item = find_item_state(tx, post_id)
    if item is None or item.deleted:
        return ItemAccess()
    readable = post_id in list_readable_posts(tx, [post_id], reader)
    if item.withheld:
        # Its address is known to those it was for; what is not shown is for those alone who may still read the post.
        return ItemAccess(readable=readable)
    return ItemAccess(
        readable=readable,
        public=item.audience.kind is AudienceKind.PUBLIC,
        leaves=not item.audience.internal,
    )
