"""Where a connection is refused; every case is asked as a URL, as an address, or both."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.base.errors import ConfigurationError, UnsafeAddress
from fedirse.remote.guard import AddressPolicy, PrivateNetwork, check_address, check_url, own_addresses_of

PUBLIC = AddressPolicy()
DEVELOPMENT = AddressPolicy(development=True)


def reason_for_url(policy: AddressPolicy, text: str) -> str:
    with pytest.raises(UnsafeAddress) as refusal:
        check_url(policy, text)
    return refusal.value.reason


def reason_for_address(policy: AddressPolicy, ip: str, host: str = "evil.example") -> str:
    with pytest.raises(UnsafeAddress) as refusal:
        check_address(policy, host, ip)
    return refusal.value.reason


REFUSED = {
    "SSRF-001": ["127.0.0.1", "127.0.0.2", "127.255.255.255", "0.0.0.0", "0.1.2.3", "::1", "::"],
    "SSRF-005": ["::127.0.0.1", "::10.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"],
    "SSRF-006": ["64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::", "64:ff9b:1::a00:1", "64:ff9b:1::808:808"],
    "SSRF-010": [
        "100.64.0.1",
        "100.127.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "192.0.0.8",
        "192.0.0.170",
        "192.88.99.1",
        "240.0.0.1",
        "255.255.255.255",
        "169.254.169.254",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
    ],
    "SSRF-012": ["fec0::1", "3fff::1", "3fff:fff:ffff::1", "5f00::1", "2001:db8::1", "3ffe::1", "100::1", "4000::1", "1fff::1"],
    "SSRF-013": ["fc00::1", "fd12::1", "fe80::1", "ff02::1", "ff0e::1"],
    "SSRF-014": ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"],
}
_CASES = [pytest.param(ip, marks=pytest.mark.attack(attack), id=f"{attack}-{ip}") for attack, ips in REFUSED.items() for ip in ips]


@pytest.mark.parametrize("ip", _CASES)
def test_an_address_that_is_not_public_is_refused(ip: str) -> None:
    assert reason_for_address(PUBLIC, ip) == "address-not-public"


@pytest.mark.parametrize(
    "ip",
    ["2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2620:4f:8000::1"],
)
def test_an_address_that_tunnels_to_another_is_refused(ip: str) -> None:
    assert reason_for_address(PUBLIC, ip) == "address-not-public"


@pytest.mark.parametrize("ip", ["2a00:1450::5efe:a00:1", "2a00:1450::200:5efe:a00:1"])
def test_an_interface_that_ends_in_an_ipv4_address_is_refused(ip: str) -> None:
    assert reason_for_address(PUBLIC, ip) == "address-not-public"


@pytest.mark.parametrize(
    "ip", ["", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost", "1.2.3.4 ", "[::1]", "fe80::1%lo", "2a00::1%eth0", "①.1.1.1"]
)
def test_what_is_not_a_plain_numeric_address_is_refused(ip: str) -> None:
    assert reason_for_address(PUBLIC, ip) == "not-an-address"
    assert reason_for_address(DEVELOPMENT, ip) == "not-an-address"


@pytest.mark.parametrize(
    "ip",
    [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.128.0.0",
        "172.32.0.1",
        "193.0.0.1",
        "2a00:1450::1",
        "2001:4860::8888",
        "64:ff9b::808:808",
    ],
)
def test_a_public_address_is_allowed(ip: str) -> None:
    check_address(PUBLIC, "good.example", ip)


@given(st.ip_addresses(v=6))
def test_nothing_outside_global_unicast_is_allowed(address: ipaddress.IPv6Address) -> None:
    if int(address) >> 125 == 0b001 or int(address) >> 32 == 0x64FF9B << 64:
        return
    assert reason_for_address(PUBLIC, str(address)) == "address-not-public"


@given(st.ip_addresses(v=4))
def test_nothing_that_python_calls_private_or_multicast_is_allowed(address: ipaddress.IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert reason_for_address(PUBLIC, str(address)) == "address-not-public"
    else:
        assert _allowed(str(address)) == (not _denied_here_only(address))


def _allowed(ip: str) -> bool:
    try:
        check_address(PUBLIC, "a.example", ip)
    except UnsafeAddress:
        return False
    return True


def _denied_here_only(address: ipaddress.IPv4Address) -> bool:
    blocks = ("100.64.0.0/10", "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24")
    return any(address in ipaddress.ip_network(block) for block in blocks)


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.8.9.1", "::1"])
def test_loopback_is_allowed_in_development(ip: str) -> None:
    check_address(DEVELOPMENT, "siege.localhost", ip)


@pytest.mark.parametrize("ip", ["10.0.0.1", "0.0.0.0", "169.254.169.254", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fe80::1"])
def test_development_opens_loopback_and_nothing_else(ip: str) -> None:
    assert reason_for_address(DEVELOPMENT, ip) == "address-not-public"


@pytest.mark.attack("SSRF-042")
class TestPrivateNetwork:
    policy = AddressPolicy(private_networks=(PrivateNetwork("Siege.Internal", "10.0.0.0/8"), PrivateNetwork("v6.example", "fd12::/16")))

    def test_its_domain_is_allowed_inside_its_block(self) -> None:
        check_address(self.policy, "siege.internal", "10.1.2.3")
        check_address(self.policy, "v6.example", "fd12::1")

    @pytest.mark.parametrize("host", ["v6.example", "evil.example", "www.siege.internal", "siege.internal.evil.example", "xsiege.internal"])
    def test_another_domain_is_refused_inside_its_block(self, host: str) -> None:
        assert reason_for_address(self.policy, "10.1.2.3", host) == "address-not-public"

    @pytest.mark.parametrize("ip", ["192.168.0.1", "127.0.0.1", "fd12::1", "::ffff:10.1.2.3", "64:ff9b::a01:203"])
    def test_its_domain_is_refused_outside_its_block(self, ip: str) -> None:
        assert reason_for_address(self.policy, ip, "siege.internal") == "address-not-public"

    def test_its_domain_may_be_a_local_name(self) -> None:
        assert check_url(self.policy, "https://siege.internal/x").host == "siege.internal"

    def test_another_local_name_is_refused(self) -> None:
        assert reason_for_url(self.policy, "https://db.internal/x") == "local-name"

    @pytest.mark.parametrize("cidr", ["0.0.0.0/0", "8.8.8.0/24", "169.254.169.254/32", "::/0", "fe80::/10", "10.0.0.0/7", "224.0.0.0/4"])
    def test_a_block_that_is_not_private_is_a_mistake_of_the_operator(self, cidr: str) -> None:
        with pytest.raises(ConfigurationError):
            PrivateNetwork("a.example", cidr)

    @pytest.mark.parametrize("cidr", ["", "10.0.0.1/8", "10.0.0.0/33", "siege"])
    def test_what_is_no_block_is_a_mistake_of_the_operator(self, cidr: str) -> None:
        with pytest.raises(ConfigurationError):
            PrivateNetwork("a.example", cidr)


HOSTILE_URLS = [
    "http://127.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://0/",
    "https://us.example@evil.example/",
    "https://user:pass@victim.example/",
    "http://evil.example\\@127.0.0.1/",
    "https://example.com\\evil",
    "https://example。com/",
    "http://①②⑦.⓪.⓪.①/",
    "http://[fe80::1%25lo]/",
    "https://example.com:99999/",
    "https://example.com:0/",
    "data:application/json,{}",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_",
    "//evil.example/",
    "",
]


@pytest.mark.parametrize("text", HOSTILE_URLS)
@pytest.mark.parametrize("policy", [PUBLIC, DEVELOPMENT], ids=["production", "development"])
def test_a_hostile_url_is_refused_under_either_switch(policy: AddressPolicy, text: str) -> None:
    assert reason_for_url(policy, text) == "bad-uri"


def test_plain_http_is_for_development() -> None:
    assert reason_for_url(PUBLIC, "http://a.example/") == "http"
    assert check_url(DEVELOPMENT, "http://a.example/").scheme == "http"


@pytest.mark.parametrize("port", [22, 25, 80, 444, 1023])
def test_ports_of_well_known_services_are_refused(port: int) -> None:
    assert reason_for_url(PUBLIC, f"https://a.example:{port}/") == "port"


@pytest.mark.parametrize("port", [443, 1024, 8443, 65535])
def test_the_port_of_https_and_unprivileged_ones_are_allowed(port: int) -> None:
    assert check_url(PUBLIC, f"https://a.example:{port}/").port == port


@pytest.mark.parametrize(
    "host", ["localhost", "intranet", "db1", "a.localhost", "printer.local", "db.internal", "a.test", "x.onion", "x.invalid"]
)
def test_a_name_of_this_building_is_refused(host: str) -> None:
    assert reason_for_url(PUBLIC, f"https://{host}/") == "local-name"


@pytest.mark.parametrize("host", ["localhost", "siege.localhost", "a.b.test"])
def test_development_names_are_loopback_and_nobody_is_asked(host: str) -> None:
    assert own_addresses_of(DEVELOPMENT, host) == ("127.0.0.1",)
    assert own_addresses_of(PUBLIC, host) == ()


@pytest.mark.parametrize("host", ["1.2.3.4", "2a00::1"])
def test_a_literal_is_its_own_address(host: str) -> None:
    assert own_addresses_of(PUBLIC, host) == (host,)


@pytest.mark.parametrize("host", ["localhost.evil.example", "srv1", "latest", "a.example"])
def test_the_resolver_is_asked_about_every_other_name(host: str) -> None:
    assert own_addresses_of(DEVELOPMENT, host) == ()
