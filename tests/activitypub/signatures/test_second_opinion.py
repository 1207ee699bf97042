"""Another implementation of RFC 9421 verifies what we sign, and we verify what it signs."""

from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)

from fedirse.activitypub.signatures import PrivateKey, SignedRequest, sign_message
from tests.activitypub.signatures.signing import BODY, KEY_ID, NOW, accept, ed25519_key, get, post, rsa_key

# Their verifier asks the machine for the time, and takes nothing from the future.
LONG_AGO = NOW.replace(year=2021)
KEYS = pytest.mark.parametrize(
    ("key", "algorithm"),
    [(rsa_key(), algorithms.RSA_V1_5_SHA256), (ed25519_key(), algorithms.ED25519)],
    ids=["rsa", "ed25519"],
)
REQUESTS = pytest.mark.parametrize(
    "request_", [post(), post("/inbox?a=b"), get(), get("/users/bo?page=2")], ids=["post", "query", "get", "page"]
)


@dataclass
class TheirRequest:
    """The shape their library works on."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


def theirs(request: SignedRequest) -> TheirRequest:
    return TheirRequest(request.method, f"{request.scheme}://{request.authority}{request.target}", dict(request.headers))


def resolver(key: PrivateKey) -> MappingKeyResolver:
    assert isinstance(key.material, RSAPrivateKey | Ed25519PrivateKey)
    return MappingKeyResolver(public_keys={KEY_ID: key.material.public_key()}, private_keys={KEY_ID: key.material})


@KEYS
@REQUESTS
def test_they_verify_what_we_sign(request_: SignedRequest, key: PrivateKey, algorithm: type[HTTPSignatureAlgorithm]) -> None:
    signed = replace(request_, headers=request_.headers + sign_message(request_, KEY_ID, key, LONG_AGO))
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=resolver(key))
    results = verifier.verify(theirs(signed), max_age=None, body=request_.body)
    assert [result.parameters["keyid"] for result in results] == [KEY_ID]


@KEYS
def test_they_refuse_what_we_signed_for_another_target(key: PrivateKey, algorithm: type[HTTPSignatureAlgorithm]) -> None:
    signed = replace(post(), target="/other", headers=post().headers + sign_message(post(), KEY_ID, key, LONG_AGO))
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=resolver(key))
    with pytest.raises(InvalidSignature):
        verifier.verify(theirs(signed), max_age=None)


@KEYS
@pytest.mark.parametrize(
    "components",
    [
        ("@method", "@target-uri", "content-digest"),
        ("@method", "@authority", "@path", "@query", "content-digest", "content-type"),
        ("@authority", "@request-target", "@method", "@scheme", "content-digest"),
    ],
    ids=["whole", "parts", "line"],
)
def test_we_verify_what_they_sign(components: tuple[str, ...], key: PrivateKey, algorithm: type[HTTPSignatureAlgorithm]) -> None:
    request = post("/inbox?a=b")
    message = theirs(request)
    signer = HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=resolver(key))
    signer.sign(message, key_id=KEY_ID, created=NOW, nonce="n-1", tag="test", label="theirs", covered_component_ids=components, body=BODY)
    signed = replace(request, headers=tuple((name.lower(), value) for name, value in message.headers.items()))
    claim = accept(signed, key.public)
    assert (claim.key_id, claim.covered, claim.created, claim.nonce) == (KEY_ID, components, NOW, "n-1")
