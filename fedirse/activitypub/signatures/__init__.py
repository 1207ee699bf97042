"""Signatures on requests and documents: read, checked and made from values alone. No network, no clock, no keys of its own.

The door's order: `read_claim`, `check_freshness`, `check_digest`, then with the key that the claim names, `verify_claim`.
"""

from fedirse.activitypub.signatures.base import Claim, SignatureScheme
from fedirse.activitypub.signatures.cavage import sign_cavage
from fedirse.activitypub.signatures.claims import check_freshness, read_claim, verify_claim
from fedirse.activitypub.signatures.digest import check_digest
from fedirse.activitypub.signatures.keys import (
    KeyAlgorithm,
    PrivateKey,
    PublicKey,
    load_multikey,
    load_private_der,
    load_public_der,
    load_public_pem,
    multikey,
    private_der,
    public_der,
    public_pem,
)
from fedirse.activitypub.signatures.linked_data import LinkedDataHint, read_linked_data_signature, strip_linked_data_signature
from fedirse.activitypub.signatures.message import sign_message
from fedirse.activitypub.signatures.negotiation import accept_signature_header, parse_accept_signature
from fedirse.activitypub.signatures.proofs import (
    ProofClaim,
    add_proof,
    add_proofs,
    check_proof_date,
    content_digest,
    find_proof,
    read_proofs,
    verify_proof,
)
from fedirse.activitypub.signatures.request import SignedRequest, normalise_authority

__all__ = [
    "Claim",
    "KeyAlgorithm",
    "LinkedDataHint",
    "PrivateKey",
    "ProofClaim",
    "PublicKey",
    "SignatureScheme",
    "SignedRequest",
    "accept_signature_header",
    "add_proof",
    "add_proofs",
    "check_digest",
    "check_freshness",
    "check_proof_date",
    "content_digest",
    "find_proof",
    "load_multikey",
    "load_private_der",
    "load_public_der",
    "load_public_pem",
    "multikey",
    "normalise_authority",
    "parse_accept_signature",
    "private_der",
    "public_der",
    "public_pem",
    "read_claim",
    "read_linked_data_signature",
    "read_proofs",
    "sign_cavage",
    "sign_message",
    "strip_linked_data_signature",
    "verify_claim",
    "verify_proof",
]
