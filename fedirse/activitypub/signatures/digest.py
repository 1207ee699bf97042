"""Digests bind the body to the signature: `Digest` (RFC 3230) for the draft, `Content-Digest` (RFC 9530) for RFC 9421.

Always computed over the bytes received. Only SHA-256 and SHA-512 count.
"""

import re
from hashlib import sha256, sha512

from fedirse.activitypub.signatures.base import Claim, SignatureScheme, uncovered
from fedirse.activitypub.signatures.encodings import decode_base64, encode_base64
from fedirse.activitypub.signatures.request import SignedRequest
from fedirse.activitypub.signatures.structured_fields import Item, parse_dictionary
from fedirse.base.errors import SignatureError

_STRONG = {"sha-256": sha256, "sha-512": sha512}
# One instance digest of RFC 3230, section 4.3.2: an algorithm and text without a comma in it.
_INSTANCE = re.compile(r" *([A-Za-z0-9-]{1,20})=([!-+\--~]*) *")


def digest_header(body: bytes) -> str:
    """Value of a `Digest` header."""
    return f"SHA-256={encode_base64(sha256(body).digest())}"


def content_digest_header(body: bytes) -> str:
    """Value of a `Content-Digest` header."""
    return f"sha-256=:{encode_base64(sha256(body).digest())}:"


def check_digest(request: SignedRequest, claim: Claim) -> None:
    """Recompute the covered digest over the body received.

    A request without a body (GET, HEAD) may do without; a digest it covers all the same must hold.

    Raises:
        SignatureError: "uncovered-digest"; "missing-header"; "duplicate-header"; "malformed-digest"; "weak-digest" when neither SHA-256
            nor SHA-512 is among those given; "digest-mismatch" when any of these two is not that of the body.
    """
    name = "digest" if claim.scheme is SignatureScheme.CAVAGE else "content-digest"
    if name not in claim.covered:
        if request.needs_digest:
            raise uncovered("digest")
        return
    text = request.header(name)
    if text is None:
        raise SignatureError(f"no {name} header", reason="missing-header")
    legacy = claim.scheme is SignatureScheme.CAVAGE
    # Nearly every request carries exactly what we would write, which is cheaper to compare than to parse.
    if text == (digest_header(request.body) if legacy else content_digest_header(request.body)):
        return
    _compare(_read_digest(text) if legacy else _read_content_digest(text), request.body)


def _compare(digests: dict[str, bytes], body: bytes) -> None:
    """Weaker algorithms beside a strong one are ignored; every strong one must match, not just the best."""
    if not digests:
        raise SignatureError("neither a SHA-256 nor a SHA-512 digest", reason="weak-digest")
    for algorithm, expected in digests.items():
        if _STRONG[algorithm](body).digest() != expected:
            raise SignatureError(f"the body has another {algorithm} digest", reason="digest-mismatch")


def _read_digest(text: str) -> dict[str, bytes]:
    """Strong digests of a `Digest` header by lower-case algorithm."""
    digests: dict[str, bytes] = {}
    for part in text.split(","):
        match = _INSTANCE.fullmatch(part)
        if match is None:
            raise _malformed()
        algorithm = match[1].lower()
        if algorithm in digests:
            raise _malformed()
        if algorithm in _STRONG:
            digests[algorithm] = decode_base64(match[2], reason="malformed-digest")
    return digests


def _read_content_digest(text: str) -> dict[str, bytes]:
    """Strong digests of a `Content-Digest` header by algorithm (RFC 9530, section 2)."""
    digests: dict[str, bytes] = {}
    for algorithm, member in parse_dictionary(text).items():
        if not isinstance(member, Item) or not isinstance(member.value, bytes):
            raise _malformed()
        if algorithm in _STRONG:
            digests[algorithm] = member.value
    return digests


def _malformed() -> SignatureError:
    return SignatureError("malformed digest header", reason="malformed-digest")
