"""The grammar of addresses: what is refused, and that what is accepted means the same host to every client."""

from ipaddress import IPv6Address
from urllib.parse import urlsplit

import httpcore
import httpx
import pytest
import yarl
from hypothesis import example, given
from hypothesis import strategies as st

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument


def assert_refused(text: str) -> None:
    with pytest.raises(MalformedDocument) as refusal:
        uris.parse(text, allow_http=True)
    assert refusal.value.reason == "bad-uri"


@pytest.mark.attack("SSRF-001")
@pytest.mark.parametrize(
    "host",
    ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0x7f.1", "0", "127.0.0.01", "127.0.0.256", "1.2.3.4.5", "a.0x", "a.1", "00.0.0.0"],
)
def test_a_number_in_disguise_is_no_host(host: str) -> None:
    assert_refused(f"http://{host}/")


@pytest.mark.attack("SSRF-035")
@pytest.mark.parametrize(
    "text", ["https://us.example@evil.example/", "https://user:pass@victim.example/", "https://@victim.example/", "https://:@a.example"]
)
def test_user_information_is_refused(text: str) -> None:
    assert_refused(text)


@pytest.mark.attack("SSRF-036")
@pytest.mark.parametrize(
    "text",
    [
        "http://evil.example\\@127.0.0.1/",
        "https://example.com\\evil",
        "https://example.com/a\\b",
        "https://example.com/\t",
        "https://exa\nmple.com/",
        "https://example.com/a b",
        " https://example.com/",
        "https://example.com/\n",
        "https://example.com/\x7f",
        "https://example.com/\x00",
        "https://example.com#a b",
    ],
)
def test_backslash_control_and_space_are_refused(text: str) -> None:
    assert_refused(text)


@pytest.mark.attack("SSRF-038")
@pytest.mark.parametrize(
    "text",
    ["https://example。com/", "http://①②⑦.⓪.⓪.①/", "https://１２７.0.0.1/", "https://exam\u200bple.com/", "https://\u212alvin.example/"],
)
def test_a_host_beyond_ascii_is_refused(text: str) -> None:
    assert_refused(text)


@pytest.mark.attack("SSRF-039")
def test_a_look_alike_name_passes_only_as_the_punycode_that_tells_it_apart() -> None:
    assert_refused("https://hԛ.example/")
    assert uris.host_of("https://xn--h-yfc.example/") != uris.host_of("https://hq.example/")


@pytest.mark.attack("SSRF-040")
@pytest.mark.parametrize("text", ["http://[fe80::1%25lo]/", "http://[fe80::1%lo]/", "http://[fe80::1%eth0]:80/"])
def test_a_zone_is_refused(text: str) -> None:
    assert_refused(text)


@pytest.mark.parametrize("host", ["[::1", "::1", "[]", "[1::2::3]", "[:::]", "[v1.a]", "[127.0.0.1]", "[::ffff:1.2.3]", "[[::1]]"])
def test_a_malformed_literal_is_refused(host: str) -> None:
    assert_refused(f"https://{host}/")


@pytest.mark.parametrize("port", ["", "0", "00", "0443", "65536", "99999", "443443", "-1", "+443", "4 4", "８0", "https"])
def test_a_malformed_port_is_refused(port: str) -> None:
    assert_refused(f"https://a.example:{port}/")


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a.example.",
        "a..example",
        ".a.example",
        "-a.example",
        "a-.example",
        "a_b.example",
        "a*.example",
        "%61.example",
        f"{'a' * 64}.example",
        f"{'a.' * 127}a",
    ],
)
def test_a_malformed_name_is_refused(host: str) -> None:
    assert_refused(f"https://{host}/")


@pytest.mark.parametrize(
    "text",
    [
        "ftp://a.example/",
        "data:text/plain,x",
        "javascript:alert(1)",
        "//a.example/",
        "/x",
        "a.example",
        "https:a.example",
        "https:///a",
        "",
    ],
)
def test_another_scheme_or_a_relative_reference_is_refused(text: str) -> None:
    assert_refused(text)


@pytest.mark.parametrize("path", ["/../x", "/a/..", "/./", "/a/%2e%2e/b", "/%2E/", "/.%2e", "/..?x"])
def test_a_dot_segment_is_refused_because_clients_remove_it_after_it_was_signed(path: str) -> None:
    assert_refused(f"https://a.example{path}")


@pytest.mark.parametrize("path", ["/%", "/%2", "/%zz", "/?%", "/#%g0", '/"', "/<", "/{x}", "/a|b", "/[x]", "/`", "/^"])
def test_what_would_need_escaping_is_refused(path: str) -> None:
    assert_refused(f"https://a.example{path}")


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\ufeff", "\ud800", "\x85", "\xa0", "\u2028", "\ue000"])
def test_a_character_that_cannot_be_seen_is_refused(character: str) -> None:
    assert_refused(f"https://a.example/{character}")


def test_http_is_refused_unless_it_is_allowed() -> None:
    with pytest.raises(MalformedDocument):
        uris.parse("http://a.example/")


def test_the_longest_uri_passes_and_one_character_more_does_not() -> None:
    longest = "https://a.example/".ljust(limits.URI_LENGTH, "x")
    assert uris.parse(longest).text == longest
    assert_refused(f"{longest}x")


def test_characters_beyond_ascii_count_as_they_are_sent() -> None:
    assert_refused("https://a.example/".ljust(limits.URI_LENGTH, "é"))


@pytest.mark.parametrize("value", [None, 3, [], {}, b"https://a.example/", True])
def test_a_value_that_is_no_string_is_refused(value: object) -> None:
    with pytest.raises(MalformedDocument):
        uris.origin_of(value)  # type: ignore[arg-type]


def test_the_parts_of_an_address() -> None:
    address = uris.parse("https://Social.Example:8443/users/anna?page=1#main-key")
    assert (address.scheme, address.host, address.port) == ("https", "social.example", 8443)
    assert address.target == "/users/anna?page=1"
    assert address.text == "https://Social.Example:8443/users/anna?page=1#main-key"
    assert address.authority == "social.example:8443"
    assert address.origin == "https://social.example:8443"
    assert address.url == "https://social.example:8443/users/anna?page=1"


@pytest.mark.parametrize(
    ("text", "origin", "target"),
    [
        ("https://a.example", "https://a.example", "/"),
        ("https://a.example?x", "https://a.example", "/?x"),
        ("https://a.example#x", "https://a.example", "/"),
        ("https://a.example:443/", "https://a.example", "/"),
        ("http://a.example:80/", "http://a.example", "/"),
        ("http://a.example:443/", "http://a.example:443", "/"),
        ("https://[2001:DB8:0::1]:8443/", "https://[2001:db8::1]:8443", "/"),
        ("http://127.0.0.1:8101", "http://127.0.0.1:8101", "/"),
        ("http://siege.localhost:8101/x", "http://siege.localhost:8101", "/x"),
        ("https://a.example/album/máiréad", "https://a.example", "/album/m%C3%A1ir%C3%A9ad"),
        ("https://a.example/%C3%A9?q=%20&r='1'", "https://a.example", "/%C3%A9?q=%20&r='1'"),
        ("https://a.example/...", "https://a.example", "/..."),
    ],
)
def test_origin_and_target(text: str, origin: str, target: str) -> None:
    address = uris.parse(text, allow_http=True)
    assert (address.origin, address.target) == (origin, target)
    assert uris.origin_of(text) == origin


def test_a_default_port_and_capitals_make_no_other_origin() -> None:
    assert uris.same_origin("https://A.example:443/x", "https://a.example/y#z")


@pytest.mark.parametrize("other", ["http://a.example/", "https://a.example:8443/", "https://b.example/", "https://a.example.b.example/"])
def test_scheme_port_and_host_make_another_origin(other: str) -> None:
    assert not uris.same_origin("https://a.example/", other)


_HOSTILE = st.text(st.sampled_from("aAzx019fF.-_:[]@%\\/?#&=~ \t\n\x00é。①²\u202e\u212a"), max_size=24)
_LABEL = st.sampled_from(
    ["a", "A", "xn--h-yfc", "xn--", "xn--a", "127", "0x7f", "0", "1", "example", "localhost", "a-b", "-", "", "255", "0177"]
)
_AUTHORITY = st.one_of(
    st.lists(_LABEL, min_size=1, max_size=5).map(".".join),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address.exploded}]"),
    _HOSTILE,
)
_PORT = st.one_of(st.just(""), st.integers(-1, 70000).map(lambda port: f":{port}"))
_URIS = st.one_of(
    st.text(),
    st.builds("{}{}{}".format, st.sampled_from(["https://", "http://", "HTTPS://", "https:/", "//"]), _AUTHORITY, _HOSTILE),
    st.builds("https://{}{}/{}".format, _AUTHORITY, _PORT, _HOSTILE),
    st.builds("https://{}{}/{}".format, _AUTHORITY, _PORT, st.text(max_size=8)),
)


@given(_URIS)
@example("https://[::ffff:127.0.0.1]/")
@example("https://xn--/")
@example("HTTP://A?")
@example("https://a.example/x?")
@example("https://a.example/?q='x'&y=[1]")
@example("https://a.example/:@!$&'()*+,;=~?/?'")
def test_every_client_connects_where_an_accepted_uri_says_and_nothing_else_is_raised(text: str) -> None:
    try:
        address = uris.parse(text, allow_http=True)
    except MalformedDocument:
        return
    seen = {_as_httpx(address.url), _as_httpcore(address.url), _as_yarl(address.url)}
    assert seen == {(address.host, address.port, address.target)}
    assert _same_host(urlsplit(text).hostname or "", address.host)
    assert _same_host(httpx.URL(text).raw_host.decode(), address.host)


def _as_httpx(url: str) -> tuple[str, int, str]:
    parsed = httpx.URL(url)
    return parsed.raw_host.decode(), parsed.port or uris.DEFAULT_PORTS[parsed.scheme], parsed.raw_path.decode()


def _as_httpcore(url: str) -> tuple[str, int, str]:
    # As the transport hands it over.
    parsed = httpx.URL(url)
    origin = httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path).origin
    return origin.host.decode(), origin.port, parsed.raw_path.decode()


def _as_yarl(url: str) -> tuple[str, int, str]:
    parsed = yarl.URL(url, encoded=True)
    assert parsed.raw_host is not None
    assert parsed.port is not None
    return parsed.raw_host, parsed.port, parsed.raw_path_qs


def _same_host(written: str, host: str) -> bool:
    return str(IPv6Address(written)) == host if ":" in written else written == host
