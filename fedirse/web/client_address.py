"""Where a request comes from: the peer itself, or what a proxy that we trust says about it (WEB-027)."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from starlette.requests import Request

from fedirse.base import limits
from fedirse.base.errors import ConfigurationError

TRUSTED_PROXIES: Final = "fedirse.trusted_proxies"
"""Where the scope holds the proxies of the process."""

_IPV6_SUBSCRIBER: Final = 64


def client_network(request: Request) -> str:
    """Whom to count a try for: the address of an IPv4 client, the /64 of an IPv6 client; empty where none is known.

    X-Forwarded-For counts only as far as trusted proxies wrote it: from the right, up to the first address that is none of them.
    """
    trusted: Sequence[str] = request.scope.get(TRUSTED_PROXIES, ())
    peer = _address(request.client.host if request.client else "")
    forwarded = [part for header in request.headers.getlist("x-forwarded-for") for part in header.split(",")]
    for part in reversed(forwarded[-limits.FORWARDED_ADDRESSES :]):
        if peer is None or not _is_trusted(peer, trusted):
            break
        peer = _address(part.strip())
    return "" if peer is None else _network_of(peer)


def check_networks(trusted: Sequence[str]) -> None:
    """Raises ConfigurationError for a trusted proxy that is neither an address nor a network."""
    for network in trusted:
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise ConfigurationError(
                f"trusted_proxies holds “{network}”, which is neither an address nor a network like 10.0.0.0/8."
            ) from error


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _is_trusted(address: IPv4Address | IPv6Address, trusted: Sequence[str]) -> bool:
    return any(address in ip_network(network, strict=False) for network in trusted)


def _network_of(address: IPv4Address | IPv6Address) -> str:
    return str(address if address.version == 4 else IPv6Network((int(address), _IPV6_SUBSCRIBER), strict=False))  # noqa: PLR2004
