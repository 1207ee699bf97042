"""Integrity proofs inside documents: FEP-8b32 with eddsa-jcs-2022, the only suite. Made and verified without any network.

A proof speaks for the controller of its verification method and for nobody else: with several proofs, the caller looks for that of
the actor in question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from fedirse.activitypub.signatures.canonical import canonical_json
from fedirse.activitypub.signatures.dates import format_xml_date, parse_xml_date
from fedirse.activitypub.signatures.encodings import decode_multibase, encode_multibase
from fedirse.activitypub.signatures.keys import KeyAlgorithm, PrivateKey, PublicKey, load_multikey
from fedirse.base import limits
from fedirse.base.errors import ProtocolError, SignatureError
from fedirse.base.types import JsonObject

_TYPE = "DataIntegrityProof"
_SUITE = "eddsa-jcs-2022"
_PURPOSE = "assertionMethod"
_SIGNATURE_BYTES = 64
# What is not signed: the proof itself, and an LD signature, which is made after the proof (FEP-8b32, backward compatibility).
_UNSIGNED = frozenset({"proof", "signature"})


@dataclass(frozen=True, slots=True)
class ProofClaim:
    """What one proof says, before any key is known. Nothing in it is proven.

    Attributes:
        verification_method: id of the key; its controller is who the proof speaks for.
        created: when it says it was made.
        expires: when it says it ends.
        signature: 64 bytes.
        option_hashes: SHA-256 of the canonical proof options, in each form that signers use.
    """

    verification_method: str
    created: datetime | None
    expires: datetime | None
    signature: bytes
    option_hashes: tuple[bytes, ...]


def add_proof(document: JsonObject, *, key: PrivateKey, verification_method: str, created: datetime) -> JsonObject:
    """A copy of the document with a proof of ours in place of any proof or LD signature it has.

    Args:
        document: with its `@context`, as a list (Mastodon verifies nothing else), which the proof repeats.
        key: Ed25519.
        verification_method: id of the public key in the actor's `assertionMethod`.
        created: aware.

    Raises:
        SignatureError: "wrong-key" for an RSA key; "not-canonical" for a document that JSON canonicalisation cannot represent.
    """
    if key.algorithm is not KeyAlgorithm.ED25519:
        raise SignatureError("eddsa-jcs-2022 needs an Ed25519 key", reason="wrong-key")
    options: JsonObject = {
        "type": _TYPE,
        "cryptosuite": _SUITE,
        "created": format_xml_date(created),
        "verificationMethod": verification_method,
        "proofPurpose": _PURPOSE,
    }
    if "@context" in document:
        options = {"@context": document["@context"], **options}
    unsecured = _unsecured(document)
    value = key.sign(_hash(options) + _hash(unsecured))
    return {**unsecured, "proof": {**options, "proofValue": encode_multibase(value)}}


def add_proofs(document: JsonObject, *, keys: Sequence[tuple[str, PrivateKey]], created: datetime) -> JsonObject:
    """As `add_proof`, by several keys, each named with its id; whoever trusts one of them can verify it (a proof set).

    One key makes the same as `add_proof`. Raises as that.
    """
    proven = [add_proof(document, key=key, verification_method=uri, created=created) for uri, key in keys]
    return proven[0] if len(proven) == 1 else {**proven[0], "proof": [one["proof"] for one in proven]}


def content_digest(document: JsonObject) -> str:
    """What names the content of a document: SHA-256 of its canonical JSON without proofs, in hexadecimal.

    Raises:
        SignatureError: "not-canonical".
    """
    return _hash(_unsecured(document)).hex()


def read_proofs(document: JsonObject, wanted: Callable[[str], bool] | None = None) -> tuple[ProofClaim, ...]:
    """The proofs of a document that can be verified here, each for its own controller; none when it has no `proof`.

    Beside a proof that can be used, others are passed over (FEP-8b32, proof verification).

    Args:
        document: as it came.
        wanted: by the id of their key, the proofs that are looked for; the others are passed over before anything is reckoned, and when
            no proof is left none is a fault. All of them when not given.

    Raises:
        SignatureError: when none can be used, the error of the first: "malformed-proof", "malformed-date", "unsupported-suite",
            "wrong-purpose", "context-mismatch", "not-canonical". For all together: "too-many-proofs".
    """
    if "proof" not in document:
        return ()
    given: Any = document["proof"]
    proofs: list[Any] = given if isinstance(given, list) else [given]
    if len(proofs) > limits.PROOFS_PER_DOCUMENT:
        raise SignatureError(f"{len(proofs)} proofs on one document", reason="too-many-proofs")
    claims: list[ProofClaim] = []
    refused: SignatureError | None = None
    passed_over = False
    for proof in proofs:
        if wanted is not None and _names_another_key(proof, wanted):
            passed_over = True
            continue
        try:
            claims.append(_read_proof(document, proof))
        except SignatureError as error:
            refused = refused or error
    if not claims and not (passed_over and refused is None):
        raise refused or _malformed("an empty list")
    return tuple(claims)


def check_proof_date(claim: ProofClaim, now: datetime) -> None:
    """Refuse a proof whose own end has passed. Raises SignatureError, reason "expired"."""
    if claim.expires is not None and claim.expires <= now:
        raise SignatureError("the proof has expired", reason="expired")


def verify_proof(document: JsonObject, claim: ProofClaim, key: PublicKey) -> None:
    """Prove one claim on the document it was read from.

    Args:
        document: unchanged since `read_proofs`; with or without its proof and LD signature.
        claim: one of its proofs.
        key: what `claim.verification_method` leads to. Whose key it is remains the caller's question.

    Raises:
        SignatureError: "wrong-key" for a key that is not Ed25519; "not-canonical"; "bad-signature".
    """
    if key.algorithm is not KeyAlgorithm.ED25519:
        raise SignatureError("eddsa-jcs-2022 needs an Ed25519 key", reason="wrong-key")
    document_hash = _hash(_unsecured(document))
    if not any(key.verify(claim.signature, options + document_hash) for options in claim.option_hashes):
        raise SignatureError(f"the proof is not that of {claim.verification_method}", reason="bad-signature")


def find_proof(document: JsonObject, key: str) -> str | None:
    """The id under which a key has signed a document; None when it has not, or not one of its proofs can be read.

    Args:
        document: with all its proofs.
        key: Ed25519 (Multikey).
    """
    public = load_multikey(key)
    try:
        claims = read_proofs(document)
    except ProtocolError:
        return None
    for claim in claims:
        try:
            verify_proof(document, claim, public)
        except ProtocolError:
            continue
        return claim.verification_method
    return None


def _names_another_key(proof: Any, wanted: Callable[[str], bool]) -> bool:
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return isinstance(method, str) and not wanted(method)


def _read_proof(document: JsonObject, proof: Any) -> ProofClaim:
    if not isinstance(proof, dict):
        raise _malformed("not an object")
    if proof.get("type") != _TYPE or proof.get("cryptosuite") != _SUITE:
        raise SignatureError("another suite than eddsa-jcs-2022", reason="unsupported-suite")
    if proof.get("proofPurpose") != _PURPOSE:
        raise SignatureError("another purpose than assertionMethod", reason="wrong-purpose")
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not 0 < len(method) <= limits.URI_LENGTH:
        raise _malformed("no verification method")
    signature = decode_multibase(proof.get("proofValue"), reason="malformed-proof")
    if len(signature) != _SIGNATURE_BYTES:
        raise _malformed("the signature is not 64 bytes long")
    return ProofClaim(
        verification_method=method,
        created=parse_xml_date(proof["created"]) if "created" in proof else None,
        expires=parse_xml_date(proof["expires"]) if "expires" in proof else None,
        signature=signature,
        option_hashes=_option_hashes(document, proof),
    )


def _option_hashes(document: JsonObject, proof: JsonObject) -> tuple[bytes, ...]:
    """The proof options (VC-DI-EDDSA, section 3.3.5) as signed: with the context they carry, or with the document's.

    A context of its own has to be all of the document's, not just the beginning that section 3.3.2 asks for: what follows the
    beginning would not be signed, and could give signed terms another meaning for whoever reads the document afterwards.
    Fedify signs the options with the document's context and sends them without; the specification's first drafts said so.
    """
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" not in document:
        if "@context" in options:
            raise SignatureError("the proof has a context and the document has none", reason="context-mismatch")
        return (_hash(options),)
    if "@context" not in options:
        return _hash(options), _hash({**options, "@context": document["@context"]})
    if canonical_json(_entries(options["@context"])) != canonical_json(_entries(document["@context"])):
        raise SignatureError("the proof was made for another context", reason="context-mismatch")
    return (_hash(options),)


def _entries(context: Any) -> list[Any]:
    return context if isinstance(context, list) else [context]


def _unsecured(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name not in _UNSIGNED}


def _hash(value: JsonObject) -> bytes:
    return sha256(canonical_json(value)).digest()


def _malformed(message: str) -> SignatureError:
    return SignatureError(f"malformed proof: {message}", reason="malformed-proof")
