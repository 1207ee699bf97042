"""A member's next key on the wire: an Offer of a membership under it (docs/feps/membership.md). Pure."""

from fedirse.activitypub import values
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.contexts.outgoing import MEMBERSHIP_CONTEXT
from fedirse.activitypub.documents.activity import render_activity
from fedirse.activitypub.signatures import load_multikey
from fedirse.activitypub.signatures.keys import KeyAlgorithm
from fedirse.base.errors import MalformedDocument, ProtocolError
from fedirse.base.types import JsonObject
from fedirse.social.network.keys.model import KeyOffer
from fedirse.social.network.roster.wire import MEMBER_OF


def render_key(offer: KeyOffer, uri: str) -> JsonObject:
    """The document that the new key signs, still without its proof."""
    return {
        "@context": MEMBERSHIP_CONTEXT,
        "id": uri,
        "type": "Relationship",
        "subject": offer.member,
        "relationship": MEMBER_OF,
        "object": offer.network,
        "memberKey": offer.key,
        "published": values.render_datetime(offer.made),
        "endTime": values.render_datetime(offer.until),
    }


def render_offer(activity_id: str, offer: KeyOffer, proven: JsonObject) -> JsonObject:
    """The activity that carries it to the head office, to be signed with the key before."""
    activity = render_activity(
        activity_type="Offer",
        activity_id=activity_id,
        actor=offer.member,
        object=str(proven["id"]),
        target=offer.network,
        addressing=Addressing((offer.network,)),
        published=offer.made,
    )
    # Without its own context the proof of the new key would not hold, so it is put in whole.
    return {**activity, "@context": MEMBERSHIP_CONTEXT, "object": proven}


def parse_key(document: JsonObject) -> KeyOffer:
    """What a member says, from the document that the new key has signed. Raises MalformedDocument: "bad-key-offer"."""
    key = document.get("memberKey")
    texts = [document.get(name) for name in ("subject", "object")]
    until, made = values.parse_datetime(document.get("endTime")), values.parse_datetime(document.get("published"))
    try:
        usable = load_multikey(key).algorithm is KeyAlgorithm.ED25519
    except ProtocolError as error:
        raise _malformed("no key") from error
    if not usable or document.get("relationship") != MEMBER_OF:
        raise _malformed("another kind of key or relation")
    if until is None or made is None or not all(isinstance(text, str) and values.is_uri(text) for text in texts):
        raise _malformed("who or until when is missing")
    return KeyOffer(str(texts[0]), str(texts[1]), str(key), until, made)


def _malformed(message: str) -> MalformedDocument:
    return MalformedDocument(f"an offer of a key: {message}", reason="bad-key-offer")
