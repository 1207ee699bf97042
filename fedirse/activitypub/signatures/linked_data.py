"""RsaSignature2017 inside documents: recognised and taken off. It grants nothing here, so there is no function that verifies it.

Re-shaping a document (@graph, @reverse, @included, redefined terms) keeps the hash it signs, so it cannot say what a reader may
believe. Whoever is named as its creator is asked at their own origin instead.
"""

from dataclasses import dataclass
from typing import Any

from fedirse.base import limits
from fedirse.base.errors import SignatureError
from fedirse.base.types import JsonObject

_TYPE = "RsaSignature2017"
_KNOWN_KEYS = frozenset({"@context", "type", "id", "creator", "created", "nonce", "domain", "signatureValue"})


@dataclass(frozen=True, slots=True)
class LinkedDataHint:
    """Who is said to have signed a document. A reason to fetch it from its origin, and no more than that.

    Attributes:
        creator: id of the key named.
    """

    creator: str


def read_linked_data_signature(document: JsonObject) -> LinkedDataHint | None:
    """The hint of a `signature` member, None when there is none.

    Raises:
        SignatureError: reason "malformed-linked-data", for another type or for members that are none of the suite's: JSON-LD keywords
            in there move nodes about without changing the hash.
    """
    if "signature" not in document:
        return None
    signature: Any = document["signature"]
    if not isinstance(signature, dict) or signature.get("type") != _TYPE or not _KNOWN_KEYS.issuperset(signature):
        raise _malformed()
    creator = signature.get("creator")
    if not isinstance(creator, str) or not 0 < len(creator) <= limits.URI_LENGTH:
        raise _malformed()
    return LinkedDataHint(creator)


def strip_linked_data_signature(document: JsonObject) -> JsonObject:
    """A copy of the document without its `signature` member; the document itself where it has none."""
    if "signature" not in document:
        return document
    return {name: value for name, value in document.items() if name != "signature"}


def _malformed() -> SignatureError:
    return SignatureError("not a plain RsaSignature2017", reason="malformed-linked-data")
