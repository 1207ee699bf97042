"""The transport under every fetch: HTTP/1.1 over connections whose address was checked, one small pool per origin.

One pool per origin because httpcore's scans all its connections for each request. Follows no redirect, reads no environment,
keeps no cookie.
"""

import asyncio
import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import httpcore
import httpx

from fedirse.base import limits
from fedirse.base.errors import RemoteUnavailable
from fedirse.remote.failures import unavailable
from fedirse.remote.guard import AddressPolicy, check_address
from fedirse.remote.resolver import Resolves

# Pictures and downloads of one host, as many as may be at once, leave some for documents.
_CONNECTIONS_PER_ORIGIN: Final = 7
_IDLE_SECONDS: Final = 15.0
_CONNECT_SECONDS: Final = 3.0

_IO_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects httpcore to addresses, never to names: each is checked immediately before it is dialled, and dialled as checked.

    Host header, SNI and certificate check keep the name, which stays httpcore's business.

    Args:
        policy: where may be connected to.
        resolver: names to addresses.
        dial: what opens the sockets; a test puts its own in.
    """

    def __init__(self, policy: AddressPolicy, resolver: Resolves, *, dial: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._policy = policy
        self._resolver = resolver
        self._dial = dial or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature; the whole fetch has one deadline of its own
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """One resolution, then the addresses in turn, each with a short cap so that a dead one leaves time for the next."""
        last: Exception | None = None
        for ip in await self._resolver.resolve(host):
            check_address(self._policy, host, ip)
            try:
                return _Connected(await self._dial.connect_tcp(ip, port, timeout or _CONNECT_SECONDS, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError("no address")


class _Connected(httpcore.AsyncNetworkStream):
    """A connection that is closed when its TLS handshake is given up.

    httpcore 1.0 closes it on errors, but not on cancellation, which is how a deadline ends; a host that accepts connections and
    then says nothing would cost one socket a fetch, for ever.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@dataclass(slots=True)
class _Origin:
    """The pool of one origin, with what is needed to know when it may be closed."""

    pool: httpcore.AsyncConnectionPool
    in_use: int = 0
    last_used: float = field(default_factory=time.monotonic)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests over pooled connections made by `backend`.

    Args:
        backend: opens the connections.
        tls: context of https connections.
        origins: how many origins may have connections at once; the longest idle one makes room.
        idle_seconds: after which an unused connection is closed.
    """

    def __init__(
        self,
        backend: GuardedBackend,
        tls: ssl.SSLContext,
        *,
        origins: int = limits.OPEN_ORIGINS,
        idle_seconds: float = _IDLE_SECONDS,
    ) -> None:
        self._backend = backend
        self._tls = tls
        self._limit = origins
        self._idle_seconds = idle_seconds
        self._origins: OrderedDict[bytes, _Origin] = OrderedDict()
        self._sweeper: asyncio.Task[None] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the response is to be closed by the caller.

        Raises:
            RemoteUnavailable: the connection or the protocol failed; reason "busy" when every allowed origin is in use.
            UnsafeAddress: the host is at an address that is refused.
        """
        origin, displaced = self._claim(request.url)
        try:
            if displaced is not None:
                await displaced.pool.aclose()
            response = await origin.pool.handle_async_request(_to_httpcore(request))
        except BaseException as error:
            self._release(origin)
            if isinstance(error, _IO_ERRORS):
                raise unavailable(error, request.url.host) from error
            raise
        return httpx.Response(response.status, headers=response.headers, stream=_Body(self, origin, response, request.url.host))

    async def aclose(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        while self._origins:
            await self._origins.popitem()[1].pool.aclose()

    def _claim(self, url: httpx.URL) -> tuple[_Origin, _Origin | None]:
        """The origin to use, counted as in use, and one that had to go to make room. Nothing is awaited here: no half-made state."""
        key = b"%s://%s" % (url.raw_scheme, url.netloc)
        displaced = None
        if key not in self._origins:
            displaced = self._displace()
            self._origins[key] = _Origin(self._new_pool())
        self._origins.move_to_end(key)
        origin = self._origins[key]
        origin.in_use += 1
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._close_idle())
        return origin, displaced

    def _release(self, origin: _Origin) -> None:
        origin.in_use -= 1
        origin.last_used = time.monotonic()

    def _displace(self) -> _Origin | None:
        if len(self._origins) < self._limit:
            return None
        key = next((key for key, origin in self._origins.items() if not origin.in_use), None)
        if key is None:
            raise RemoteUnavailable("too many origins in use at once", reason="busy")
        return self._origins.pop(key)

    def _new_pool(self) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            max_connections=_CONNECTIONS_PER_ORIGIN,
            keepalive_expiry=self._idle_seconds,
            network_backend=self._backend,
        )

    async def _close_idle(self) -> None:
        """Close what nobody used for a while. Ends when nothing is left; the next request starts it again."""
        while self._origins:
            await asyncio.sleep(self._idle_seconds)
            before = time.monotonic() - self._idle_seconds
            idle = [key for key, origin in self._origins.items() if not origin.in_use and origin.last_used <= before]
            for closing in [self._origins.pop(key) for key in idle]:
                await closing.pool.aclose()


class _Body(httpx.AsyncByteStream):
    """The raw bytes of an answer as they arrive; gives the connection back when closed."""

    def __init__(self, transport: GuardedTransport, origin: _Origin, response: httpcore.Response, host: str) -> None:
        self._transport = transport
        self._origin = origin
        self._response = response
        self._host = host
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_stream():
                yield chunk
        except _IO_ERRORS as error:
            raise unavailable(error, self._host) from error

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                await self._response.aclose()
            finally:
                self._transport._release(self._origin)  # noqa: SLF001  two halves of one mechanism


def _to_httpcore(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
    )
