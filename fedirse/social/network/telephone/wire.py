"""A site's telephone number on the wire: an Update of a ContactPoint to the head office (docs/feps/membership.md). Pure."""

from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.contexts.outgoing import TELEPHONE_CONTEXT
from fedirse.activitypub.documents.activity import Activity, render_activity
from fedirse.activitypub.documents.reference import Embedded
from fedirse.base import limits
from fedirse.base.errors import InvalidInput, MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.social.network.authority.telephones.model import Telephone
from fedirse.social.network.telephone.rules import check_number

CONTACT = "ContactPoint"


def render_telephone(activity_id: str, network: str, telephone: Telephone) -> JsonObject:
    """What is sent to the head office: the number, or, without one, that there is none any more.

    Args:
        activity_id: its URI.
        network: the head office's actor, to whom alone it is said.
        telephone: what is said.
    """
    contact = {"id": f"{telephone.member}#telephone", "type": CONTACT, "telephone": telephone.number or None}
    activity = render_activity(
        activity_type="Update",
        activity_id=activity_id,
        actor=telephone.member,
        object=values.present(contact),
        addressing=Addressing((network,)),
        published=telephone.said_at,
    )
    return {**activity, "@context": TELEPHONE_CONTEXT}


def parse_telephone(activity: Activity, now: datetime) -> Telephone:
    """What a site says, from an activity in normal form. Raises MalformedDocument: "bad-telephone", it is no number."""
    contact = activity.object
    written = contact.document.get("telephone") if isinstance(contact, Embedded) else None
    try:
        number = check_number(values.text(written, limits.TELEPHONE_CHARACTERS + 1) or "")
    except InvalidInput as error:
        raise MalformedDocument("no telephone number", reason="bad-telephone") from error
    # A clock that is ahead would keep every later word from counting.
    return Telephone(activity.actor, number, min(activity.published or now, now))
