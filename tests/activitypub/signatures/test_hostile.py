"""Whatever stands in the headers, keys and proofs of a stranger ends in a claim or in a SignatureError, never in anything else."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from fedirse.activitypub.signatures import (
    Claim,
    SignedRequest,
    check_digest,
    check_freshness,
    load_multikey,
    load_public_pem,
    read_claim,
    read_linked_data_signature,
    read_proofs,
    verify_claim,
    verify_proof,
)
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.signing import AHEAD, NOW, WINDOW, by_cavage, by_message, ed25519_key, post, rsa_key, with_header

SURROGATES = st.text(alphabet=st.characters(codec=None, categories=["Cs", "Lu", "Nd", "Cc", "Po"]), max_size=30)
GRAMMAR = st.text(alphabet='keyIdsig1headers=":;,()[]?*@ \\-.0123456789/\t\r\n', max_size=120)
WORDS = st.sampled_from(
    [
        "signature", "signature-input", "host", "date", "digest", "content-digest", "(request-target)", "(created)", "(expires)", "@method",
        "@target-uri", 'keyId="', 'headers="', 'signature="', 'algorithm="', 'hs2019",', "created=", "expires=", 'keyid="', '"', ",", ";", "=",
        "(", ")", " ", "sig1=", ":QUJD:", "1", "9" * 30, "-1", "Sat, 14 Mar 2026 09:26:53 GMT", "SHA-256=", "sha-256=:",
    ]
)  # fmt: skip
PIECES = st.lists(WORDS, max_size=30).map("".join)
TEXTS = st.one_of(st.text(max_size=60), SURROGATES, GRAMMAR, PIECES)
NAMES = st.sampled_from(["signature", "signature-input", "host", "date", "digest", "content-digest", "x"])
HEADERS = st.lists(st.tuples(NAMES, TEXTS), max_size=8).map(tuple)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | SURROGATES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | SURROGATES, inner, max_size=3),
    max_leaves=12,
)


def run(request: SignedRequest) -> Claim | None:
    try:
        claim = read_claim(request)
        check_freshness(claim, NOW, window=WINDOW, ahead=AHEAD)
        check_digest(request, claim)
        verify_claim(claim, rsa_key().public)
    except SignatureError:
        return None
    return claim


@given(headers=HEADERS, body=st.binary(max_size=20), target=TEXTS, method=st.sampled_from(["GET", "POST"]) | TEXTS)
def test_a_random_request_is_refused(headers: tuple[tuple[str, str], ...], body: bytes, target: str, method: str) -> None:
    assert run(SignedRequest(method, "https", "us.example", target, headers, body)) is None


@given(name=st.sampled_from(["signature", "digest", "date", "host"]), text=TEXTS)
def test_a_random_header_in_a_draft_request_is_refused(name: str, text: str) -> None:
    genuine = by_cavage(post())
    assume(text.strip(" ") != genuine.header(name))
    assert run(with_header(genuine, name, text)) is None


@given(name=st.sampled_from(["signature", "signature-input", "content-digest"]), text=TEXTS)
def test_a_random_header_in_a_message_request_is_refused(name: str, text: str) -> None:
    genuine = by_message(post())
    assume(text.strip(" ") != genuine.header(name))
    assert run(with_header(genuine, name, text)) is None


@given(
    name=st.sampled_from(["signature", "digest", "date"]),
    position=st.integers(min_value=0, max_value=600),
    character=st.characters(codec="latin-1"),
)
def test_one_other_character_in_a_draft_request_is_refused_or_means_the_same(name: str, position: int, character: str) -> None:
    genuine = by_cavage(post())
    value = genuine.header(name) or ""
    position %= len(value)
    changed = value[:position] + character + value[position + 1 :]
    claim = run(with_header(genuine, name, changed))
    # The key id, names of unknown parameters and capitals in the list of headers are not what is signed.
    assert claim is None or claim.signing_base == read_claim(genuine).signing_base


@given(body=st.binary(max_size=80))
def test_any_other_body_is_refused(body: bytes) -> None:
    for genuine in (by_cavage(post()), by_message(post())):
        assert body == genuine.body or run(replace(genuine, body=body)) is None


@given(value=JSON)
def test_a_random_value_is_no_key(value: object) -> None:
    for load in (load_public_pem, load_multikey):
        try:
            load(value)
        except SignatureError:
            continue
        raise AssertionError(value)


@given(document=st.dictionaries(st.sampled_from(["@context", "type", "id"]), JSON), proof=JSON)
def test_a_random_proof_is_refused(document: dict[str, object], proof: object) -> None:
    try:
        claims = read_proofs({**document, "proof": proof})
    except SignatureError:
        return
    raise AssertionError(claims)


@given(document=st.dictionaries(st.text(max_size=6), JSON, max_size=4), changes=st.dictionaries(st.sampled_from(
    ["@context", "created", "expires", "verificationMethod", "proofValue", "domain"]), JSON, max_size=3))  # fmt: skip
def test_a_proof_with_random_members_is_refused_or_proves_nothing(document: dict[str, object], changes: dict[str, object]) -> None:
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": "https://peer.example/users/ada#key",
        "proofValue": "z" + "2" * 87,
        **changes,
    }
    try:
        for claim in read_proofs({**document, "proof": proof}):
            verify_proof(document, claim, ed25519_key().public)
    except SignatureError:
        return
    raise AssertionError(document)


@given(signature=JSON)
def test_a_random_linked_data_signature_is_a_hint_or_refused(signature: object) -> None:
    try:
        hint = read_linked_data_signature({"signature": signature})
    except SignatureError:
        return
    raise AssertionError(hint)
