"""Fetches and deliveries from outside: limits, redirects, types, deadlines, own domains."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from fedirse.activitypub.uris import Address
from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import RemoteGone, RemoteRejected, RemoteUnavailable, ResponseTooLarge, UnsafeAddress, UnsupportedMediaType
from fedirse.remote.answers import Answer
from fedirse.remote.client import Client, FetchKind, Headers
from fedirse.remote.delivery_transport import DeliveryTransport
from fedirse.remote.guard import AddressPolicy
from fedirse.remote.resolver import Resolver
from fedirse.remote.tls import client_context
from fedirse.remote.transport import GuardedBackend, GuardedTransport
from tests.remote.canned import Silent, canned, document, moved
from tests.remote.loopback import Handler, Received, Server, always, answer, by_target, serving

PUBLIC = AddressPolicy()
DEVELOPMENT = AddressPolicy(development=True)
AS2 = "Content-Type: application/activity+json"
JRD = "Content-Type: application/jrd+json"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def connected(policy: AddressPolicy = DEVELOPMENT, *, seconds: float = 10.0) -> AsyncIterator[Client]:
    resolver = Resolver(policy)
    tls = client_context()
    client = Client(
        policy,
        user_agent="fedirse/test (+https://us.example/)",
        fetch_transport=GuardedTransport(GuardedBackend(policy, resolver), tls),
        poster=DeliveryTransport(policy, resolver, tls),
        clock=FixedClock(NOW),
        fetch_seconds=seconds,
        delivery_seconds=seconds,
    )
    try:
        yield client
    finally:
        await client.aclose()
        resolver.close()


def sealed(policy: AddressPolicy = PUBLIC, *, own: str = "") -> Client:
    """A client whose every request on the wire fails the test."""
    silent = Silent()
    client = Client(policy, user_agent="fedirse/test", fetch_transport=silent, poster=silent)
    return client.of_site(own) if own else client


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(status, b"", f"Location: {location}")


async def fetch_answer(handler: Handler, kind: FetchKind = FetchKind.DOCUMENT) -> bytes:
    async with serving(handler) as server, connected() as client:
        return (await client.fetch(f"{server.origin}/x", kind)).body


@asynccontextmanager
async def raw_server(raw: bytes) -> AsyncIterator[int]:
    """The port of a server that says the same to everyone before it was asked anything."""

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as listener:
        yield listener.sockets[0].getsockname()[1]


# Where to


@pytest.mark.attack("SSRF-041")
@pytest.mark.parametrize("url", ["https://us.example/inbox", "https://US.example:443/x", "https://us.example"])
async def test_our_own_sites_are_never_asked_over_http(url: str) -> None:
    client = sealed(own="https://us.example")
    with pytest.raises(UnsafeAddress) as fetch_refusal:
        await client.fetch(url, FetchKind.DOCUMENT)
    with pytest.raises(UnsafeAddress) as post_refusal:
        await client.post(url, b"{}", ())
    assert (fetch_refusal.value.reason, post_refusal.value.reason) == ("own-domain", "own-domain")


@pytest.mark.attack("SSRF-041")
async def test_a_redirect_to_our_own_site_is_refused() -> None:
    client, transport = canned({"https://evil.example/x": moved("https://us.example/inbox")}, own="https://us.example")
    with pytest.raises(UnsafeAddress) as refusal:
        await client.fetch("https://evil.example/x", FetchKind.DOCUMENT)
    assert (refusal.value.reason, len(transport.asked)) == ("own-domain", 1)


async def test_our_own_site_is_refused_under_the_other_scheme_too() -> None:
    client = sealed(DEVELOPMENT, own="http://siege.localhost:8101")
    with pytest.raises(UnsafeAddress):
        await client.fetch("https://siege.localhost:8101/x", FetchKind.DOCUMENT)


async def test_another_site_of_the_process_is_asked_like_anybody() -> None:
    client, transport = canned({"https://us.example/x": document()})
    neighbour = client.of_site("https://them.example")
    assert (await neighbour.fetch("https://us.example/x", FetchKind.DOCUMENT)).body == b"{}"
    assert len(transport.asked) == 1
    with pytest.raises(UnsafeAddress):
        await neighbour.fetch("https://them.example/x", FetchKind.DOCUMENT)


@pytest.mark.attack("SSRF-023")
@pytest.mark.parametrize("href", ["http://127.0.0.1:6379/", "https://127.0.0.1:6379/", "data:application/json,{}", "file:///etc/passwd"])
async def test_a_nodeinfo_link_to_an_internal_place_is_refused(href: str) -> None:
    async with connected(PUBLIC) as client:
        with pytest.raises(UnsafeAddress):
            await client.fetch(href, FetchKind.NODEINFO)


@pytest.mark.parametrize("url", ["https://10.0.0.1/inbox", "https://[::1]/inbox", "http://a.example/inbox", "https://localhost/inbox"])
async def test_a_delivery_to_an_unsafe_place_is_refused(url: str) -> None:
    async with connected(PUBLIC) as client:
        with pytest.raises(UnsafeAddress):
            await client.post(url, b"{}", ())


# Redirects


async def test_redirects_are_followed_up_to_the_limit() -> None:
    hops = {
        "/0": redirect("/1", "301 Moved"),
        "/1": redirect("2", "307 Temporary Redirect"),
        "/2": redirect("/3?q#f", "308 Permanent Redirect"),
        "/3?q": answer("200 OK", b"{}", AS2),
    }
    async with serving(by_target(hops)) as server, connected() as client:
        fetched = await client.fetch(f"{server.origin}/0#main-key", FetchKind.DOCUMENT)
    assert fetched.url == f"{server.origin}/3?q"
    assert server.targets == list(hops)
    assert len(hops) == limits.FETCH_REDIRECTS + 1


async def test_one_redirect_more_is_refused() -> None:
    async with serving(by_target({f"/{n}": redirect(f"/{n + 1}") for n in range(9)})) as server, connected() as client:
        with pytest.raises(RemoteRejected) as refusal:
            await client.fetch(f"{server.origin}/0", FetchKind.DOCUMENT)
    assert (refusal.value.reason, len(server.requests)) == ("redirect", limits.FETCH_REDIRECTS + 1)


@pytest.mark.attack("ORG-055")
@pytest.mark.parametrize("hops", [{"/x": "/x"}, {"/x": "/y", "/y": "/x#z"}, {"/x": ""}])
async def test_a_circle_is_refused_at_once(hops: dict[str, str]) -> None:
    async with serving(by_target({path: redirect(to) for path, to in hops.items()})) as server, connected() as client:
        with pytest.raises(RemoteRejected) as refusal:
            await client.fetch(f"{server.origin}/x", FetchKind.JRD)
    assert (refusal.value.reason, len(server.requests)) == ("redirect", len(hops))


@pytest.mark.attack("ORG-055")
@pytest.mark.parametrize("policy", [PUBLIC, DEVELOPMENT], ids=["production", "development"])
async def test_a_redirect_from_https_to_http_is_refused(policy: AddressPolicy) -> None:
    client, transport = canned({"https://a.example/x": moved("http://a.example/y")}, policy)
    with pytest.raises(UnsafeAddress) as refusal:
        await client.fetch("https://a.example/x", FetchKind.JRD)
    assert (refusal.value.reason, len(transport.asked)) == ("http", 1)


@pytest.mark.parametrize(
    "location",
    [
        "https://10.0.0.1:99999/",
        "https://user@a.example/",
        "https://a.example\\@10.0.0.1/",
        "javascript:alert(1)",
        "data:,x",
        "//a.example:25/",
        "https://localhost/",
        "https://a.example/a b",
        "https://127.1/",
    ],
)
async def test_a_redirect_to_an_unsafe_url_is_refused(location: str) -> None:
    client, transport = canned({"https://a.example/x": moved(location)})
    with pytest.raises(UnsafeAddress):
        await client.fetch("https://a.example/x", FetchKind.DOCUMENT)
    assert len(transport.asked) == 1


@pytest.mark.parametrize("address", ["10.0.0.1", "[::1]", "169.254.169.254"])
async def test_a_redirect_to_an_internal_address_is_never_dialled(address: str) -> None:
    # In production nothing on loopback may be asked first, so the first hop is played and the second goes to the real transport.
    async with connected(PUBLIC) as real:
        first = {"https://a.example/x": moved(f"https://{address}/")}

        class FirstCanned(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                return first.pop(str(request.url), None) or await real._transport.handle_async_request(request)

        client = Client(PUBLIC, user_agent="x", fetch_transport=FirstCanned(), poster=Silent())
        with pytest.raises(UnsafeAddress) as refusal:
            await client.fetch("https://a.example/x", FetchKind.DOCUMENT)
    assert refusal.value.reason == "address-not-public"


@pytest.mark.parametrize("headers", [[], [("Location", "/a"), ("Location", "/b")], [("Location", "/é")], [("Location", "/\ta")]])
async def test_a_redirect_without_one_clear_place_is_refused(headers: list[tuple[str, str]]) -> None:
    response = httpx.Response(302, headers=[(name.encode(), value.encode()) for name, value in headers])
    client, _ = canned({"https://a.example/x": response})
    with pytest.raises(RemoteRejected) as refusal:
        await client.fetch("https://a.example/x", FetchKind.DOCUMENT)
    assert refusal.value.reason == "redirect"


async def test_every_hop_is_signed_for_itself() -> None:
    asked: list[tuple[str, str, bytes]] = []

    def sign(method: str, address: Address, body: bytes) -> Headers:
        asked.append((method, address.target, body))
        return (("Signature", f"for {address.target}"), ("Host", "evil.example"))

    hops = {"/x": redirect("/y"), "/y": answer("200 OK", b"{}", AS2)}
    async with serving(by_target(hops)) as server, connected() as client:
        await client.fetch(f"{server.origin}/x", FetchKind.DOCUMENT, sign=sign)
    assert asked == [("GET", "/x", b""), ("GET", "/y", b"")]
    assert [request.header("signature") for request in server.requests] == ["for /x", "for /y"]
    assert [value for name, value in server.requests[0].headers if name == "Host"] == [f"127.0.0.1:{server.port}"]


@pytest.mark.attack("SSRF-021")
async def test_a_delivery_is_not_redirected() -> None:
    async with serving(always(redirect("https://10.0.0.1/", "307 Temporary Redirect"))) as server, connected() as client:
        assert (await client.post(f"{server.origin}/inbox", b"{}", ())).status == 307
    assert len(server.requests) == 1


# What comes back


@pytest.mark.attack("ORG-006")
@pytest.mark.parametrize("value", ["text/plain", "image/png", "application/json", "application/octet-stream"])
async def test_a_document_of_another_type_is_refused(value: str) -> None:
    with pytest.raises(UnsupportedMediaType) as refusal:
        await fetch_answer(always(answer("200 OK", b"{}", f"Content-Type: {value}")))
    assert refusal.value.reason == "content-type"


@pytest.mark.attack("ORG-007")
@pytest.mark.parametrize(
    "lines",
    [
        [],
        [AS2, AS2],
        [AS2, "Content-Type: text/html"],
        ["Content-Type: text/html", AS2],
        [f"{AS2}, text/html"],
        ["Content-Type: application/ld+json"],
    ],
)
async def test_a_document_without_one_clear_type_is_refused(lines: list[str]) -> None:
    with pytest.raises(UnsupportedMediaType) as refusal:
        await fetch_answer(always(answer("200 OK", b"{}", *lines)))
    assert refusal.value.reason == "content-type"


@pytest.mark.attack("ORG-010")
async def test_an_alternate_link_of_a_page_is_not_followed() -> None:
    page = b'<link rel="alternate" type="application/activity+json" href="/note">'
    lines = ("Content-Type: text/html", 'Link: </note>; rel="alternate"; type="application/activity+json"')
    async with (
        serving(by_target({"/x": answer("200 OK", page, *lines), "/note": answer("200 OK", b"{}", AS2)})) as server,
        connected() as client,
    ):
        with pytest.raises(UnsupportedMediaType):
            await client.fetch(f"{server.origin}/x", FetchKind.DOCUMENT)
    assert server.targets == ["/x"]


@pytest.mark.parametrize(
    ("kind", "accept"),
    [
        (FetchKind.DOCUMENT, 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'),
        (FetchKind.JRD, "application/jrd+json, application/json"),
        (FetchKind.NODEINFO, "application/json, application/jrd+json"),
    ],
)
async def test_each_kind_asks_for_its_types_uncompressed(kind: FetchKind, accept: str) -> None:
    line = AS2 if kind is FetchKind.DOCUMENT else JRD
    async with serving(always(answer("200 OK", b"{}", line))) as server, connected() as client:
        await client.fetch(f"{server.origin}/x?q=1", kind)
    received = server.requests[0]
    assert (received.method, received.target, received.body) == ("GET", "/x?q=1", b"")
    assert dict(received.headers) == {
        "Host": f"127.0.0.1:{server.port}",
        "User-Agent": "fedirse/test (+https://us.example/)",
        "Accept-Encoding": "identity",
        "Accept": accept,
    }


async def test_a_document_comes_back_with_its_place_type_and_headers() -> None:
    async with serving(always(answer("200 OK", b'{"a":1}', AS2, "X-Two: 1", "X-Two: 2"))) as server, connected() as client:
        fetched = await client.fetch(f"{server.origin}/x#y", FetchKind.DOCUMENT)
    assert (fetched.url, fetched.status, fetched.content_type) == (f"{server.origin}/x", 200, "application/activity+json")
    assert (fetched.body, fetched.headers["x-two"]) == (b'{"a":1}', "1, 2")


async def test_a_compressed_document_is_read_although_nobody_asked_for_it() -> None:
    assert await fetch_answer(always(answer("200 OK", gzip.compress(b'{"a":1}'), AS2, "Content-Encoding: gzip"))) == b'{"a":1}'


@pytest.mark.parametrize(
    ("kind", "line", "limit"), [(FetchKind.DOCUMENT, AS2, limits.DOCUMENT_BYTES), (FetchKind.JRD, JRD, limits.WEBFINGER_BYTES)]
)
async def test_a_body_is_read_up_to_the_limit_of_its_kind(kind: FetchKind, line: str, limit: int) -> None:
    assert len(await fetch_answer(always(answer("200 OK", b" " * limit, line)), kind)) == limit
    with pytest.raises(ResponseTooLarge):
        await fetch_answer(always(answer("200 OK", b" " * (limit + 1), line)), kind)


async def test_a_body_that_never_ends_is_refused() -> None:
    async def handler(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("200 OK", b"", JRD, "Transfer-Encoding: chunked", length=False))
        while not writer.is_closing():
            writer.write(b"1000\r\n" + b" " * 0x1000 + b"\r\n")
            await writer.drain()

    with pytest.raises(ResponseTooLarge):
        await fetch_answer(handler, FetchKind.JRD)


@pytest.mark.attack("DOS-008")
@pytest.mark.parametrize(
    "lines", [["Content-Encoding: gzip, gzip"], ["Content-Encoding: gzip", "Content-Encoding: gzip"], ["Content-Encoding: br"]]
)
async def test_layers_of_compression_are_refused(lines: list[str]) -> None:
    bomb = gzip.compress(gzip.compress(bytes(8 * 1024 * 1024)))
    with pytest.raises(UnsupportedMediaType) as refusal:
        await fetch_answer(always(answer("200 OK", bomb, AS2, *lines)))
    assert refusal.value.reason == "content-coding"


@pytest.mark.attack("DOS-008")
async def test_one_layer_that_grows_beyond_the_limit_is_refused() -> None:
    bomb = gzip.compress(bytes(16 * limits.DOCUMENT_BYTES))
    with pytest.raises(ResponseTooLarge):
        await fetch_answer(always(answer("200 OK", bomb, AS2, "Content-Encoding: gzip")))


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
async def test_gone_is_said(status: str) -> None:
    with pytest.raises(RemoteGone):
        await fetch_answer(always(answer(status)))


@pytest.mark.parametrize("status", [201, 202, 204, 206, 300, 304, 400, 401, 403, 406, 418, 451])
async def test_any_other_no_is_a_rejection_with_its_status(status: int) -> None:
    with pytest.raises(RemoteRejected) as refusal:
        await fetch_answer(always(answer(f"{status} X", b"", AS2)))
    assert (refusal.value.status, refusal.value.reason) == (status, f"status-{status}")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize(
    ("line", "wait"), [("X-Nothing: 1", None), ("Retry-After: 90", 90.0), ("Retry-After: Sat, 21 Nov 2026 12:02:00 GMT", 120.0)]
)
async def test_later_is_unavailable_with_the_wait_that_was_asked_for(status: int, line: str, wait: float | None) -> None:
    with pytest.raises(RemoteUnavailable) as failure:
        await fetch_answer(always(answer(f"{status} X", b"", line)))
    assert (failure.value.retry_after, failure.value.reason) == (wait, f"status-{status}")


async def test_a_port_where_nobody_listens_is_unavailable() -> None:
    async with serving(always(b"")) as server:
        pass
    async with connected() as client:
        with pytest.raises(RemoteUnavailable) as fetch_failure:
            await client.fetch(f"{server.origin}/x", FetchKind.DOCUMENT)
        with pytest.raises(RemoteUnavailable) as post_failure:
            await client.post(f"{server.origin}/x", b"{}", ())
    assert (fetch_failure.value.reason, post_failure.value.reason) == ("connect", "connect")


async def test_plain_http_where_tls_is_expected_is_unavailable() -> None:
    async with raw_server(answer("400 Bad Request")) as port, connected() as client:
        with pytest.raises(RemoteUnavailable) as fetch_failure:
            await client.fetch(f"https://127.0.0.1:{port}/x", FetchKind.DOCUMENT)
        with pytest.raises(RemoteUnavailable) as post_failure:
            await client.post(f"https://127.0.0.1:{port}/x", b"{}", ())
    assert (fetch_failure.value.reason, post_failure.value.reason) == ("tls", "tls")


async def test_an_error_of_another_transport_is_named_alike() -> None:
    class Broken(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("host is down")

    client = Client(PUBLIC, user_agent="x", fetch_transport=Broken(), poster=Silent())
    with pytest.raises(RemoteUnavailable) as failure:
        await client.fetch("https://a.example/", FetchKind.DOCUMENT)
    assert failure.value.reason == "connect"


# How long


async def hang(_: Received, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drip(_: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(answer("200 OK", b"", AS2, "Content-Length: 100000", length=False))
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.005)


async def drip_headers(_: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.005)


async def interim(_: Received, writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.005)


@pytest.mark.attack("DOS-004")
@pytest.mark.parametrize("handler", [hang, drip, drip_headers, interim])
async def test_a_fetch_ends_at_its_deadline_however_busy_the_server_looks(handler: Handler) -> None:
    async with serving(handler) as server, connected(seconds=0.1) as client:
        with pytest.raises(RemoteUnavailable) as failure:
            await client.fetch(f"{server.origin}/x", FetchKind.DOCUMENT)
    assert failure.value.reason == "timeout"


@pytest.mark.attack("DOS-004")
async def test_redirects_share_one_deadline() -> None:
    async def handler(received: Received, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.06)
        writer.write(redirect(f"{received.target}x"))

    async with serving(handler) as server, connected(seconds=0.1) as client:
        with pytest.raises(RemoteUnavailable) as failure:
            await client.fetch(f"{server.origin}/x", FetchKind.DOCUMENT)
    assert failure.value.reason == "timeout"


@pytest.mark.attack("DOS-004")
@pytest.mark.parametrize("handler", [hang, drip_headers, interim])
async def test_a_delivery_ends_at_its_deadline(handler: Handler) -> None:
    async with serving(handler) as server, connected(seconds=0.1) as client:
        with pytest.raises(RemoteUnavailable) as failure:
            await client.post(f"{server.origin}/inbox", b"{}", ())
    assert failure.value.reason == "timeout"


async def test_the_deadlines_are_those_of_the_table() -> None:
    class Late(Silent):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise TimeoutError

        async def post(self, address: Address, body: bytes, headers: Headers) -> Answer:
            raise TimeoutError

    client = Client(PUBLIC, user_agent="x", fetch_transport=Late(), poster=Late())
    with pytest.raises(RemoteUnavailable, match=f"in {limits.FETCH_SECONDS} s"):
        await client.fetch("https://a.example/", FetchKind.DOCUMENT)
    with pytest.raises(RemoteUnavailable, match=f"in {limits.DELIVERY_SECONDS} s"):
        await client.post("https://a.example/inbox", b"{}", ())


@pytest.mark.attack("DOS-004")
async def test_a_handshake_that_is_given_up_leaves_no_connection_open() -> None:
    opened: list[asyncio.Event] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        closed = asyncio.Event()
        opened.append(closed)
        await reader.read()  # until the other side closes; nothing is ever said
        closed.set()
        writer.close()

    listener = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with listener, connected(seconds=0.1) as client:
        url = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}/x"
        for give_up in (lambda: client.fetch(url, FetchKind.DOCUMENT), lambda: client.post(url, b"{}", ())):
            opened.clear()
            while not opened:  # a machine that is busy may not even connect in the time
                with pytest.raises(RemoteUnavailable):
                    await give_up()
            async with asyncio.timeout(60):
                await asyncio.gather(*(closed.wait() for closed in opened))


async def test_a_client_works_on_after_a_deadline() -> None:
    slow = True

    async def handler(received: Received, writer: asyncio.StreamWriter) -> None:
        await (hang if slow else always(answer("200 OK", b"{}", AS2)))(received, writer)

    async with serving(handler) as server, connected(seconds=0.1) as client:
        for _ in range(9):  # more than an origin has connections
            with pytest.raises(RemoteUnavailable):
                await client.fetch(f"{server.origin}/x", FetchKind.DOCUMENT)
        slow = False
        client._fetch_seconds = limits.FETCH_SECONDS
        assert (await client.fetch(f"{server.origin}/x", FetchKind.DOCUMENT)).body == b"{}"


async def test_a_delivery_carries_the_headers_of_the_caller_and_the_user_agent() -> None:
    async with serving(always(answer("202 Accepted", b"thanks"))) as server, connected() as client:
        given = await client.post(
            f"{server.origin}/inbox", b"{}", (("Content-Type", "application/activity+json"), ("host", "evil.example"))
        )
    assert given == Answer(202, {"content-length": "6"}, "thanks")
    assert dict(server.requests[0].headers) == {
        "Host": f"127.0.0.1:{server.port}",
        "User-Agent": "fedirse/test (+https://us.example/)",
        "Accept-Encoding": "identity",
        "Content-Type": "application/activity+json",
        "Content-Length": "2",
    }


def test_a_server_knows_its_origin() -> None:
    assert Server(8101).origin == "http://127.0.0.1:8101"
