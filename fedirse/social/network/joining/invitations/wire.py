"""What an invitation says ↔ a signed document (docs/feps/membership.md). Pure. Read as JSON, as statements are."""

from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.contexts.outgoing import MEMBERSHIP_CONTEXT
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.social.network.joining.invitations.model import Offer
from fedirse.social.network.joining.rules import on_one_line
from fedirse.social.network.roster.wire import parse_attributes, render_attributes


def render_offer(offer: Offer) -> JsonObject:
    """The document of an offer, still without its proof."""
    return {
        "@context": MEMBERSHIP_CONTEXT,
        "id": offer.address,
        "type": "Invite",
        "actor": offer.network,
        "object": offer.network,
        "target": offer.members,
        "name": offer.name,
        "attributes": render_attributes(offer.attributes),
        "published": values.render_datetime(offer.shown_at),
        "endTime": values.render_datetime(offer.ends_at),
    }


def parse_offer(document: JsonObject) -> Offer:
    """What an invitation says; its proof is checked apart. Raises MalformedDocument."""
    network = _uri(document, "actor")
    if document.get("type") != "Invite" or document.get("object") != network:
        raise _malformed("not an invitation to its actor's network")
    return Offer(
        address=values.required_id(document),
        network=network,
        name=on_one_line(values.text(document.get("name"), limits.NAME_LENGTH) or ""),
        members=_uri(document, "target"),
        attributes=parse_attributes(document.get("attributes")),
        shown_at=_date(document, "published"),
        ends_at=_date(document, "endTime"),
    )


def _uri(document: JsonObject, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not values.is_uri(value):
        raise _malformed(f"{name} is no address")
    return value


def _date(document: JsonObject, name: str) -> datetime:
    value = values.parse_datetime(document.get(name))
    if value is None:
        raise _malformed(f"{name} is no date")
    return value


def _malformed(message: str) -> MalformedDocument:
    return MalformedDocument(
        f"an invitation: {message}",
        reason="bad-invitation",
        public_message="What lies at this address is not an invitation to a network. Ask the head office for a new one.",
    )
