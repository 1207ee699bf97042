"""The request as a value, and what is refused before any signature is read."""

from dataclasses import replace

import pytest

from fedirse.activitypub.signatures import SignedRequest, normalise_authority, read_claim
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.signing import Sign, accept, by_cavage, by_message, get, post, with_header, with_headers


@pytest.mark.attack("SIG-017")
@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_a_second_host_header_is_refused(sign: Sign) -> None:
    request = with_headers(sign(post()), (("host", "evil.example"),))
    with pytest.raises(SignatureError) as refused:
        read_claim(request)
    assert refused.value.reason == "duplicate-header"


@pytest.mark.attack("SIG-018")
@pytest.mark.parametrize("target", ["http://evil.example/inbox", "evil.example:443", "*", "", "/in box", "/inbox#x", "/inbox\n", "/bücher"])
def test_a_target_that_is_no_plain_path_is_refused(target: str) -> None:
    with pytest.raises(SignatureError) as refused:
        read_claim(replace(by_cavage(post()), target=target))
    assert refused.value.reason == "malformed-target"


@pytest.mark.attack("SIG-016")
@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_a_host_header_that_names_another_site_than_the_one_addressed_is_refused(sign: Sign) -> None:
    with pytest.raises(SignatureError) as refused:
        read_claim(with_header(sign(post()), "host", "victim.example"))
    assert refused.value.reason == "host-mismatch"


@pytest.mark.attack("SIG-016")
@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_a_request_signed_for_another_site_does_not_verify_here(sign: Sign) -> None:
    theirs = replace(post(), authority="victim.example", headers=(("host", "victim.example"),))
    replayed = replace(sign(theirs), authority="us.example")
    with pytest.raises(SignatureError):
        accept(with_header(replayed, "host", "us.example"))


@pytest.mark.parametrize("method", ["post", "PO ST", "", "POST\n"])
def test_a_method_that_is_no_upper_case_name_is_refused(method: str) -> None:
    with pytest.raises(SignatureError) as refused:
        read_claim(replace(by_cavage(post()), method=method))
    assert refused.value.reason == "malformed-method"


def test_a_request_without_signature_is_unsigned() -> None:
    with pytest.raises(SignatureError) as refused:
        read_claim(get())
    assert refused.value.reason == "unsigned"


@pytest.mark.attack("SIG-065")
@pytest.mark.parametrize(
    ("host", "scheme", "expected"),
    [
        ("US.EXAMPLE:443", "https", "us.example"),
        ("us.example", "https", "us.example"),
        ("us.example:80", "http", "us.example"),
        ("us.example:80", "https", "us.example:80"),
        ("Us.Example:8443", "https", "us.example:8443"),
        ("[2001:DB8::1]:443", "https", "[2001:db8::1]"),
    ],
)
def test_an_authority_is_lower_case_and_without_the_default_port(host: str, scheme: str, expected: str) -> None:
    assert normalise_authority(host, scheme) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        "us.example/",
        "us.example?x",
        "user@us.example",
        "us.example:",
        "us.example:99999",
        "us example",
        "us.example\r\nx: y",
        "ü.example",
    ],
)
def test_what_is_no_host_is_no_authority(host: str) -> None:
    with pytest.raises(SignatureError) as refused:
        normalise_authority(host, "https")
    assert refused.value.reason == "malformed-host"


@pytest.mark.attack("SIG-065")
def test_a_host_header_with_capitals_and_default_port_is_that_site() -> None:
    request = with_header(by_message(post()), "host", "US.EXAMPLE:443")
    assert accept(request).covered == ("@method", "@target-uri", "content-digest")


def test_a_header_that_occurs_once_is_found() -> None:
    assert post().header("content-type") == "application/activity+json"


def test_a_header_that_is_absent_is_none() -> None:
    assert post().header("digest") is None


def test_a_header_that_occurs_twice_is_refused_when_asked_for() -> None:
    request = SignedRequest("GET", "https", "us.example", "/", (("date", "a"), ("date", "a")), b"")
    with pytest.raises(SignatureError) as refused:
        request.header("date")
    assert refused.value.reason == "duplicate-header"
