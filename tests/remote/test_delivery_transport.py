"""The transport of deliveries: the same guard in aiohttp's two hooks, and answers taken as they are."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.errors import RemoteUnavailable, UnsafeAddress
from fedirse.remote import delivery_transport
from fedirse.remote.answers import Answer
from fedirse.remote.delivery_transport import DeliveryTransport
from fedirse.remote.guard import AddressPolicy, PrivateNetwork
from fedirse.remote.resolver import Lookup, Resolver, Resolves
from fedirse.remote.tls import client_context
from tests.remote.authority import server_context
from tests.remote.loopback import Received, always, answer, serving

PUBLIC = AddressPolicy()
DEVELOPMENT = AddressPolicy(development=True)


class Dialled:
    """Stands where sockets are opened: records the address and opens none."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def __call__(self, info: aiohttp.AddrInfoType) -> socket.socket:
        self.addresses.append(str(info[4][0]))
        raise OSError("nothing is opened here")


@asynccontextmanager
async def transport(
    policy: AddressPolicy = DEVELOPMENT,
    *,
    lookup: Lookup | None = None,
    dialled: Dialled | None = None,
    authority: Path | None = None,
    resolves: Resolves | None = None,
) -> AsyncIterator[DeliveryTransport]:
    resolver = Resolver(policy, lookup=lookup)
    made = DeliveryTransport(policy, resolves or resolver, client_context(authority), open_socket=dialled)
    try:
        yield made
    finally:
        await made.aclose()
        resolver.close()


async def post(over: DeliveryTransport, url: str, body: bytes = b"{}", *headers: tuple[str, str]) -> Answer:
    address = uris.parse(url, allow_http=True)
    return await over.post(address, body, (("Host", address.authority), *headers))


class Unchecked:
    """A resolver that checks nothing, to show that aiohttp's hook does."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(self, host: str) -> tuple[str, ...]:
        return self._addresses


LITERALS = {
    "SSRF-001": ["127.0.0.1", "0.0.0.0", "[::1]", "[::]"],
    "SSRF-005": ["[::127.0.0.1]"],
    "SSRF-006": ["[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]"],
    "SSRF-010": ["100.64.0.1", "192.0.0.8", "255.255.255.255"],
    "SSRF-012": ["[fec0::1]", "[3fff::1]", "[5f00::1]"],
    "SSRF-013": ["[fc00::1]", "[fd12::1]"],
}


@pytest.mark.parametrize(
    "host", [pytest.param(host, marks=pytest.mark.attack(attack)) for attack, hosts in LITERALS.items() for host in hosts]
)
async def test_a_literal_that_is_refused_is_never_dialled(host: str) -> None:
    dialled = Dialled()
    async with transport(PUBLIC, dialled=dialled) as over:
        with pytest.raises(UnsafeAddress):
            await post(over, f"https://{host}/inbox")
    assert dialled.addresses == []


@pytest.mark.attack("SSRF-014")
@pytest.mark.parametrize("addresses", [("10.0.0.1",), ("1.1.1.1", "127.0.0.1"), ("::ffff:10.0.0.1",), ("64:ff9b::7f00:1",)])
async def test_a_name_at_a_refused_address_is_never_dialled(addresses: tuple[str, ...]) -> None:
    dialled = Dialled()
    async with transport(PUBLIC, dialled=dialled, lookup=lambda _: addresses) as over:
        with pytest.raises(UnsafeAddress):
            await post(over, "https://evil.example/inbox")
    assert dialled.addresses == []


@pytest.mark.attack("SSRF-016")
async def test_a_name_that_moves_to_loopback_between_two_connections_is_refused_at_the_second() -> None:
    dialled = Dialled()
    answers = [["1.1.1.1"], ["127.0.0.1"]]
    async with transport(PUBLIC, dialled=dialled, lookup=lambda _: answers.pop(0)) as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await post(over, "https://evil.example/inbox")
        assert (failure.value.reason, dialled.addresses, len(answers)) == ("connect", ["1.1.1.1"], 1)
        with pytest.raises(UnsafeAddress):
            await post(over, "https://evil.example/inbox")
    assert (dialled.addresses, answers) == (["1.1.1.1"], [])


@pytest.mark.attack("SSRF-016")
async def test_the_hook_of_the_resolver_trusts_no_resolver() -> None:
    dialled = Dialled()
    async with transport(PUBLIC, dialled=dialled, resolves=Unchecked("1.1.1.1", "127.0.0.1")) as over:
        with pytest.raises(UnsafeAddress):
            await post(over, "https://evil.example/inbox")
    assert dialled.addresses == []


@pytest.mark.attack("SSRF-016")
async def test_the_hook_of_the_socket_trusts_no_hook_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled = Dialled()
    monkeypatch.setattr(delivery_transport._CheckedResolver, "resolve", _resolve_to_loopback)
    async with transport(PUBLIC, dialled=dialled) as over:
        with pytest.raises(UnsafeAddress):
            await post(over, "https://evil.example/inbox")
    assert dialled.addresses == []


async def _resolve_to_loopback(_: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
    return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]


@pytest.mark.attack("SSRF-042")
async def test_a_private_network_is_for_its_domain_only() -> None:
    policy = AddressPolicy(private_networks=(PrivateNetwork("siege.example", "10.0.0.0/8"),))
    dialled = Dialled()
    async with transport(policy, dialled=dialled, lookup=lambda _: ["10.0.0.7"]) as over:
        with pytest.raises(RemoteUnavailable):
            await post(over, "https://siege.example/inbox")
        for host in ("evil.example", "10.0.0.7"):
            with pytest.raises(UnsafeAddress):
                await post(over, f"https://{host}/inbox")
    assert dialled.addresses == ["10.0.0.7"]


async def test_two_addresses_are_both_tried() -> None:
    dialled = Dialled()
    async with transport(PUBLIC, dialled=dialled, lookup=lambda _: ["2a00:1450::1", "1.1.1.1"]) as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await post(over, "https://good.example/inbox")
    assert failure.value.reason == "connect"
    assert set(dialled.addresses) == {"2a00:1450::1", "1.1.1.1"}


async def test_an_unknown_name_is_named() -> None:
    async with transport(PUBLIC, lookup=lambda _: []) as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await post(over, "https://good.example/inbox")
    assert failure.value.reason == "dns"


@pytest.mark.attack("SSRF-021")
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"])
async def test_a_redirect_is_an_answer_and_is_not_followed(status: str) -> None:
    async with serving(always(answer())) as elsewhere:
        redirecting = always(answer(status, b"", f"Location: {elsewhere.origin}/inbox"))
        async with serving(redirecting) as server, transport() as over:
            given = await post(over, f"{server.origin}/inbox")
    assert str(given.status) == status[:3]
    assert given.headers["location"] == f"{elsewhere.origin}/inbox"
    assert elsewhere.connections == 0


async def test_exactly_the_given_headers_and_bytes_are_sent() -> None:
    async with serving(always(answer("202 Accepted"))) as server, transport() as over:
        given = await post(
            over, f"{server.origin}/inbox?x='1'&y=%2f", b'{"a":1}', ("Content-Type", "application/activity+json"), ("Date", "now")
        )
    received = server.requests[0]
    assert (given.status, received.method, received.target) == (202, "POST", "/inbox?x='1'&y=%2f")
    assert received.body == b'{"a":1}'
    assert dict(received.headers) == {
        "Host": f"127.0.0.1:{server.port}",
        "Content-Type": "application/activity+json",
        "Date": "now",
        "Content-Length": "7",
    }


async def test_a_connection_is_used_again() -> None:
    async with serving(always(answer("202 Accepted"))) as server, transport() as over:
        for _ in range(3):
            await post(over, f"{server.origin}/inbox")
    assert (server.connections, len(server.requests)) == (1, 3)


async def test_a_kept_connection_that_the_peer_closes_unasked_is_replaced_once() -> None:
    answers = [answer("202 Accepted"), b"", answer("202 Accepted")]

    async def handler(_: Received, writer: asyncio.StreamWriter) -> None:
        raw = answers.pop(0)
        if raw:
            writer.write(raw)
        else:
            writer.close()

    async with serving(handler) as server, transport() as over:
        assert (await post(over, f"{server.origin}/inbox")).status == 202
        assert (await post(over, f"{server.origin}/inbox")).status == 202
    assert (server.connections, len(server.requests)) == (2, 3)


async def test_a_peer_that_always_hangs_up_is_asked_twice_and_named() -> None:
    async def handler(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with serving(handler) as server, transport() as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await post(over, f"{server.origin}/inbox")
    assert (failure.value.reason, len(server.requests)) == ("disconnected", 2)


async def test_an_answer_that_is_no_http_is_named() -> None:
    async with serving(always(b"nonsense\r\n\r\n")) as server, transport() as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await post(over, f"{server.origin}/inbox")
    assert failure.value.reason == "broken-answer"


@pytest.mark.parametrize("extra", [-1, 0, 1, 100_000])
async def test_an_excerpt_ends_at_the_limit(extra: int) -> None:
    size = limits.DELIVERY_ANSWER_BYTES + extra
    async with serving(always(answer("400 Bad Request", b"x" * size))) as server, transport() as over:
        given = await post(over, f"{server.origin}/inbox")
    assert (given.status, len(given.excerpt)) == (400, min(size, limits.DELIVERY_ANSWER_BYTES))


@pytest.mark.attack("DOS-008")
async def test_a_compressed_answer_is_not_expanded() -> None:
    async with serving(always(answer("400 Bad Request", b"\x1f\x8b", "Content-Encoding: gzip, gzip"))) as server, transport() as over:
        assert len((await post(over, f"{server.origin}/inbox")).excerpt) == 2


async def test_a_status_counts_although_its_text_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_transport, "_EXCERPT_SECONDS", 0.05)
    async with serving(always(answer("202 Accepted", b"so far", "Content-Length: 100", length=False))) as server, transport() as over:
        assert await post(over, f"{server.origin}/inbox") == Answer(202, {"content-length": "100"}, "so far")


async def test_cookies_are_not_kept() -> None:
    async with serving(always(answer("202 Accepted", b"", "Set-Cookie: a=b"))) as server, transport() as over:
        for _ in range(2):
            await post(over, f"{server.origin}/inbox")
    assert [request.header("cookie") for request in server.requests] == [None, None]


async def test_the_name_is_what_the_certificate_is_checked_for(tmp_path: Path) -> None:
    tls, authority = server_context(tmp_path, "siege.localhost")
    async with serving(always(answer("202 Accepted")), tls) as server, transport(authority=authority) as over:
        assert (await post(over, f"https://siege.localhost:{server.port}/inbox")).status == 202
        with pytest.raises(RemoteUnavailable) as failure:
            await post(over, f"https://other.localhost:{server.port}/inbox")
    assert failure.value.reason == "tls"


@pytest.mark.attack("SSRF-043")
async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(always(answer("502 Bad Gateway"))) as proxy, serving(always(answer("202 Accepted"))) as server, transport() as over:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.origin)
        assert (await post(over, f"{server.origin}/inbox")).status == 202
    assert proxy.connections == 0
