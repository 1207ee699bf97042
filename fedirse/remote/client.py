"""The way out: one client for every fetch and every delivery, which holds each to its limits and to the guard.

Decides nothing about what an answer means; keeps no state about hosts.
"""

import asyncio
import copy
import functools
from collections.abc import Awaitable, Callable
from enum import Enum
from http import HTTPStatus
from typing import Final, NoReturn, Protocol, TypeVar, cast
from urllib.parse import urljoin

import httpx

from fedirse.activitypub import vocabulary
from fedirse.activitypub.uris import Address
from fedirse.base import limits
from fedirse.base.clock import Clock, SystemClock
from fedirse.base.errors import RemoteGone, RemoteRejected, RemoteUnavailable, UnsafeAddress, UnsupportedMediaType
from fedirse.remote.answers import Answer, Fetched, collect_headers, parse_retry_after
from fedirse.remote.body import Sink, pass_on, read_body
from fedirse.remote.failures import unavailable
from fedirse.remote.guard import AddressPolicy, check_url
from fedirse.remote.media_types import PICTURES, is_jrd, is_picture

Headers = tuple[tuple[str, str], ...]

RequestSigner = Callable[[str, Address, bytes], Headers]
"""Method, address and body of a request to the headers that sign it; asked again for every hop."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
T = TypeVar("T")

_RETRYABLE: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class FetchKind(Enum):
    """What is fetched: which types are asked for, which are accepted, and how many bytes."""

    DOCUMENT = (vocabulary.ACCEPT, vocabulary.is_as2_media_type, limits.DOCUMENT_BYTES)
    JRD = ("application/jrd+json, application/json", is_jrd, limits.WEBFINGER_BYTES)
    NODEINFO = ("application/json, application/jrd+json", is_jrd, limits.WEBFINGER_BYTES)
    PICTURE = (PICTURES, is_picture, limits.REMOTE_PICTURE_BYTES)
    FILE = ("*/*", bool, limits.FILE_BYTES)

    def __init__(self, accept: str, accepts: Callable[[str], bool], limit: int) -> None:
        self.accept = accept
        self.accepts = accepts
        self.limit = limit


class Poster(Protocol):
    """What carries one POST to a checked address; follows no redirect and leaves the deadline to the client."""

    async def post(self, address: Address, body: bytes, headers: Headers) -> Answer:
        """Send the body with exactly these headers (Host included) and return whatever was answered.

        Raises:
            RemoteUnavailable: there was no answer; the reason says why.
            UnsafeAddress: the host is at an address that is refused.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class Client:
    """Fetches and posts for one site or for a process.

    Args:
        policy: where may be connected to.
        user_agent: value of the User-Agent header.
        fetch_transport: what carries fetches; `GuardedTransport`, or whole sites in one process.
        poster: what carries deliveries; `DeliveryTransport`, or whole sites in one process.
        clock: for dates in Retry-After.
        fetch_seconds: deadline of a fetch, redirects and body included.
        delivery_seconds: deadline of a delivery.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        user_agent: str,
        fetch_transport: httpx.AsyncBaseTransport,
        poster: Poster,
        clock: Clock | None = None,
        fetch_seconds: float = limits.FETCH_SECONDS,
        delivery_seconds: float = limits.DELIVERY_SECONDS,
    ) -> None:
        self._policy = policy
        self._user_agent = user_agent
        self._transport = fetch_transport
        self._poster = poster
        self._own_authority = ""
        self._clock = clock or SystemClock()
        self._fetch_seconds = fetch_seconds
        self._delivery_seconds = delivery_seconds

    def of_site(self, origin: str) -> "Client":
        """This way out, for one site of the process: what is that site's own is read from its database, never asked over HTTP.

        Its neighbours in the process are asked like anybody else: each has a database of its own.

        Args:
            origin: the site's, `https://host[:port]`.

        Returns:
            A client over the same connections; only the one it was made of is closed.
        """
        its_own = copy.copy(self)
        its_own._own_authority = origin.partition("://")[2]  # noqa: SLF001 - of the same class
        return its_own

    @property
    def policy(self) -> AddressPolicy:
        """Where this client may connect to."""
        return self._policy

    async def fetch(self, url: str, kind: FetchKind, *, sign: RequestSigner | None = None) -> Fetched:
        """GET a URL, following a few redirects, each checked and signed like the first request.

        Raises:
            UnsafeAddress: the URL, a redirect or an address behind them is refused; reason "own-domain" for the site's own.
            RemoteGone: 404 or 410.
            RemoteRejected: any other 4xx, an unusable redirect ("redirect") or a status that is no answer ("status").
            RemoteUnavailable: 408, 425, 429, 5xx, or no answer; `retry_after` is set when the server named a time.
            ResponseTooLarge: more bytes than the kind allows.
            UnsupportedMediaType: reason "content-type" or "content-coding".
        """
        try:
            async with asyncio.timeout(self._fetch_seconds):
                return await self._follow(url, kind, sign, _read)
        except TimeoutError as error:
            raise RemoteUnavailable(f"{url}: no complete answer in {self._fetch_seconds} s", reason="timeout") from error

    async def download(self, url: str, kind: FetchKind, sink: Sink, *, sign: RequestSigner | None = None) -> str:
        """GET a URL like `fetch`, and give the body away as it arrives: it may be large, and take as long as something of it comes.

        Args:
            url: where it lies.
            kind: what it is.
            sink: takes the parts; has had some of them when this raises.
            sign: signs each request.

        Returns:
            The address it came from in the end.

        Raises:
            As `fetch`.
        """
        now = asyncio.get_running_loop().time
        end = now() + limits.DOWNLOAD_SECONDS
        try:
            async with asyncio.timeout(self._fetch_seconds) as silence:

                async def take(part: bytes) -> None:
                    silence.reschedule(min(now() + self._fetch_seconds, end))
                    await sink(part)

                return await self._follow(url, kind, sign, functools.partial(_pass_on, take))
        except TimeoutError as error:
            raise RemoteUnavailable(f"{url}: it was silent, or took too long", reason="timeout") from error

    async def post(self, url: str, body: bytes, headers: Headers) -> Answer:
        """POST a body with headers that already sign it; returns any status, redirects too, which are not followed.

        Host and User-Agent are set here.

        Raises:
            RemoteUnavailable: there was no answer; the reason says why.
            UnsafeAddress: the URL or the address behind it is refused; reason "own-domain" for the site's own.
        """
        address = self._check(url)
        try:
            async with asyncio.timeout(self._delivery_seconds):
                return await self._poster.post(address, body, self._complete(address, headers))
        except TimeoutError as error:
            raise RemoteUnavailable(f"{address.origin}: no answer in {self._delivery_seconds} s", reason="timeout") from error

    async def aclose(self) -> None:
        """Close the transport and the poster."""
        await self._transport.aclose()
        await self._poster.aclose()

    async def _follow(self, url: str, kind: FetchKind, sign: RequestSigner | None, read: "_Reads[T]") -> T:
        address = self._check(url)
        seen = {address.url}
        for _ in range(limits.FETCH_REDIRECTS + 1):
            result = await self._get(address, kind, sign, read)
            if not isinstance(result, httpx.Headers):
                return result
            address = self._check_redirect(address, result)
            if address.url in seen:
                raise RemoteRejected(f"{url}: redirected in a circle", reason="redirect")
            seen.add(address.url)
        raise RemoteRejected(f"{url}: more than {limits.FETCH_REDIRECTS} redirects", reason="redirect")

    async def _get(self, address: Address, kind: FetchKind, sign: RequestSigner | None, read: "_Reads[T]") -> T | httpx.Headers:
        """One request: what was read of the answer, or the headers of a redirect."""
        signed = sign("GET", address, b"") if sign else ()
        request = httpx.Request("GET", address.url, headers=self._complete(address, (("Accept", kind.accept), *signed)))
        try:
            response = await self._transport.handle_async_request(request)
            try:
                if response.status_code in _REDIRECTS:
                    return response.headers
                self._check_status(address, response)
                return await read(address, kind, response)
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise unavailable(error, address.authority) from error

    def _check(self, url: str) -> Address:
        address = check_url(self._policy, url)
        # Under either scheme.
        if address.authority == self._own_authority:
            raise UnsafeAddress(f"{address.origin} is the site that asks", reason="own-domain")
        return address

    def _check_redirect(self, address: Address, headers: httpx.Headers) -> Address:
        locations = headers.get_list("location")
        # urljoin drops tabs and line breaks in silence; the grammar would then judge another text than the one received.
        if len(locations) != 1 or not locations[0].isascii() or not locations[0].isprintable():
            raise RemoteRejected(f"{address.url}: redirected nowhere", reason="redirect")
        target = self._check(urljoin(address.url, locations[0]))
        if address.scheme == "https" and target.scheme == "http":
            raise UnsafeAddress(f"{address.url}: redirected from https to http", reason="http")
        return target

    def _check_status(self, address: Address, response: httpx.Response) -> None:
        status = response.status_code
        if status == HTTPStatus.OK:
            return
        if status in _GONE:
            raise RemoteGone(f"{address.url} answered {status}", explicit=status == HTTPStatus.GONE)
        if status in _RETRYABLE or response.is_server_error:
            wait = parse_retry_after(response.headers.get("retry-after"), self._clock.now())
            raise RemoteUnavailable(f"{address.url} answered {status}", retry_after=wait, reason=f"status-{status}")
        raise RemoteRejected(f"{address.url} answered {status}", status=status, reason=f"status-{status}")

    def _complete(self, address: Address, headers: Headers) -> Headers:
        """The caller's headers with those that are the same for every request; identity, so that no answer can expand."""
        own = (("Host", address.authority), ("User-Agent", self._user_agent), ("Accept-Encoding", "identity"))
        return own + tuple(header for header in headers if header[0].lower() != "host")


_Reads = Callable[[Address, FetchKind, httpx.Response], Awaitable[T]]
"""What is made of an answer: where it came from, what was asked for, the answer with its body unread."""


async def _read(address: Address, kind: FetchKind, response: httpx.Response) -> Fetched:
    content_type = _check_type(address, kind, response)
    headers = collect_headers(response.headers.raw)
    body = await read_body(_stream_of(response), coding=headers.get("content-encoding", ""), limit=kind.limit)
    return Fetched(address.url, response.status_code, content_type, headers, body)


async def _pass_on(sink: Sink, address: Address, kind: FetchKind, response: httpx.Response) -> str:
    _check_type(address, kind, response)
    coding = response.headers.get("content-encoding", "")
    await pass_on(_stream_of(response), sink, coding=coding, limit=kind.limit)
    return address.url


def _stream_of(response: httpx.Response) -> httpx.AsyncByteStream:
    """The stream itself: httpx's own ways to read it decode without a limit, or refuse what another transport has in memory."""
    return cast("httpx.AsyncByteStream", response.stream)


def _check_type(address: Address, kind: FetchKind, response: httpx.Response) -> str:
    content_types = response.headers.get_list("content-type")
    # Two of them are read differently by different programs, a list in one as well.
    if len(content_types) != 1 or not kind.accepts(content_types[0]):
        _refuse_type(address, content_types)
    return content_types[0]


def _refuse_type(address: Address, content_types: list[str]) -> NoReturn:
    raise UnsupportedMediaType(f"{address.url}: content types {content_types}", reason="content-type")
