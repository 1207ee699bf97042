"""What sort of document this is, when only its id was known (FEP-2277)."""

from enum import Enum

from fedirse.activitypub import values
from fedirse.activitypub.documents.object import SHOWN_TYPES
from fedirse.activitypub.vocabulary import ACTIVITY_TYPES, ACTOR_TYPES, COLLECTION_TYPES
from fedirse.base.types import JsonObject


class Kind(Enum):
    """The classes of documents that are read in different ways."""

    ACTOR = "actor"
    ACTIVITY = "activity"
    COLLECTION = "collection"
    POST = "post"
    TOMBSTONE = "tombstone"
    KEY = "key"
    OTHER = "other"


_BY_TYPE = {
    **dict.fromkeys(ACTIVITY_TYPES, Kind.ACTIVITY),
    **dict.fromkeys(ACTOR_TYPES, Kind.ACTOR),
    **dict.fromkeys(COLLECTION_TYPES, Kind.COLLECTION),
    # After the activities: AS2 has Question among them, but everybody sends it as a post (FEP-9967).
    **dict.fromkeys(SHOWN_TYPES, Kind.POST),
    "Tombstone": Kind.TOMBSTONE,
    "Multikey": Kind.KEY,
}


def kind_of(document: JsonObject) -> Kind:
    """The kind of a document in normal form: by its type where that is known, otherwise by its properties.

    A document that has a key in it but is of no known type is a key document.
    """
    known = values.type_name(document.get("type"), _BY_TYPE)
    if known in _BY_TYPE:
        return _BY_TYPE[known]
    if "publicKeyPem" in document or "publicKeyMultibase" in document:
        return Kind.KEY
    if "inbox" in document:
        return Kind.ACTOR
    # Pleroma adds `actor` to its objects.
    if "actor" in document and "attributedTo" not in document:
        return Kind.ACTIVITY
    if not document.keys().isdisjoint({"items", "orderedItems", "totalItems", "partOf", "first"}):
        return Kind.COLLECTION
    return Kind.OTHER
