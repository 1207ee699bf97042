"""The one decision about where fedirse may connect to: asked about the URL before a request, and about the address at connect time.

Pure. IPv6 is an allow list and IPv4 a deny table, both written out: `ipaddress.is_global` of Python 3.11 lets through
IPv4-compatible, NAT64 and 6to4 forms of loopback, site-local addresses and multicast.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from fedirse.activitypub import uris
from fedirse.activitypub.uris import Address
from fedirse.base.errors import ConfigurationError, MalformedDocument, UnsafeAddress

Network = IPv4Network | IPv6Network

# IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast (RFC 5771) and class E (RFC 1112). Also denied are the blocks
# that are globally reachable but belong to infrastructure (192.0.0.0/24 as a whole, AS112, AMT, 6to4 relays): no site lives there.
_DENIED_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# RFC 4291, section 2.4: global unicast is handed out of this block only; mapped, compatible, local and multicast lie outside it.
_GLOBAL_V6 = IPv6Network("2000::/3")
# IANA IPv6 Special-Purpose Address Registry, inside that block: IETF protocol assignments with Teredo, benchmarking, ORCHID and
# AMT; documentation twice; 6to4; AS112; the former 6bone.
_DENIED_V6 = tuple(
    IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20")
)
# RFC 6052: networks without IPv4 get these from their resolver; only a global IPv4 address may be inside (section 3.1).
_NAT64 = IPv6Network("64:ff9b::/96")
# RFC 5214, section 6.1: the upper half of an interface identifier that ends in an IPv4 address.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
_LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))

_PRIVATE_BLOCKS: tuple[Network, ...] = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("fc00::/7"),
    *_LOOPBACK,
)

# Names that mean something only on this machine or in this building (RFC 6761, 6762, 7686, 9476 and ICANN's "internal").
_LOCAL_NAMES = frozenset({"alt", "internal", "invalid", "local", "localhost", "onion", "test"})
_HTTPS_PORT = 443
_LOWEST_UNPRIVILEGED_PORT = 1024


@dataclass(frozen=True, slots=True)
class PrivateNetwork:
    """A domain that may be reached on private addresses; a permission for that one name and for no other.

    Args:
        domain: exact host name, without a port.
        cidr: block of private or loopback addresses, for instance "10.0.0.0/8".

    Raises:
        ConfigurationError: `cidr` is not a block, or not a private one.
    """

    domain: str
    cidr: str

    def __post_init__(self) -> None:
        block = _network(self.cidr)
        if not any(_inside(block, private) for private in _PRIVATE_BLOCKS):
            raise ConfigurationError(f"private_networks: {self.cidr} is not a block of private addresses.")

    def covers(self, host: str, address: IPv4Address | IPv6Address) -> bool:
        """Whether the permission is for this host at this address."""
        return host == self.domain.lower() and address in _network(self.cidr)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Where a process may connect to besides the public internet.

    Attributes:
        development: plain http, every port and loopback are allowed; `localhost`, `*.localhost` and `*.test` mean 127.0.0.1.
        private_networks: domains that may be reached on private addresses.
    """

    development: bool = False
    private_networks: tuple[PrivateNetwork, ...] = ()

    def is_listed(self, host: str) -> bool:
        """Whether the operator gave this host a private network."""
        return any(host == entry.domain.lower() for entry in self.private_networks)


def check_url(policy: AddressPolicy, text: str) -> Address:
    """Read a URL that is about to be requested.

    Ports in production are 443 and those from 1024 on. Below lie the well-known services (mail, directories, shells), which
    public sites do not share with https; above, franchises do run servers behind forwarded ports.

    Raises:
        UnsafeAddress: reason "bad-uri", "http", "port" or "local-name".
    """
    try:
        address = uris.parse(text, allow_http=True)
    except MalformedDocument as error:
        raise UnsafeAddress(str(error), reason="bad-uri") from error
    if policy.development:
        return address
    if address.scheme != "https":
        raise UnsafeAddress(f"{address.origin} is not https", reason="http")
    if address.port != _HTTPS_PORT and address.port < _LOWEST_UNPRIVILEGED_PORT:
        raise UnsafeAddress(f"{address.origin}: the port belongs to another service", reason="port")
    if _is_local_name(address.host) and not policy.is_listed(address.host):
        raise UnsafeAddress(f"{address.host} is not a public name", reason="local-name")
    return address


def check_address(policy: AddressPolicy, host: str, ip: str) -> None:
    """Allow a connection for `host` (as in `Address.host`) to the numeric address `ip`, or refuse it.

    Raises:
        UnsafeAddress: reason "not-an-address" or "address-not-public".
    """
    address = _parse_ip(ip)
    if policy.development and _in_any(address, _LOOPBACK):
        return
    if any(entry.covers(host, address) for entry in policy.private_networks):
        return
    if not _is_public(address):
        raise UnsafeAddress(f"{host} is at {ip}, which is not a public address", reason="address-not-public")


def own_addresses_of(policy: AddressPolicy, host: str) -> tuple[str, ...]:
    """The numeric addresses of a host that no resolver is asked about; empty when one must be asked.

    A literal is its own address. Under the development switch the names reserved for this machine and for tests are at
    loopback (RFC 6761, sections 6.2 and 6.3).
    """
    if _is_literal(host):
        return (host,)
    if policy.development and host.rpartition(".")[2] in {"localhost", "test"}:
        return ("127.0.0.1",)
    return ()


def _parse_ip(ip: str) -> IPv4Address | IPv6Address:
    try:
        if ":" not in ip:
            return IPv4Address(ip)
        address = IPv6Address(ip)
    except AddressValueError as error:
        raise UnsafeAddress(f"{ip!r} is not a numeric address", reason="not-an-address") from error
    if address.scope_id is not None:
        raise UnsafeAddress(f"{ip!r} has a zone", reason="not-an-address")
    return address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not _in_any(address, _DENIED_V4)
    if address in _NAT64:
        return _is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    interface = int(address) >> 32 & 0xFFFFFFFF
    return address in _GLOBAL_V6 and not _in_any(address, _DENIED_V6) and interface not in _ISATAP


def _is_literal(host: str) -> bool:
    # The grammar lets a last label be a number only in a dotted quad.
    return ":" in host or host.rpartition(".")[2].isdigit()


def _is_local_name(host: str) -> bool:
    if _is_literal(host):
        return False
    # A name of one label is completed by the search list of this machine.
    return "." not in host or host.rpartition(".")[2] in _LOCAL_NAMES


def _in_any(address: IPv4Address | IPv6Address, blocks: tuple[Network, ...]) -> bool:
    return any(address in block for block in blocks)


def _inside(block: Network, outer: Network) -> bool:
    return block.version == outer.version and block.network_address in outer and block.broadcast_address in outer


@lru_cache(maxsize=256)
def _network(cidr: str) -> Network:
    try:
        return ip_network(cidr)
    except ValueError as error:
        raise ConfigurationError(f"private_networks: {cidr!r} is not a block of addresses: {error}.") from error
