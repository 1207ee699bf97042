"""HTTP Message Signatures: what is refused, the vectors of the RFC, and what we send."""

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures import (
    SignatureScheme,
    SignedRequest,
    check_digest,
    load_private_der,
    load_public_pem,
    read_claim,
    sign_message,
    verify_claim,
)
from fedirse.activitypub.signatures.digest import content_digest_header
from fedirse.activitypub.signatures.encodings import encode_base64
from fedirse.activitypub.signatures.message import signature_base
from fedirse.activitypub.signatures.request import index_fields
from fedirse.activitypub.signatures.structured_fields import InnerList, Item, parse_dictionary, serialise_inner_list
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
    by_message,
    ed25519_key,
    get,
    post,
    rsa_key,
    vector,
    with_header,
    with_headers,
)

FULL = '"@method" "@target-uri" "content-digest"'
PARAMETERS = f'created={TIMESTAMP};keyid="{KEY_ID}"'
DIGEST = ("content-digest", content_digest_header(BODY))
RFC = vector("rfc9421")


def labelled(inputs: str, signatures: str | None = None, request: SignedRequest | None = None) -> SignedRequest:
    """A delivery with these two headers, whatever they are worth."""
    request = request or with_headers(post(), (("date", DATE), DIGEST))
    return with_headers(request, (("signature-input", inputs), ("signature", "sig1=:QUJD:" if signatures is None else signatures)))


def truly_signed(components: str, parameters: str = PARAMETERS, request: SignedRequest | None = None) -> SignedRequest:
    """A signature that holds over components of the test's choice."""
    request = request or with_headers(post(), (("date", DATE), DIGEST))
    listed = f"({components});{parameters}" if parameters else f"({components})"
    described = parse_dictionary(f"sig1={listed}")["sig1"]
    assert isinstance(described, InnerList)
    names = [str(item.value) for item in described.items]
    base = signature_base(request, index_fields(request), names, serialise_inner_list(described))
    return labelled(f"sig1={listed}", f"sig1=:{encode_base64(rsa_key().sign(base))}:", request)


def reason_of(request: SignedRequest) -> str:
    with pytest.raises(SignatureError) as refused:
        accept(request)
    return refused.value.reason


# Coverage


@pytest.mark.parametrize(
    ("components", "reason"),
    [
        ("", "uncovered-method"),
        ('"@target-uri" "content-digest"', "uncovered-method"),
        ('"@method" "content-digest"', "uncovered-target"),
        ('"@method" "@authority" "content-digest"', "uncovered-target"),
        ('"@method" "@query" "@authority" "content-digest"', "uncovered-target"),
        ('"@method" "@request-target" "content-digest"', "uncovered-host"),
        ('"@method" "@path" "@query" "content-digest"', "uncovered-host"),
        ('"@method" "@request-target" "host" "content-digest"', "uncovered-host"),
        ('"@method" "@target-uri"', "uncovered-digest"),
    ],
)
def test_a_signature_that_covers_too_little_is_refused_before_any_key_is_looked_for(components: str, reason: str) -> None:
    with pytest.raises(SignatureError) as refused:
        read_claim(truly_signed(components))
    assert refused.value.reason == reason


def test_the_path_alone_is_no_target_when_there_is_a_query() -> None:
    request = with_headers(post("/inbox?a=1"), (DIGEST,))
    assert reason_of(truly_signed('"@method" "@path" "@authority" "content-digest"', request=request)) == "uncovered-target"


@pytest.mark.parametrize(
    "components",
    [
        FULL,
        '"content-digest" "@authority" "@path" "@method"',
        '"@method" "@path" "@query" "@authority" "content-digest"',
        '"@method" "@request-target" "@authority" "content-digest"',
        '"@method" "@target-uri" "@authority" "host" "date" "content-digest"',
        '"@method" "@scheme" "@target-uri" "content-type" "content-digest"',
    ],
)
def test_every_way_to_cover_all_of_it_is_accepted(components: str) -> None:
    assert accept(truly_signed(components)).scheme is SignatureScheme.MESSAGE


def test_a_signature_without_any_time_is_refused() -> None:
    assert reason_of(truly_signed(FULL, f'keyid="{KEY_ID}"')) == "uncovered-time"


def test_a_covered_date_is_a_time() -> None:
    assert accept(truly_signed(f'{FULL} "date"', f'keyid="{KEY_ID}"')).created == NOW


def test_created_counts_before_a_covered_date() -> None:
    assert reason_of(truly_signed(f'{FULL} "date"', f'created=1;keyid="{KEY_ID}"')) == "too-old"


def test_an_end_that_has_passed_is_refused() -> None:
    assert reason_of(truly_signed(FULL, f"{PARAMETERS};expires={TIMESTAMP - 1}")) == "expired"


def test_an_end_to_come_is_kept() -> None:
    assert accept(truly_signed(FULL, f"{PARAMETERS};expires={TIMESTAMP + 1}")).expires == datetime.fromtimestamp(TIMESTAMP + 1, UTC)


@pytest.mark.attack("SIG-066")
def test_a_nonce_is_handed_over_to_be_remembered() -> None:
    assert accept(truly_signed(FULL, f'{PARAMETERS};nonce="n1"')).nonce == "n1"


def test_a_nonce_is_read_up_to_its_limit() -> None:
    longest = "n" * limits.NONCE_CHARACTERS
    assert accept(truly_signed(FULL, f'{PARAMETERS};nonce="{longest}"')).nonce == longest
    assert reason_of(truly_signed(FULL, f'{PARAMETERS};nonce="{longest}n"')) == "malformed-signature"


# Components


@pytest.mark.attack("SIG-060")
@pytest.mark.parametrize(
    "component",
    [
        '"@method";req',
        '"content-digest";req',
        '"content-digest";tr',
        '"content-digest";bs',
        '"content-digest";sf',
        '"content-digest";key="sha-256"',
        '"@query-param";name="a"',
        '"content-digest";unknown',
        '"content-digest";sf=?0',
    ],
)
def test_a_component_with_parameters_is_refused(component: str) -> None:
    assert reason_of(labelled(f"sig1=({FULL} {component});{PARAMETERS}")) == "unsupported-component"


@pytest.mark.parametrize("component", ["@status", "@query-param", "@signature-params", "@METHOD", "@", "@nothing"])
def test_a_derived_component_that_is_none_of_a_requests_is_refused(component: str) -> None:
    assert reason_of(labelled(f'sig1=({FULL} "{component}");{PARAMETERS}')) == "unsupported-component"


@pytest.mark.parametrize("component", ['"x-none"', '"Content-Digest"', '""', '"a b"', '"a\\"b"'])
def test_a_component_that_is_not_in_the_request_is_refused(component: str) -> None:
    assert reason_of(labelled(f"sig1=({FULL} {component});{PARAMETERS}")) == "missing-header"


@pytest.mark.parametrize("component", ["method", "1", "?1", ":QUJD:", "1.5"])
def test_a_component_that_is_no_string_is_refused(component: str) -> None:
    assert reason_of(labelled(f"sig1=({FULL} {component});{PARAMETERS}")) == "malformed-signature"


def test_a_component_that_is_listed_twice_is_refused() -> None:
    assert reason_of(labelled(f'sig1=({FULL} "content-digest");{PARAMETERS}')) == "duplicate-component"


def test_a_covered_header_that_occurs_twice_is_refused() -> None:
    assert reason_of(with_headers(truly_signed(f'{FULL} "date"'), (("date", DATE),))) == "duplicate-header"


@pytest.mark.attack("SIG-033")
@pytest.mark.parametrize("value", ["a\r\n b", 'a\n"@method": GET', "a\x00", "ä"])
def test_a_covered_header_with_line_ends_or_controls_is_refused(value: str) -> None:
    request = with_headers(post(), (DIGEST, ("x-a", "1")))
    signed = truly_signed(f'{FULL} "x-a"', request=request)
    assert reason_of(with_header(signed, "x-a", value)) == "malformed-header"


# Parameters


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        (f"created={TIMESTAMP}", "malformed-key-id"),
        (f'created={TIMESTAMP};keyid=""', "malformed-key-id"),
        (f'created={TIMESTAMP};keyid="a b"', "malformed-key-id"),
        (f"created={TIMESTAMP};keyid=token", "malformed-signature"),
        (f"created={TIMESTAMP};keyid", "malformed-signature"),
        (f'created;keyid="{KEY_ID}"', "malformed-signature"),
        (f'created="{TIMESTAMP}";keyid="{KEY_ID}"', "malformed-signature"),
        (f'created={TIMESTAMP}.5;keyid="{KEY_ID}"', "malformed-signature"),
        (f'created=-1;keyid="{KEY_ID}"', "malformed-date"),
        (f'created=999999999999999;keyid="{KEY_ID}"', "malformed-date"),
        (f'created=9e99;keyid="{KEY_ID}"', "malformed-field"),
        (f"{PARAMETERS};expires=?1", "malformed-signature"),
        (f"{PARAMETERS};nonce=1", "malformed-signature"),
        (f"{PARAMETERS};alg=rsa", "malformed-signature"),
        (f'{PARAMETERS};alg="hmac-sha256"', "unsupported-algorithm"),
        (f'{PARAMETERS};alg="rsa-pss-sha512"', "unsupported-algorithm"),
        (f"{PARAMETERS};created=1", "duplicate-parameter"),
    ],
)
def test_a_parameter_that_is_missing_or_of_another_kind_is_refused(parameters: str, reason: str) -> None:
    assert reason_of(labelled(f"sig1=({FULL});{parameters}")) == reason


@pytest.mark.parametrize(
    "parameters", [f'{PARAMETERS};alg="rsa-v1_5-sha256"', f'{PARAMETERS};tag="x";other=1.5;flag', f'keyid="{KEY_ID}";created={TIMESTAMP}']
)
def test_parameters_are_signed_in_the_order_and_number_they_come_in(parameters: str) -> None:
    accept(truly_signed(FULL, parameters))


def test_a_fragment_belongs_to_the_target_uri_only_where_it_is_said_to() -> None:
    sent = truly_signed('"@method" "@target-uri"', request=replace(get(), fragment="#key-1"))
    accept(sent)
    for other in (replace(sent, fragment=""), replace(sent, fragment="#key-2")):
        with pytest.raises(SignatureError, match="is not that of"):
            accept(other)


def test_spaces_inside_the_list_are_no_part_of_what_is_signed() -> None:
    signed = by_message(post())
    spaced = (signed.header("signature-input") or "").replace('" "', '"   "').replace("sig1=(", "sig1=(  ")
    accept(with_header(signed, "signature-input", spaced))


# Labels


@pytest.mark.attack("SIG-061")
def test_one_valid_label_over_too_little_does_not_lend_itself_to_another() -> None:
    weak = truly_signed('"@method"')
    both = labelled(
        f'{weak.header("signature-input")}, sig2=({FULL});created={TIMESTAMP};keyid="https://victim.example/key"',
        f"{weak.header('signature')}, sig2=:QUJD:",
    )
    claim = read_claim(both)
    assert claim.key_id == "https://victim.example/key"
    assert reason_of(both) == "bad-signature"


@pytest.mark.attack("SIG-061")
def test_two_labels_that_cover_all_only_together_are_refused() -> None:
    request = labelled(
        f'sig1=("@method" "@target-uri");{PARAMETERS}, sig2=("@method" "content-digest");{PARAMETERS}',
        "sig1=:QUJD:, sig2=:QUJD:",
    )
    assert reason_of(request) == "uncovered-digest"


def test_a_label_that_satisfies_the_policy_is_found_behind_one_that_does_not() -> None:
    strong = by_message(post())
    both = labelled(
        f'sig0=("@method");{PARAMETERS}, {strong.header("signature-input")}',
        f"sig0=:QUJD:, {strong.header('signature')}",
    )
    assert accept(both).covered == ("@method", "@target-uri", "content-digest")


@pytest.mark.parametrize(
    ("inputs", "signatures", "reason"),
    [
        (f"sig1=({FULL});{PARAMETERS}", "sig2=:QUJD:", "label-mismatch"),
        (f"sig1=({FULL});{PARAMETERS}", "sig1=:QUJD:, sig2=:QUJD:", "label-mismatch"),
        (f"sig1=({FULL});{PARAMETERS}, sig2=()", "sig1=:QUJD:", "label-mismatch"),
        ("", "", "label-mismatch"),
        ("sig1=1", "sig1=:QUJD:", "malformed-signature"),
        (f"sig1=({FULL});{PARAMETERS}", 'sig1="QUJD"', "malformed-signature"),
        (f"sig1=({FULL});{PARAMETERS}", "sig1", "malformed-signature"),
        (f"sig1=({FULL});{PARAMETERS}", "sig1=(:QUJD:)", "malformed-signature"),
        (f"sig1=({FULL});{PARAMETERS}", "sig1=:QU:", "malformed-field"),
        (f"sig1=({FULL});{PARAMETERS}, sig1=()", "sig1=:QUJD:", "duplicate-parameter"),
        (f"sig1=({FULL});{PARAMETERS}", "sig1=:QUJD:, sig1=:QUJD:", "duplicate-parameter"),
        (f"sig1=({FULL})x", "sig1=:QUJD:", "malformed-field"),
    ],
)
def test_headers_that_do_not_belong_together_are_refused(inputs: str, signatures: str, reason: str) -> None:
    assert reason_of(labelled(inputs, signatures)) == reason


def test_labels_are_read_up_to_their_number() -> None:
    def many(number: int) -> SignedRequest:
        names = [f"s{index}" for index in range(number)]
        inputs = ", ".join(f"{name}=()" for name in names[:-1])
        return labelled(f"{inputs}, {names[-1]}=({FULL});{PARAMETERS}", ", ".join(f"{name}=:QUJD:" for name in names))

    assert read_claim(many(limits.SIGNATURE_LABELS)).key_id == KEY_ID
    assert reason_of(many(limits.SIGNATURE_LABELS + 1)) == "too-many-labels"


@pytest.mark.attack("SIG-028")
@pytest.mark.parametrize("name", ["signature", "signature-input"])
def test_a_second_signature_header_is_refused(name: str) -> None:
    assert reason_of(with_headers(by_message(post()), ((name, "sig2=()"),))) == "duplicate-header"


def test_signature_input_without_signature_is_refused() -> None:
    assert reason_of(with_headers(post(), (("signature-input", f"sig1=({FULL});{PARAMETERS}"),))) == "missing-header"


def test_a_draft_signature_does_not_stand_in_where_signature_input_is_present() -> None:
    assert reason_of(with_headers(by_cavage(post()), (("signature-input", "sig1=()"),))) == "malformed-field"


@pytest.mark.parametrize("name", ["signature", "signature-input"])
def test_a_header_beyond_the_limit_is_refused(name: str) -> None:
    too_long = "sig1=" + "x" * (limits.SIGNATURE_HEADER_BYTES - 4)
    assert reason_of(with_header(by_message(post()), name, too_long)) == "oversized-signature"


# Verification


@pytest.mark.parametrize(
    "changed",
    [
        lambda request: replace(request, target="/inbox?"),
        lambda request: replace(request, target="/Inbox"),
        lambda request: replace(request, method="PUT"),
        lambda request: replace(request, scheme="http"),
        lambda request: with_header(
            request, "signature-input", request.header("signature-input").replace(str(TIMESTAMP), str(TIMESTAMP + 1))
        ),
        lambda request: with_header(request, "signature-input", request.header("signature-input").replace("ada", "eve")),
        lambda request: with_header(request, "signature-input", request.header("signature-input") + ';nonce="x"'),
    ],
    ids=["query", "capital", "method", "scheme", "created", "keyid", "nonce"],
)
def test_a_changed_covered_part_is_refused(changed: Any) -> None:
    assert reason_of(changed(by_message(post()))) == "bad-signature"


@pytest.mark.attack("SIG-002")
@given(position=st.integers(min_value=0, max_value=341), character=st.sampled_from("AQgw+/9z"))
def test_a_changed_character_of_the_signature_is_refused(position: int, character: str) -> None:
    request = by_message(post())
    value = request.header("signature") or ""
    start = len("sig1=:") + position
    changed = value[:start] + character + value[start + 1 :]
    if changed != value:
        assert reason_of(with_header(request, "signature", changed)) in {"bad-signature", "malformed-field"}


# The RFC's own examples


def rfc_request() -> SignedRequest:
    given_request = RFC["request"]
    headers = tuple((name.lower(), value) for name, value in given_request["headers"])
    return SignedRequest(given_request["method"], "https", "example.com", given_request["target"], headers, given_request["body"].encode())


@pytest.mark.parametrize("case", RFC["cases"], ids=[case["name"] for case in RFC["cases"]])
def test_the_signature_base_of_an_example_of_the_rfc(case: Any) -> None:
    (described,) = parse_dictionary(case["signature_input"]).values()
    assert isinstance(described, InnerList)
    request = rfc_request()
    names = [str(item.value) for item in described.items]
    base = signature_base(request, index_fields(request), names, serialise_inner_list(described))
    assert base.decode() == case["signature_base"]


def test_the_ed25519_signature_of_the_rfc_verifies_and_is_made_again() -> None:
    case = next(case for case in RFC["cases"] if case["algorithm"] == "ed25519")
    (signed,) = parse_dictionary(case["signature"]).values()
    assert isinstance(signed, Item)
    assert isinstance(signed.value, bytes)
    base = case["signature_base"].encode()
    key = load_public_pem(RFC["ed25519_public_pem"])
    assert key.verify(signed.value, base)
    assert not key.verify(signed.value, base + b"\n")
    private = load_private_der(b64decode("".join(RFC["ed25519_private_pem"].splitlines()[1:-1])))
    assert private.sign(base) == signed.value


@pytest.mark.parametrize(
    ("number", "reason"),
    [(0, "uncovered-method"), (1, "bad-signature"), (2, "uncovered-method"), (3, "uncovered-target")],
    ids=["minimal", "full", "hmac", "ed25519"],
)
def test_an_example_of_the_rfc_that_leaves_something_open_or_has_another_key_is_refused(number: int, reason: str) -> None:
    case = RFC["cases"][number]
    request = with_headers(rfc_request(), (("signature-input", case["signature_input"]), ("signature", case["signature"])))
    with pytest.raises(SignatureError) as refused:
        verify_claim(read_claim(request), load_public_pem(RFC["ed25519_public_pem"]))
    assert refused.value.reason == reason


def test_the_sha_512_digest_of_the_rfc_holds() -> None:
    case = RFC["cases"][1]
    request = with_headers(rfc_request(), (("signature-input", case["signature_input"]), ("signature", case["signature"])))
    check_digest(request, read_claim(request))


# What we send


def test_our_delivery_reads_as_mastodon_asks() -> None:
    headers = dict(sign_message(post(), KEY_ID, rsa_key(), NOW))
    assert list(headers) == ["content-digest", "signature-input", "signature"]
    assert headers["content-digest"] == content_digest_header(BODY)
    assert headers["signature-input"] == f'sig1=("@method" "@target-uri" "content-digest");created={TIMESTAMP};keyid="{KEY_ID}"'
    assert headers["signature"].startswith("sig1=:")


def test_our_fetch_has_no_digest() -> None:
    headers = dict(sign_message(get(), KEY_ID, rsa_key(), NOW))
    assert list(headers) == ["signature-input", "signature"]
    assert headers["signature-input"].startswith('sig1=("@method" "@target-uri");')


@pytest.mark.parametrize("key_id", ["", 'a"b', "a b", "ä"])
def test_nothing_is_signed_under_a_key_id_that_would_break_the_header(key_id: str) -> None:
    with pytest.raises(SignatureError) as refused:
        sign_message(post(), key_id, rsa_key(), NOW)
    assert refused.value.reason == "malformed-key-id"


@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    scheme=st.sampled_from(["http", "https"]),
    target=st.from_regex(r"/[A-Za-z0-9._~%/-]{0,20}(\?[A-Za-z0-9=&%-]{0,20})?", fullmatch=True),
    body=st.binary(max_size=200),
    ed25519=st.booleans(),
)
def test_what_is_signed_is_accepted(method: str, scheme: str, target: str, body: bytes, ed25519: bool) -> None:
    key = ed25519_key() if ed25519 else rsa_key()
    request = SignedRequest(method, scheme, "us.example", target, (("host", "us.example"),), body)
    claim = accept(by_message(request, key), key.public)
    assert (claim.scheme, claim.key_id, claim.created) == (SignatureScheme.MESSAGE, KEY_ID, NOW)
