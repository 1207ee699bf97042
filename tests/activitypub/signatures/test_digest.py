"""The body received is the body signed, whichever header says so."""

from dataclasses import replace
from hashlib import md5, sha256, sha512

import pytest

from fedirse.activitypub.signatures import SignedRequest, check_digest, read_claim
from fedirse.activitypub.signatures.digest import content_digest_header, digest_header
from fedirse.activitypub.signatures.encodings import encode_base64
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.signing import (
    BODY,
    DATE,
    Sign,
    accept,
    by_cavage,
    by_message,
    get,
    post,
    signed_by_hand,
    with_header,
    with_headers,
)

SHA256 = encode_base64(sha256(BODY).digest())
SHA512 = encode_base64(sha512(BODY).digest())
OTHER = encode_base64(sha256(b"other").digest())


def reason_of(request: SignedRequest) -> str:
    with pytest.raises(SignatureError) as refused:
        check_digest(request, read_claim(request))
    return refused.value.reason


@pytest.mark.attack("SIG-004")
@pytest.mark.attack("SIG-058")
@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_another_body_under_a_covered_digest_is_refused(sign: Sign) -> None:
    assert reason_of(replace(sign(post()), body=b'{"type":"Delete"}')) == "digest-mismatch"


@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_an_empty_body_under_the_digest_of_another_is_refused(sign: Sign) -> None:
    assert reason_of(replace(sign(post()), body=b"")) == "digest-mismatch"


@pytest.mark.attack("SIG-007")
@pytest.mark.parametrize(
    ("digest", "reason"),
    [
        (f"MD5={encode_base64(md5(BODY).digest())}", "weak-digest"),
        (f"SHA={encode_base64(b'x' * 20)}", "weak-digest"),
        ("UNIXsum=30637", "weak-digest"),
        (f"SHA-256={OTHER}", "digest-mismatch"),
        (f"SHA-256={SHA256},SHA-512={OTHER}", "digest-mismatch"),
        (f"SHA-256={OTHER},SHA-256={SHA256}", "malformed-digest"),
        (f"SHA-256={SHA256},sha-256={SHA256}", "malformed-digest"),
        ("", "malformed-digest"),
        ("SHA-256", "malformed-digest"),
        ("SHA-256=", "digest-mismatch"),
        ("SHA-256=%%%", "malformed-digest"),
        (f"SHA-256={SHA256[:-1]}", "malformed-digest"),
        (f"SHA-256={SHA256} x", "malformed-digest"),
        (f"SHA-256=:{SHA256}:", "malformed-digest"),
        (f"SHA-256={SHA256},", "malformed-digest"),
    ],
)
def test_a_digest_that_binds_nothing_is_refused(digest: str, reason: str) -> None:
    assert reason_of(with_header(by_cavage(post()), "digest", digest)) == reason


@pytest.mark.attack("SIG-058")
@pytest.mark.parametrize(
    ("digest", "reason"),
    [
        (f"md5=:{encode_base64(md5(BODY).digest())}:", "weak-digest"),
        ("", "weak-digest"),
        (f"sha-256=:{OTHER}:", "digest-mismatch"),
        (f"sha-256=:{SHA256}:, sha-512=:{OTHER}:", "digest-mismatch"),
        (f"sha-256=:{OTHER}:, sha-256=:{SHA256}:", "duplicate-parameter"),
        (f"sha-256={SHA256}", "malformed-field"),
        (f'sha-256="{SHA256}"', "malformed-digest"),
        (f"sha-256=(:{SHA256}:)", "malformed-digest"),
        ("sha-256", "malformed-digest"),
        (f"SHA-256=:{SHA256}:", "malformed-field"),
    ],
)
def test_a_content_digest_that_binds_nothing_is_refused(digest: str, reason: str) -> None:
    assert reason_of(with_header(by_message(post()), "content-digest", digest)) == reason


@pytest.mark.parametrize(
    "digest",
    [
        f"SHA-256={SHA256}",
        f"sha-256={SHA256}",
        f"SHA-512={SHA512}",
        f"MD5=nonsense, SHA-256={SHA256}",
        f"sha-512={SHA512}, sha-256={SHA256}",
    ],
)
def test_a_digest_with_a_strong_algorithm_that_matches_is_accepted(digest: str) -> None:
    request = with_header(by_cavage(post()), "digest", digest)
    check_digest(request, read_claim(request))


@pytest.mark.parametrize("digest", [f"sha-512=:{SHA512}:", f"md5=:AAAA:, sha-256=:{SHA256}:", f"sha-256=:{SHA256}:;q=1"])
def test_a_content_digest_with_a_strong_algorithm_that_matches_is_accepted(digest: str) -> None:
    request = with_header(by_message(post()), "content-digest", digest)
    check_digest(request, read_claim(request))


@pytest.mark.parametrize("name", ["digest", "content-digest"])
def test_the_digest_header_of_the_other_scheme_is_not_looked_at(name: str) -> None:
    sign = by_message if name == "digest" else by_cavage
    accept(with_headers(sign(post()), ((name, "nonsense"),)))


def test_a_claim_of_another_request_does_not_stand_in_for_a_digest() -> None:
    with pytest.raises(SignatureError) as refused:
        check_digest(post(), read_claim(by_cavage(get())))
    assert refused.value.reason == "uncovered-digest"


def test_a_digest_that_went_missing_after_reading_is_refused() -> None:
    with pytest.raises(SignatureError) as refused:
        check_digest(post(), read_claim(by_cavage(post())))
    assert refused.value.reason == "missing-header"


def test_a_fetch_may_do_without_a_digest() -> None:
    request = by_cavage(get())
    check_digest(request, read_claim(request))


def test_a_digest_that_a_fetch_covers_must_hold() -> None:
    fetch = get()
    lines = (("(request-target)", "get /users/bo"), ("host", "us.example"), ("date", DATE), ("digest", digest_header(b"x")))
    request = signed_by_hand(fetch, lines, headers=(("date", DATE), ("digest", digest_header(b"x"))))
    assert reason_of(request) == "digest-mismatch"


def test_the_digests_we_write_are_those_of_the_specifications() -> None:
    body = b'{"hello": "world"}'
    assert digest_header(body) == "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="
    assert content_digest_header(body) == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
