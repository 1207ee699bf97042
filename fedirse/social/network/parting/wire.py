"""What a site says that is no member any more: that it has erased what others wrote for members (docs/feps/membership.md). Pure."""

from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.contexts.outgoing import MEMBERSHIP_CONTEXT
from fedirse.activitypub.documents.activity import render_activity
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.social.network.parting.model import Receipt
from fedirse.social.network.roster.wire import read_serial


def render_receipt(activity_id: str, member: str, network: str, statement: str, receipt: Receipt, published: datetime) -> JsonObject:
    """An Accept of the removal, with what came of it.

    Args:
        activity_id: its URI.
        member: who says so.
        network: the head office, to whom it is said.
        statement: id of the statement that said that the site is a member, and now says that it is none.
        receipt: what was done.
        published: when this is said.
    """
    activity = render_activity(
        activity_type="Accept",
        activity_id=activity_id,
        actor=member,
        object={"id": statement, "type": "Tombstone", "formerType": "Relationship", "serial": receipt.serial},
        result={"type": "Collection", "totalItems": receipt.erased, "updated": values.render_datetime(receipt.purged_at)},
        addressing=Addressing((network,)),
        published=published,
    )
    return {**activity, "@context": MEMBERSHIP_CONTEXT}


def parse_receipt(activity: JsonObject) -> Receipt:
    """What was done, from the activity as it came. Raises MalformedDocument: "bad-receipt", "bad-statement"."""
    removal, result = activity.get("object"), activity.get("result")
    if not isinstance(removal, dict) or not isinstance(result, dict):
        raise MalformedDocument("a receipt without a removal or a result", reason="bad-receipt")
    items, purged_at = result.get("totalItems"), values.parse_datetime(result.get("updated"))
    if not isinstance(items, int) or isinstance(items, bool) or items < 0 or purged_at is None:
        raise MalformedDocument("a receipt that says neither how many nor when", reason="bad-receipt")
    return Receipt(read_serial(removal), items, purged_at)
