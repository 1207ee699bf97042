"""The draft's signatures: what is refused, what peers send, and what we send."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures import SignatureScheme, SignedRequest, read_claim, sign_cavage
from fedirse.activitypub.signatures.digest import digest_header
from fedirse.base import limits
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.signing import (
    BODY,
    DATE,
    KEY_ID,
    NOW,
    TIMESTAMP,
    accept,
    by_cavage,
    ed25519_key,
    full_lines,
    get,
    post,
    rsa_key,
    signed_by_hand,
    with_header,
    with_headers,
)

DIGEST = ("digest", digest_header(BODY))
TARGET, HOST, _ = full_lines(post())
DATED = (("date", DATE), DIGEST)


def reason_of(request: SignedRequest) -> str:
    with pytest.raises(SignatureError) as refused:
        accept(request)
    return refused.value.reason


def with_signature(text: str) -> SignedRequest:
    """A delivery with this text as its Signature header."""
    return with_headers(post(), (*DATED, ("signature", text)))


def text(**changes: str | None) -> str:
    """A well-formed Signature header with some parameters changed or, by None, left out."""
    parameters: dict[str, str | None] = {
        "keyId": f'"{KEY_ID}"',
        "algorithm": '"hs2019"',
        "headers": '"(request-target) host date digest"',
        "signature": '"QUJD"',
        **changes,
    }
    return ",".join(f"{name}={value}" for name, value in parameters.items() if value is not None)


# Coverage


@pytest.mark.attack("SIG-006")
def test_a_delivery_whose_digest_is_not_covered_is_refused() -> None:
    assert reason_of(signed_by_hand(post(), (TARGET, HOST, ("date", DATE)), headers=(("date", DATE),))) == "uncovered-digest"


@pytest.mark.attack("SIG-006")
def test_a_delivery_whose_digest_is_not_covered_is_refused_before_any_key_is_looked_for() -> None:
    with pytest.raises(SignatureError) as refused:
        read_claim(signed_by_hand(post(), (TARGET, HOST, ("date", DATE)), headers=DATED))
    assert refused.value.reason == "uncovered-digest"


@pytest.mark.attack("SIG-006")
def test_a_delivery_that_covers_a_digest_it_does_not_have_is_refused() -> None:
    assert reason_of(signed_by_hand(post(), (TARGET, HOST, ("date", DATE), DIGEST), headers=(("date", DATE),))) == "missing-header"


@pytest.mark.attack("SIG-006")
def test_a_delivery_without_a_body_needs_a_digest_too() -> None:
    request = signed_by_hand(post(body=b""), (TARGET, HOST, ("date", DATE)), headers=(("date", DATE),))
    assert reason_of(request) == "uncovered-digest"


def test_a_fetch_with_a_body_needs_a_digest() -> None:
    assert reason_of(replace(by_cavage(get()), body=b"x")) == "uncovered-digest"


@pytest.mark.attack("SIG-019")
def test_a_signature_that_covers_no_time_is_refused() -> None:
    assert reason_of(signed_by_hand(post(), (TARGET, HOST, DIGEST), headers=DATED)) == "uncovered-time"


def test_a_signature_that_does_not_cover_the_target_is_refused() -> None:
    assert reason_of(signed_by_hand(post(), (HOST, ("date", DATE), DIGEST), headers=DATED)) == "uncovered-target"


def test_a_signature_that_does_not_cover_the_host_is_refused() -> None:
    assert reason_of(signed_by_hand(post(), (TARGET, ("date", DATE), DIGEST), headers=DATED)) == "uncovered-host"


@pytest.mark.parametrize("headers", [None, '""', '"date"'])
def test_a_signature_over_the_defaults_covers_too_little(headers: str | None) -> None:
    assert reason_of(with_signature(text(headers=headers))) == "uncovered-target"


@pytest.mark.attack("SIG-011")
def test_a_signed_fetch_replayed_as_a_delivery_is_refused() -> None:
    fetch = by_cavage(get())
    assert reason_of(replace(fetch, method="POST")) == "uncovered-digest"
    lines = (("(request-target)", "get /users/bo"), ("host", "us.example"), ("date", DATE), ("digest", digest_header(b"")))
    with_digest = signed_by_hand(get(), lines, headers=(("date", DATE), ("digest", digest_header(b""))))
    assert accept(with_digest).key_id == KEY_ID
    assert reason_of(replace(with_digest, method="POST")) == "bad-signature"


# Time


@pytest.mark.attack("SIG-023")
def test_an_uncovered_date_does_not_freshen_a_covered_time() -> None:
    lines = (TARGET, HOST, ("(created)", "1"), DIGEST)
    assert reason_of(signed_by_hand(post(), lines, more="created=1,", headers=DATED)) == "too-old"


@pytest.mark.attack("SIG-023")
def test_an_uncovered_created_does_not_freshen_a_covered_date() -> None:
    old = "Sat, 14 Mar 2020 09:26:53 GMT"
    lines = (TARGET, HOST, ("date", old), DIGEST)
    request = signed_by_hand(post(), lines, more=f"created={TIMESTAMP},", headers=(("date", old), DIGEST))
    assert reason_of(request) == "too-old"


def test_a_covered_created_is_the_time_that_counts() -> None:
    lines = (TARGET, HOST, ("(created)", str(TIMESTAMP)), DIGEST)
    claim = accept(signed_by_hand(post(), lines, more=f"created={TIMESTAMP},", headers=(DIGEST,)))
    assert claim.created == NOW


@pytest.mark.attack("SIG-024")
@pytest.mark.parametrize("covered", [True, False])
def test_an_end_that_has_passed_is_refused_covered_or_not(covered: bool) -> None:
    expires = (("(expires)", str(TIMESTAMP - 10)),) if covered else ()
    lines = (TARGET, HOST, ("(created)", str(TIMESTAMP - 20)), *expires, DIGEST)
    more = f"created={TIMESTAMP - 20},expires={TIMESTAMP - 10},"
    assert reason_of(signed_by_hand(post(), lines, more=more, headers=(DIGEST,))) == "expired"


def test_an_end_to_come_is_covered_and_accepted() -> None:
    lines = (TARGET, HOST, ("date", DATE), ("(expires)", str(TIMESTAMP + 10)), DIGEST)
    claim = accept(signed_by_hand(post(), lines, more=f"expires={TIMESTAMP + 10},", headers=DATED))
    assert claim.expires == datetime.fromtimestamp(TIMESTAMP + 10, UTC)


@pytest.mark.attack("SIG-026")
@pytest.mark.parametrize("name", ["created", "expires"])
@pytest.mark.parametrize(
    "value", ['"9e99"', "9e99", '"-1"', "-1", "1.5", "1" * 400, "10000000000", '"1"', "", '""', "1 2", "٣", "0x1", "+1", "1_0"]
)
def test_a_time_that_is_no_plain_integer_is_refused(name: str, value: str) -> None:
    assert reason_of(with_signature(text(headers='"(request-target) host (created) digest"', **{name: value}))) in {
        "malformed-signature",
        "malformed-header",
        "malformed-date",
    }


def test_a_date_that_is_no_http_date_is_refused() -> None:
    assert reason_of(with_header(by_cavage(post()), "date", "yesterday")) == "malformed-date"


# Algorithms and pseudo-headers


@pytest.mark.parametrize("name", ["(created)", "(expires)"])
def test_the_pseudo_headers_of_hs2019_are_refused_with_rsa_sha256(name: str) -> None:
    lines = (TARGET, HOST, ("date", DATE), (name, str(TIMESTAMP)), DIGEST)
    more = f"created={TIMESTAMP},expires={TIMESTAMP + 9},"
    assert reason_of(signed_by_hand(post(), lines, algorithm="rsa-sha256", more=more, headers=DATED)) == "unsupported-component"


@pytest.mark.parametrize("name", ["(created)", "(expires)"])
def test_a_pseudo_header_without_its_parameter_is_refused(name: str) -> None:
    lines = (TARGET, HOST, ("date", DATE), (name, ""), DIGEST)
    assert reason_of(signed_by_hand(post(), lines, headers=DATED)) == "missing-parameter"


def test_a_pseudo_header_nobody_knows_is_refused() -> None:
    lines = (TARGET, HOST, ("date", DATE), ("(secret)", ""), DIGEST)
    assert reason_of(signed_by_hand(post(), lines, headers=DATED)) == "unsupported-component"


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-sha1", "rsa-sha512", "none", "", "RSA-SHA256", "ecdsa-sha256"])
def test_an_algorithm_that_is_not_ours_is_refused_before_any_key_is_looked_for(algorithm: str) -> None:
    with pytest.raises(SignatureError) as refused:
        read_claim(with_signature(text(algorithm=f'"{algorithm}"')))
    assert refused.value.reason == "unsupported-algorithm"


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "hs2019", None])
def test_peers_that_name_their_algorithm_and_peers_that_do_not_are_understood(algorithm: str | None) -> None:
    lines = (TARGET, HOST, ("date", DATE), DIGEST)
    assert accept(signed_by_hand(post(), lines, algorithm=algorithm, headers=DATED)).algorithm == algorithm


# Grammar


@pytest.mark.attack("SIG-028")
@pytest.mark.parametrize("first", [True, False])
def test_a_second_signature_header_is_refused_wherever_it_stands(first: bool) -> None:
    request = by_cavage(post())
    second = (("signature", "garbage"),)
    headers = second + request.headers if first else request.headers + second
    assert reason_of(replace(request, headers=headers)) == "duplicate-header"


@pytest.mark.attack("SIG-029")
@pytest.mark.parametrize("name", ["keyId", "algorithm", "headers", "signature", "created", "opaque"])
def test_a_parameter_that_occurs_twice_is_refused(name: str) -> None:
    value = "1" if name == "created" else '"x"'
    rest = text(created="1", opaque='"x"')
    assert reason_of(with_signature(f"{name}={value},{rest}")) == "duplicate-parameter"


@pytest.mark.attack("SIG-030")
def test_a_comma_inside_a_value_does_not_end_it() -> None:
    claim = read_claim(with_signature(text(keyId='"https://peer.example/a,headers=date"')))
    assert claim.key_id == "https://peer.example/a,headers=date"
    assert claim.covered == ("(request-target)", "host", "date", "digest")


@pytest.mark.attack("SIG-030")
@pytest.mark.parametrize(
    "value", ['"https://evil.example/a,headers=\\"date\\""', '"a\\b"', '"a', 'a"', '"a"b"', "a", "'a'", '"a" "b"', '"ü"', '"a\x00"']
)
def test_a_quote_or_an_escape_inside_a_value_is_refused(value: str) -> None:
    assert reason_of(with_signature(text(keyId=value))) in {"malformed-signature", "malformed-header"}


@pytest.mark.parametrize("extra", [",", ",,", ",=", ',a="b"x', ', a = "b"', ';a="b"', " x", ',"a"'])
def test_what_follows_the_parameters_out_of_grammar_is_refused(extra: str) -> None:
    assert reason_of(with_signature(text() + extra)) == "malformed-signature"


@pytest.mark.parametrize("name", ["keyId", "signature"])
@pytest.mark.parametrize("value", [None, '""'])
def test_a_parameter_that_is_needed_is_missed(name: str, value: str | None) -> None:
    assert reason_of(with_signature(text(**{name: value}))) == "missing-parameter"


@pytest.mark.parametrize("value", ["%%%%", "QUJ", "QUJD=", "QUJD QUJD", "QUJ-", "QUJ_", "QUJDRA==="])
def test_a_signature_that_is_no_base64_is_refused(value: str) -> None:
    assert reason_of(with_signature(text(signature=f'"{value}"'))) == "malformed-signature"


@pytest.mark.parametrize("key_id", ["a b", "a" * (limits.URI_LENGTH + 1)])
def test_a_key_id_that_cannot_be_looked_up_is_refused(key_id: str) -> None:
    assert reason_of(with_signature(text(keyId=f'"{key_id}"'))) == "malformed-key-id"


def test_a_key_id_as_long_as_an_address_may_be_is_read() -> None:
    longest = "a" * limits.URI_LENGTH
    assert read_claim(with_signature(text(keyId=f'"{longest}"'))).key_id == longest


def test_parameters_nobody_knows_are_passed_over_and_spaces_are_allowed() -> None:
    spaced = text(opaque='"x"', version="7").replace(",", "  ,  ")
    assert read_claim(with_signature(f"  {spaced}  ")).key_id == KEY_ID


@pytest.mark.parametrize("headers", ["(request-target) host date digest date", "(request-target) (request-target) host date digest"])
def test_a_component_that_is_listed_twice_is_refused(headers: str) -> None:
    assert reason_of(with_signature(text(headers=f'"{headers}"'))) == "duplicate-component"


@pytest.mark.parametrize("headers", ["(request-target) host date digest x-none", "(request-target)  host date digest"])
def test_a_component_that_is_not_there_is_refused(headers: str) -> None:
    assert reason_of(with_signature(text(headers=f'"{headers}"'))) == "missing-header"


def test_a_covered_header_that_occurs_twice_is_refused() -> None:
    lines = (TARGET, HOST, ("date", DATE), DIGEST, ("x-a", "1"))
    request = signed_by_hand(post(), lines, headers=(*DATED, ("x-a", "1"), ("x-a", "1")))
    assert reason_of(request) == "duplicate-header"


@pytest.mark.attack("SIG-033")
@pytest.mark.parametrize("value", ["a\r\n b", "a\nhost: evil.example", "a\x00", "a\x7f", "a\tb", "ä", "\ud800"])
def test_a_covered_header_with_line_ends_or_controls_is_refused(value: str) -> None:
    lines = (TARGET, HOST, ("date", DATE), DIGEST, ("x-a", "1"))
    request = signed_by_hand(post(), lines, headers=(*DATED, ("x-a", "1")))
    assert reason_of(with_header(request, "x-a", value)) == "malformed-header"


@pytest.mark.attack("SIG-033")
def test_a_digest_with_a_folded_line_is_refused() -> None:
    request = by_cavage(post())
    assert reason_of(with_header(request, "digest", f"{request.header('digest')}\r\n folded")) == "malformed-header"


def test_a_signature_header_is_read_up_to_its_limit() -> None:
    room = limits.SIGNATURE_HEADER_BYTES - len(text(opaque='""'))
    assert read_claim(with_signature(text(opaque=f'"{"x" * room}"'))).key_id == KEY_ID
    assert reason_of(with_signature(text(opaque=f'"{"x" * (room + 1)}"'))) == "oversized-signature"


# Verification


@pytest.mark.attack("SIG-002")
@given(bit=st.integers(min_value=0, max_value=2047))
def test_one_flipped_bit_of_the_signature_is_refused(bit: int) -> None:
    claim = read_claim(by_cavage(post()))
    changed = bytearray(claim.signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not rsa_key().public.verify(bytes(changed), claim.signing_base)


@pytest.mark.parametrize(
    "changed",
    [
        lambda request: replace(request, target="/inbox?"),
        lambda request: replace(request, target="/Inbox"),
        lambda request: replace(request, target="/users/bo/inbox"),
        lambda request: replace(request, method="PUT"),
        lambda request: with_header(request, "date", "Sat, 14 Mar 2026 09:26:54 GMT"),
        lambda request: with_header(request, "signature", request.header("signature").replace("host date", "date host")),
    ],
    ids=["query", "capital", "path", "method", "date", "order"],
)
def test_a_changed_covered_part_is_refused(changed: object) -> None:
    assert callable(changed)
    assert reason_of(changed(by_cavage(post()))) == "bad-signature"


def test_the_query_is_part_of_the_target() -> None:
    accept(by_cavage(get("/users/bo/outbox?page=2")))
    assert reason_of(replace(by_cavage(get("/users/bo/outbox?page=2")), target="/users/bo/outbox?page=3")) == "bad-signature"


def test_a_target_signed_without_its_query_is_refused_here() -> None:
    fetch = get("/users/bo/outbox?page=2")
    assert reason_of(with_headers(fetch, sign_cavage(fetch, KEY_ID, rsa_key(), NOW, without_query=True))) == "bad-signature"


def test_a_request_without_a_host_header_is_addressed_by_its_authority() -> None:
    accept(by_cavage(replace(post(), headers=())))


# What we send


def test_our_delivery_reads_as_peers_expect() -> None:
    headers = dict(sign_cavage(post(), KEY_ID, rsa_key(), NOW))
    assert list(headers) == ["date", "digest", "signature"]
    assert headers["date"] == DATE
    assert headers["digest"] == digest_header(BODY)
    assert headers["signature"].startswith(
        f'keyId="{KEY_ID}",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="'
    )


def test_our_fetch_has_no_digest() -> None:
    headers = dict(sign_cavage(get(), KEY_ID, rsa_key(), NOW))
    assert list(headers) == ["date", "signature"]
    assert 'headers="(request-target) host date"' in headers["signature"]


def test_an_ed25519_signature_is_named_hs2019() -> None:
    claim = accept(by_cavage(post(), ed25519_key()), ed25519_key().public)
    assert claim.algorithm == "hs2019"


def test_without_query_the_target_ends_before_it() -> None:
    fetch = get("/users/bo/outbox?page=2")
    headers = sign_cavage(fetch, KEY_ID, rsa_key(), NOW, without_query=True)
    accept(replace(with_headers(fetch, headers), target="/users/bo/outbox"))


@pytest.mark.parametrize("key_id", ["", 'a"b', "a b", "a\nb"])
def test_nothing_is_signed_under_a_key_id_that_would_break_the_header(key_id: str) -> None:
    with pytest.raises(SignatureError) as refused:
        sign_cavage(post(), key_id, rsa_key(), NOW)
    assert refused.value.reason == "malformed-key-id"


@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    target=st.from_regex(r"/[A-Za-z0-9._~%/-]{0,20}(\?[A-Za-z0-9=&%-]{0,20})?", fullmatch=True),
    body=st.binary(max_size=200),
    ed25519=st.booleans(),
)
def test_what_is_signed_is_accepted(method: str, target: str, body: bytes, ed25519: bool) -> None:
    key = ed25519_key() if ed25519 else rsa_key()
    request = SignedRequest(method, "https", "us.example", target, (("host", "us.example"),), body)
    claim = accept(by_cavage(request, key), key.public)
    assert (claim.scheme, claim.key_id, claim.created) == (SignatureScheme.CAVAGE, KEY_ID, NOW)
