"""What both schemes of request signatures share: the claim, the algorithms, and the checks of single parts. Knows neither scheme."""

import enum
from dataclasses import dataclass
from datetime import datetime

from fedirse.activitypub.signatures.keys import KeyAlgorithm
from fedirse.activitypub.signatures.request import FieldIndex, field_value
from fedirse.base import limits
from fedirse.base.errors import SignatureError


class SignatureScheme(enum.Enum):
    """The two ways in which servers sign requests."""

    CAVAGE = "cavage"
    """draft-cavage-http-signatures-12."""
    MESSAGE = "rfc9421"
    """HTTP Message Signatures, RFC 9421."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says about its signature, before any key is known. Nothing in it is proven.

    Attributes:
        scheme: how it was signed.
        key_id: the key that is said to have signed; printable ASCII, not yet known to be a URI.
        algorithm: as stated, None when it is to be told from the key.
        covered: component names in signing order, lower case.
        created: the covered time: the `created` parameter where the signature covers it, otherwise the covered Date header.
        expires: stated end of validity; binding on us whether covered or not, for it only narrows.
        nonce: RFC 9421 only; to be accepted once.
        signature: raw bytes.
        signing_base: the bytes that were signed, rebuilt from the request.
    """

    scheme: SignatureScheme
    key_id: str
    algorithm: str | None
    covered: tuple[str, ...]
    created: datetime | None
    expires: datetime | None
    nonce: str | None
    signature: bytes
    signing_base: bytes


# None: told from the key. The draft's hs2019 says nothing else (section 2.1.3), and peers mean PKCS #1 v1.5 with RSA keys.
_KEY_ALGORITHMS: dict[str | None, KeyAlgorithm | None] = {
    None: None,
    "hs2019": None,
    "rsa-sha256": KeyAlgorithm.RSA,
    "rsa-v1_5-sha256": KeyAlgorithm.RSA,
    "ed25519": KeyAlgorithm.ED25519,
}


def key_algorithm(name: str | None) -> KeyAlgorithm | None:
    """The keys an algorithm goes with; None for any key.

    Raises:
        SignatureError: reason "unsupported-algorithm".
    """
    try:
        return _KEY_ALGORITHMS[name]
    except KeyError as error:
        raise SignatureError(f"signature algorithm {str(name)[:60]!r}", reason="unsupported-algorithm") from error


def signature_field(fields: FieldIndex, name: str) -> str:
    """The text of one of the signature's own headers, within the limit of size.

    Raises:
        SignatureError: as `field_value`; "oversized-signature".
    """
    text = field_value(fields, name)
    if len(text) > limits.SIGNATURE_HEADER_BYTES:
        raise SignatureError(f"the {name} header is too long", reason="oversized-signature")
    return text


def check_key_id(key_id: str) -> str:
    """A key id that can be looked up, logged and written into a header: printable ASCII without spaces and quotes, bounded.

    Raises:
        SignatureError: reason "malformed-key-id".
    """
    bounded = 0 < len(key_id) <= limits.URI_LENGTH
    if not (bounded and key_id.isascii() and key_id.isprintable()) or " " in key_id or '"' in key_id or "\\" in key_id:
        raise SignatureError("the key id is empty, too long or not plain", reason="malformed-key-id")
    return key_id


def uncovered(what: str) -> SignatureError:
    """The error for a part of the request that a signature must cover and does not."""
    return SignatureError(f"the signature does not cover the {what}", reason=f"uncovered-{what}")


def duplicate_component() -> SignatureError:
    """The error for a component that is listed twice, which both specifications leave without a meaning."""
    return SignatureError("a component is covered twice", reason="duplicate-component")
