"""Integrity proofs: the vectors of the specifications, what is refused, and that a proof binds all of a document."""

import json
import math
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures import (
    PublicKey,
    add_proof,
    check_proof_date,
    load_multikey,
    load_private_der,
    multikey,
    read_proofs,
    verify_proof,
)
from fedirse.activitypub.signatures.encodings import decode_multibase, encode_multibase
from fedirse.base import limits
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.signing import NOW, ed25519_key, rsa_key, vector

METHOD = "https://us.example/users/ada#ed25519-key"
AS = "https://www.w3.org/ns/activitystreams"
DOCUMENT: dict[str, Any] = {
    "@context": [AS, "https://w3id.org/security/data-integrity/v2"],
    "id": "https://us.example/activities/1",
    "type": "Create",
    "actor": "https://us.example/users/ada",
    "object": {"type": "Note", "content": "Grüße", "to": [f"{AS}#Public"]},
}
KEY = ed25519_key().public
# PKCS #8 around 32 bytes of Ed25519 secret (RFC 8410, section 7).
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")


def proven(document: dict[str, Any] | None = None) -> dict[str, Any]:
    return add_proof(document or DOCUMENT, key=ed25519_key(), verification_method=METHOD, created=NOW)


def verify(document: dict[str, Any], key: PublicKey = KEY) -> None:
    (claim,) = read_proofs(document)
    verify_proof(document, claim, key)


def reason_of(document: dict[str, Any]) -> str:
    with pytest.raises(SignatureError) as refused:
        verify(document)
    return refused.value.reason


def with_proof(**changes: Any) -> dict[str, Any]:
    """A proven document whose proof has some members changed or, by None, left out."""
    document = proven()
    proof = {name: value for name, value in {**document["proof"], **changes}.items() if value is not None}
    return {**document, "proof": proof}


# Refusals


@pytest.mark.attack("SIG-079")
@pytest.mark.parametrize("purpose", ["authentication", "", None, ["assertionMethod"], "sec:assertionMethod"])
def test_another_purpose_is_refused(purpose: object) -> None:
    assert reason_of(with_proof(proofPurpose=purpose)) == "wrong-purpose"


@pytest.mark.attack("SIG-079")
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "", None, "jcs-eddsa-2022", ["eddsa-jcs-2022"]])
def test_another_suite_is_refused(suite: object) -> None:
    assert reason_of(with_proof(cryptosuite=suite)) == "unsupported-suite"


@pytest.mark.parametrize("kind", ["Ed25519Signature2020", None, ["DataIntegrityProof"]])
def test_another_type_of_proof_is_refused(kind: object) -> None:
    assert reason_of(with_proof(type=kind)) == "unsupported-suite"


@pytest.mark.parametrize(
    "value", [None, "", "z", 7, "u" + "A" * 86, "z0", encode_multibase(b"x" * 63), encode_multibase(b"x" * 65), "z" + "2" * 5000]
)
def test_a_proof_value_that_is_no_signature_is_refused(value: object) -> None:
    assert reason_of(with_proof(proofValue=value)) == "malformed-proof"


@pytest.mark.parametrize("method", [None, "", 7, ["x"], {"id": METHOD}, "x" * (limits.URI_LENGTH + 1)])
def test_a_verification_method_that_is_no_id_is_refused(method: object) -> None:
    assert reason_of(with_proof(verificationMethod=method)) == "malformed-proof"


@pytest.mark.parametrize("name", ["created", "expires"])
@pytest.mark.parametrize("value", ["yesterday", 7, "2026-03-14T09:26:53", ""])
def test_a_date_that_is_none_is_refused(name: str, value: object) -> None:
    assert reason_of(with_proof(**{name: value})) == "malformed-date"


@pytest.mark.parametrize("proof", [None, "text", 7, [], [None], [[{}]]])
def test_what_is_no_proof_is_refused(proof: object) -> None:
    assert reason_of({**DOCUMENT, "proof": proof}) == "malformed-proof"


@pytest.mark.attack("SIG-081")
@pytest.mark.parametrize(
    "context",
    [
        [AS],
        [AS, "https://evil.example/context"],
        ["https://w3id.org/security/data-integrity/v2", AS],
        [*DOCUMENT["@context"], {"content": None, "txt": "as:content"}],
        AS,
        None,
    ],
    ids=["shorter", "another", "turned", "longer", "text", "nothing"],
)
def test_a_context_changed_after_signing_is_refused(context: object) -> None:
    assert reason_of({**proven(), "@context": context}) == "context-mismatch"


@pytest.mark.attack("SIG-081")
def test_a_context_changed_on_both_sides_is_refused() -> None:
    changed = [AS, "https://evil.example/context"]
    document = proven()
    assert reason_of({**document, "@context": changed, "proof": {**document["proof"], "@context": changed}}) == "bad-signature"


@pytest.mark.attack("SIG-081")
def test_a_context_taken_off_the_proof_and_changed_in_the_document_is_refused() -> None:
    document = with_proof(**{"@context": None})
    assert reason_of({**document, "@context": [AS, "https://evil.example/context"]}) == "bad-signature"


def test_a_context_in_the_proof_of_a_document_without_one_is_refused() -> None:
    document = proven()
    del document["@context"]
    assert reason_of(document) == "context-mismatch"


@pytest.mark.parametrize(
    ("name", "value"),
    [("created", "2026-03-14T09:26:54Z"), ("verificationMethod", METHOD + "2"), ("expires", "2027-01-01T00:00:00Z"), ("domain", "x")],
)
def test_a_proof_option_changed_or_added_is_refused(name: str, value: str) -> None:
    assert reason_of(with_proof(**{name: value})) == "bad-signature"


@pytest.mark.attack("SIG-083")
@pytest.mark.parametrize("value", [math.inf, math.nan, 2**53, -(2**53), "\ud800", {"\ud800": 1}, {1: 2}, b"x", object()], ids=range(9))
def test_a_document_that_canonical_json_cannot_represent_is_refused(value: object) -> None:
    with pytest.raises(SignatureError) as refused:
        proven({**DOCUMENT, "object": value})
    assert refused.value.reason == "not-canonical"
    assert reason_of({**proven(), "object": value}) == "not-canonical"


@pytest.mark.attack("SIG-083")
@pytest.mark.parametrize("where", ["document", "proof"])
def test_a_document_too_deep_to_canonicalise_is_refused(where: str) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    document = {**proven(), "object": deep} if where == "document" else with_proof(domain=deep)
    assert reason_of(document) == "not-canonical"


def test_a_proof_is_neither_made_nor_verified_with_an_rsa_key() -> None:
    with pytest.raises(SignatureError) as refused:
        add_proof(DOCUMENT, key=rsa_key(), verification_method=METHOD, created=NOW)
    assert refused.value.reason == "wrong-key"
    with pytest.raises(SignatureError) as refused:
        verify(proven(), rsa_key().public)
    assert refused.value.reason == "wrong-key"


def test_another_ed25519_key_is_refused() -> None:
    with pytest.raises(SignatureError) as refused:
        verify(proven(), load_multikey(vector("fep_8b32")["public_key"]))
    assert refused.value.reason == "bad-signature"


def test_a_proof_whose_end_has_passed_is_refused_from_that_instant_on() -> None:
    (claim,) = read_proofs(with_proof(expires="2026-03-14T09:26:53Z"))
    check_proof_date(claim, NOW - timedelta(microseconds=1))
    with pytest.raises(SignatureError) as refused:
        check_proof_date(claim, NOW)
    assert refused.value.reason == "expired"


def test_a_proof_without_end_does_not_expire() -> None:
    (claim,) = read_proofs(proven())
    check_proof_date(claim, NOW + timedelta(days=36500))


# Several proofs


@pytest.mark.attack("SIG-080")
def test_each_of_several_proofs_counts_for_its_own_method_only() -> None:
    document = proven()
    forged = {**document["proof"], "verificationMethod": "https://victim.example/users/bob#key"}
    both = {**document, "proof": [document["proof"], forged]}
    own, victims = read_proofs(both)
    assert (own.verification_method, victims.verification_method) == (METHOD, "https://victim.example/users/bob#key")
    verify_proof(both, own, KEY)
    with pytest.raises(SignatureError):
        verify_proof(both, victims, KEY)


def test_a_proof_of_another_suite_beside_one_of_ours_is_passed_over() -> None:
    document = proven()
    both = {**document, "proof": [{"type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2024"}, document["proof"]]}
    assert [claim.verification_method for claim in read_proofs(both)] == [METHOD]


def test_proofs_are_read_up_to_their_number() -> None:
    document = proven()
    most = [document["proof"]] * limits.PROOFS_PER_DOCUMENT
    assert len(read_proofs({**document, "proof": most})) == limits.PROOFS_PER_DOCUMENT
    with pytest.raises(SignatureError) as refused:
        read_proofs({**document, "proof": [*most, document["proof"]]})
    assert refused.value.reason == "too-many-proofs"


def test_proofs_of_other_keys_than_the_wanted_are_passed_over_unread() -> None:
    document = proven()
    another = {**document["proof"], "verificationMethod": "https://other.example/actor#key", "@context": "of another document"}
    both = {**document, "proof": [another, document["proof"]]}
    assert [claim.verification_method for claim in read_proofs(both, METHOD.__eq__)] == [METHOD]
    assert read_proofs({**document, "proof": another}, METHOD.__eq__) == ()
    with pytest.raises(SignatureError, match="context"):
        read_proofs({**document, "proof": another})


@pytest.mark.parametrize("proof", [None, "text", [], [{}], {"verificationMethod": METHOD}, {"verificationMethod": 7}])
def test_what_is_no_proof_is_refused_also_where_one_is_looked_for(proof: object) -> None:
    with pytest.raises(SignatureError):
        read_proofs({**DOCUMENT, "proof": proof}, METHOD.__eq__)


def test_a_document_without_proof_has_none() -> None:
    assert read_proofs(DOCUMENT) == ()


# What we make


def test_our_proof_repeats_the_context_and_says_what_it_is() -> None:
    proof = dict(proven()["proof"])
    assert decode_multibase(proof.pop("proofValue"), reason="x") != b""
    assert proof == {
        "@context": DOCUMENT["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2026-03-14T09:26:53Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }


def test_the_document_that_was_given_stays_as_it_was() -> None:
    before = json.dumps(DOCUMENT)
    proven()
    assert json.dumps(DOCUMENT) == before


def test_a_proof_takes_the_place_of_an_older_one_and_of_a_linked_data_signature() -> None:
    document = proven({**DOCUMENT, "proof": {"type": "old"}, "signature": {"type": "RsaSignature2017"}})
    assert document == proven()


def test_a_linked_data_signature_made_after_the_proof_does_not_break_it() -> None:
    verify({**proven(), "signature": {"type": "RsaSignature2017", "signatureValue": "x"}})


def test_a_document_without_context_gets_a_proof_without_one() -> None:
    document = proven({"type": "Note"})
    assert "@context" not in document["proof"]
    verify(document)


# What others make


def test_the_proof_of_fep_8b32_verifies_and_is_made_again() -> None:
    case = vector("fep_8b32")
    verify(case["signed"], load_multikey(case["public_key"]))
    secret = load_private_der(PKCS8 + decode_multibase(case["secret_key"], reason="x")[2:])
    assert multikey(secret.public) == case["public_key"]
    (claim,) = read_proofs(case["signed"])
    assert claim.created is not None
    remade = add_proof(case["signed"], key=secret, verification_method=claim.verification_method, created=claim.created)
    assert remade == case["signed"]


def test_the_proof_of_the_w3c_verifies_and_hashes_as_published() -> None:
    case = vector("eddsa_jcs_2022")
    verify(case["signed"], load_multikey(case["public_key"]))
    (claim,) = read_proofs(case["signed"])
    unsecured = {name: value for name, value in case["signed"].items() if name != "proof"}
    (options,) = claim.option_hashes
    assert (options + sha256(rfc8785.dumps(unsecured)).digest()).hex() == case["combined_hash"]


def test_options_signed_with_the_documents_context_and_sent_without_are_accepted() -> None:
    """As Fedify does."""
    document = with_proof(**{"@context": None})
    verify(document)


def test_options_signed_without_any_context_are_accepted() -> None:
    """As the specification reads when the proof has none."""
    document = with_proof(**{"@context": None})
    options = {name: value for name, value in document["proof"].items() if name != "proofValue"}
    value = ed25519_key().sign(sha256(rfc8785.dumps(options)).digest() + sha256(rfc8785.dumps(DOCUMENT)).digest())
    verify({**DOCUMENT, "proof": {**options, "proofValue": encode_multibase(value)}})


def test_the_order_of_members_does_not_matter() -> None:
    document = proven()
    verify(dict(reversed(document.items())))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(members=st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_what_is_proven_verifies_after_the_wire(members: dict[str, Any]) -> None:
    document = proven({**members, "@context": [AS]})
    verify(json.loads(json.dumps(document)))


@given(name=st.sampled_from(["id", "type", "actor", "object", "to", "x"]), value=VALUES)
def test_a_changed_member_is_refused(name: str, value: Any) -> None:
    if rfc8785.dumps(DOCUMENT.get(name)) != rfc8785.dumps(value) or name not in DOCUMENT:
        assert reason_of({**proven(), name: value}) == "bad-signature"
