"""Whom a try is counted for: a header can only be believed from a proxy of ours."""

import pytest
from starlette.requests import Request

from fedirse.base import limits
from fedirse.base.errors import ConfigurationError
from fedirse.web.client_address import TRUSTED_PROXIES, check_networks, client_network

TRUSTED = ("127.0.0.1", "::1", "10.0.0.0/8")


def network(peer: str | None, *forwarded: str, trusted: tuple[str, ...] = TRUSTED) -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    client = (peer, 1234) if peer is not None else None
    return client_network(Request({"type": "http", "headers": headers, "client": client, TRUSTED_PROXIES: trusted}))


@pytest.mark.attack("WEB-027")
def test_what_an_untrusted_peer_says_is_ignored() -> None:
    assert network("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert network("127.0.0.1", "198.51.100.1", trusted=()) == "127.0.0.1"


@pytest.mark.attack("WEB-027")
def test_what_stands_before_the_first_stranger_is_ignored() -> None:
    assert network("127.0.0.1", "192.0.2.66, 198.51.100.1") == "198.51.100.1"
    assert network("127.0.0.1", "192.0.2.66", "198.51.100.1, 10.1.2.3") == "198.51.100.1"
    assert network("127.0.0.1", "127.0.0.1, 198.51.100.1") == "198.51.100.1"


def test_a_trusted_proxy_is_believed() -> None:
    assert network("127.0.0.1", "198.51.100.1") == "198.51.100.1"
    assert network("::1", "2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
    assert network("::ffff:127.0.0.1", "198.51.100.1") == "198.51.100.1"


def test_without_a_header_the_peer_itself_counts() -> None:
    assert network("127.0.0.1") == "127.0.0.1"
    assert network(None) == ""


@pytest.mark.parametrize("words", ["unknown", "", "198.51.100.1:80", "evil, ", "é"])
def test_words_that_are_no_address_are_nobody(words: str) -> None:
    assert network("127.0.0.1", words) == ""


def test_only_the_last_addresses_are_looked_at() -> None:
    ours = ", ".join(["10.0.0.1"] * (limits.FORWARDED_ADDRESSES - 1))
    assert network("127.0.0.1", f"198.51.100.1, {ours}") == "198.51.100.1"
    assert network("127.0.0.1", f"198.51.100.1, 10.0.0.1, {ours}") == "10.0.0.1"


def test_addresses_of_one_subscriber_are_one() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff") != network("2001:db8:0:1::1")


def test_a_setting_that_is_no_network_is_refused() -> None:
    check_networks(TRUSTED)
    with pytest.raises(ConfigurationError, match="caddy"):
        check_networks(("caddy",))
