"""Bulk deliveries: POST over aiohttp's pooled connections, which cost a sixth of httpx's, behind the same guard.

aiohttp asks the resolver only about names and hands literals straight to the socket, so the address is checked in both hooks.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from fedirse.activitypub.uris import Address
from fedirse.base import limits
from fedirse.remote.answers import Answer, collect_headers, excerpt_of
from fedirse.remote.failures import unavailable
from fedirse.remote.guard import AddressPolicy, check_address
from fedirse.remote.resolver import Resolves

_CONNECT_SECONDS: Final = 10.0
_EXCERPT_SECONDS: Final = 2.0

# The host a socket is opened for: aiohttp's factory is told the address only, and a private network is a permission for one name.
# Connections are made in the task that asked for them, or in tasks that inherit its context.
_destination: ContextVar[str] = ContextVar("destination", default="")

OpenSocket = Callable[[aiohttp.AddrInfoType], socket.socket]


class DeliveryTransport:
    """The production side of `client.Poster`.

    Args:
        policy: where may be connected to.
        resolver: names to addresses.
        tls: context of https connections.
        connections: how many at once, over all hosts.
        per_host: how many of them to one origin.
        open_socket: what makes the sockets; a test puts its own in.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        resolver: Resolves,
        tls: ssl.SSLContext,
        *,
        connections: int = 400,
        per_host: int = 4,
        open_socket: OpenSocket | None = None,
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self._tls = tls
        self._connections = connections
        self._per_host = per_host
        self._open_socket = open_socket or _open_socket
        self._session: aiohttp.ClientSession | None = None

    async def post(self, address: Address, body: bytes, headers: tuple[tuple[str, str], ...]) -> Answer:
        if self._session is None:
            self._session = self._new_session()
        token = _destination.set(address.host)
        try:
            return await self._post_twice(self._session, address, body, headers)
        except (aiohttp.ClientError, OSError) as error:
            raise unavailable(error, address.authority) from error
        finally:
            _destination.reset(token)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post_twice(
        self, session: aiohttp.ClientSession, address: Address, body: bytes, headers: tuple[tuple[str, str], ...]
    ) -> Answer:
        try:
            return await self._post_once(session, address, body, headers)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientConnectionResetError):
            # A kept connection may be closed by the peer in the moment it is used. An activity sent twice is accepted once;
            # a back-off for every peer with a short keep-alive would cost more.
            return await self._post_once(session, address, body, headers)

    async def _post_once(
        self, session: aiohttp.ClientSession, address: Address, body: bytes, headers: tuple[tuple[str, str], ...]
    ) -> Answer:
        url = yarl.URL(address.url, encoded=True)
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            return Answer(response.status, collect_headers(response.raw_headers), await _read_excerpt(response))

    def _new_session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            ssl=self._tls,
            resolver=_CheckedResolver(self._policy, self._resolver),
            socket_factory=self._checked_socket,
            use_dns_cache=False,
            limit=self._connections,
            limit_per_host=self._per_host,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(sock_connect=_CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
        )

    def _checked_socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        check_address(self._policy, _destination.get(), str(info[4][0]))
        return self._open_socket(info)


class _CheckedResolver(AbstractResolver):
    """Our resolver in aiohttp's words."""

    def __init__(self, policy: AddressPolicy, resolver: Resolves) -> None:
        self._policy = policy
        self._resolver = resolver

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> list[ResolveResult]:  # noqa: ARG002  aiohttp's port
        addresses = await self._resolver.resolve(host)
        for ip in addresses:
            check_address(self._policy, host, ip)
        return [_resolved(host, ip, port) for ip in addresses]

    async def close(self) -> None:
        """Nothing: the resolver belongs to who made it."""


def _resolved(host: str, ip: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    return ResolveResult(hostname=host, host=ip, port=port, family=family, proto=socket.IPPROTO_TCP, flags=socket.AI_NUMERICHOST)


def _open_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = info
    return socket.socket(family, kind, protocol)


async def _read_excerpt(response: aiohttp.ClientResponse) -> str:
    """The beginning of the answer's text. The status is known by now and counts, however the rest of the answer goes."""
    body = bytearray()
    try:
        async with asyncio.timeout(_EXCERPT_SECONDS):
            while len(body) < limits.DELIVERY_ANSWER_BYTES and not response.content.at_eof():
                body += await response.content.read(limits.DELIVERY_ANSWER_BYTES - len(body))
    except (aiohttp.ClientError, OSError):  # TimeoutError is one
        pass
    return excerpt_of(bytes(body))
