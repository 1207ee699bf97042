"""What the tests of signatures share: keys, a request to sign, and the instant at which all of it happens."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fedirse.activitypub.signatures import (
    Claim,
    PrivateKey,
    PublicKey,
    SignedRequest,
    check_digest,
    check_freshness,
    load_private_der,
    read_claim,
    sign_cavage,
    sign_message,
    verify_claim,
)
from fedirse.activitypub.signatures.digest import digest_header
from fedirse.activitypub.signatures.encodings import encode_base64
from fedirse.base import limits
from tests.fixtures_folder import ROOT

Sign: TypeAlias = Callable[[SignedRequest], SignedRequest]

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
TIMESTAMP = int(NOW.timestamp())
DATE = "Sat, 14 Mar 2026 09:26:53 GMT"
KEY_ID = "https://peer.example/users/ada#main-key"
BODY = b'{"type":"Create","id":"https://peer.example/activities/1"}'
WINDOW = timedelta(seconds=limits.CLOCK_WINDOW_SECONDS)
AHEAD = timedelta(seconds=limits.CLOCK_AHEAD_SECONDS)


@cache
def rsa_key() -> PrivateKey:
    return _wrap(generate_private_key(65537, 2048))


@cache
def ed25519_key() -> PrivateKey:
    return _wrap(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def _wrap(key: Any) -> PrivateKey:
    return load_private_der(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def post(target: str = "/inbox", body: bytes = BODY, headers: tuple[tuple[str, str], ...] = ()) -> SignedRequest:
    """An unsigned delivery."""
    kept = (("host", "us.example"), ("content-type", "application/activity+json"), *headers)
    return SignedRequest("POST", "https", "us.example", target, kept, body)


def get(target: str = "/users/bo") -> SignedRequest:
    """An unsigned fetch."""
    return SignedRequest("GET", "https", "us.example", target, (("host", "us.example"),), b"")


def with_headers(request: SignedRequest, headers: tuple[tuple[str, str], ...]) -> SignedRequest:
    return replace(request, headers=request.headers + headers)


def with_header(request: SignedRequest, name: str, value: str) -> SignedRequest:
    """The request with another value for a header that it has."""
    assert request.header(name) is not None
    return replace(request, headers=tuple((kept, value if kept == name else old) for kept, old in request.headers))


def by_cavage(request: SignedRequest, key: PrivateKey | None = None) -> SignedRequest:
    return with_headers(request, sign_cavage(request, KEY_ID, key or rsa_key(), NOW))


def by_message(request: SignedRequest, key: PrivateKey | None = None) -> SignedRequest:
    return with_headers(request, sign_message(request, KEY_ID, key or rsa_key(), NOW))


def signed_by_hand(
    request: SignedRequest,
    covered: tuple[tuple[str, str], ...],
    *,
    algorithm: str | None = "hs2019",
    more: str = "",
    headers: tuple[tuple[str, str], ...] = (),
) -> SignedRequest:
    """A draft signature over lines of the test's choice, true to them, whatever they are."""
    text = "\n".join(f"{name}: {value}" for name, value in covered)
    signature = encode_base64(rsa_key().sign(text.encode()))
    stated = f'algorithm="{algorithm}",' if algorithm else ""
    names = " ".join(name for name, _ in covered)
    value = f'keyId="{KEY_ID}",{stated}{more}headers="{names}",signature="{signature}"'
    return with_headers(request, (*headers, ("signature", value)))


def full_lines(request: SignedRequest) -> tuple[tuple[str, str], ...]:
    """Request target, host and digest as the draft's signing string has them."""
    target = ("(request-target)", f"{request.method.lower()} {request.target}")
    return (target, ("host", request.authority), ("digest", digest_header(request.body)))


def accept(request: SignedRequest, key: PublicKey | None = None, *, now: datetime = NOW) -> Claim:
    """All checks of the library in the door's order."""
    claim = read_claim(request)
    check_freshness(claim, now, window=WINDOW, ahead=AHEAD)
    check_digest(request, claim)
    verify_claim(claim, key or rsa_key().public)
    return claim


def vector(name: str) -> Any:
    """A specification's test vector."""
    return json.loads((ROOT / "tests" / "vectors" / f"{name}.json").read_text("utf-8"))
