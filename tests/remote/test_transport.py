"""The transport of fetches: which addresses are dialled, how connections are kept, and how failures are named."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from fedirse.base import limits
from fedirse.base.errors import RemoteUnavailable, UnsafeAddress
from fedirse.remote.guard import AddressPolicy, PrivateNetwork
from fedirse.remote.resolver import Lookup, Resolver
from fedirse.remote.tls import client_context
from fedirse.remote.transport import GuardedBackend, GuardedTransport
from tests.remote.authority import server_context
from tests.remote.loopback import FakeDial, Received, always, answer, serving

PUBLIC = AddressPolicy()
DEVELOPMENT = AddressPolicy(development=True)
CLOSING = answer("200 OK", b"hello", "Connection: close")


@asynccontextmanager
async def transport(
    policy: AddressPolicy = DEVELOPMENT,
    *,
    lookup: Lookup | None = None,
    dial: FakeDial | None = None,
    authority: Path | None = None,
    origins: int = 8,
    idle_seconds: float = 15.0,
) -> AsyncIterator[GuardedTransport]:
    resolver = Resolver(policy, lookup=lookup)
    made = GuardedTransport(
        GuardedBackend(policy, resolver, dial=dial), client_context(authority), origins=origins, idle_seconds=idle_seconds
    )
    try:
        yield made
    finally:
        await made.aclose()
        resolver.close()


async def get(over: GuardedTransport, url: str) -> bytes:
    response = await over.handle_async_request(httpx.Request("GET", url))
    try:
        return b"".join([chunk async for chunk in response.aiter_raw()])
    finally:
        await response.aclose()


def looked_up(*answers: tuple[str, ...]) -> tuple[Lookup, Callable[[], int]]:
    remaining = list(answers)
    return (lambda _: remaining.pop(0)), (lambda: len(answers) - len(remaining))


class Unchecked:
    """A resolver that checks nothing, to show that the connect hook does."""

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
    dial = FakeDial(CLOSING)
    async with transport(PUBLIC, dial=dial) as over:
        with pytest.raises(UnsafeAddress):
            await get(over, f"https://{host}/")
    assert dial.dialled == []


@pytest.mark.attack("SSRF-014")
@pytest.mark.parametrize("addresses", [("10.0.0.1",), ("1.1.1.1", "127.0.0.1"), ("::ffff:10.0.0.1",), ("64:ff9b::7f00:1",)])
async def test_a_name_at_a_refused_address_is_never_dialled(addresses: tuple[str, ...]) -> None:
    dial = FakeDial(CLOSING)
    async with transport(PUBLIC, dial=dial, lookup=lambda _: addresses) as over:
        with pytest.raises(UnsafeAddress):
            await get(over, "https://evil.example/")
    assert dial.dialled == []


@pytest.mark.attack("SSRF-016")
async def test_a_name_that_moves_to_loopback_between_two_connections_is_refused_at_the_second() -> None:
    dial = FakeDial(CLOSING)
    lookup, asked = looked_up(("1.1.1.1",), ("127.0.0.1",))
    async with transport(PUBLIC, dial=dial, lookup=lookup) as over:
        assert await get(over, "https://evil.example/") == b"hello"
        assert (dial.dialled, asked()) == (["1.1.1.1"], 1)
        with pytest.raises(UnsafeAddress):
            await get(over, "https://evil.example/")
    assert (dial.dialled, asked()) == (["1.1.1.1"], 2)


@pytest.mark.attack("SSRF-016")
async def test_the_connect_hook_trusts_no_resolver() -> None:
    dial = FakeDial()
    backend = GuardedBackend(PUBLIC, Unchecked("127.0.0.1"), dial=dial)
    with pytest.raises(UnsafeAddress):
        await backend.connect_tcp("evil.example", 443)
    assert dial.dialled == []


@pytest.mark.attack("SSRF-042")
async def test_a_private_network_is_for_its_domain_only() -> None:
    policy = AddressPolicy(private_networks=(PrivateNetwork("siege.example", "10.0.0.0/8"),))
    dial = FakeDial(CLOSING)
    async with transport(policy, dial=dial, lookup=lambda _: ["10.0.0.7"]) as over:
        assert await get(over, "https://siege.example/") == b"hello"
        with pytest.raises(UnsafeAddress):
            await get(over, "https://evil.example/")
    assert dial.dialled == ["10.0.0.7"]


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    dial = FakeDial(CLOSING, fails=frozenset({"2a00:1450::1"}))
    async with transport(PUBLIC, dial=dial, lookup=lambda _: ["2a00:1450::1", "1.1.1.1"]) as over:
        assert await get(over, "https://good.example/") == b"hello"
    assert dial.dialled == ["2a00:1450::1", "1.1.1.1"]


async def test_no_address_answering_is_a_failed_connection() -> None:
    dial = FakeDial(fails=frozenset({"1.1.1.1", "9.9.9.9"}))
    async with transport(PUBLIC, dial=dial, lookup=lambda _: ["1.1.1.1", "9.9.9.9"]) as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await get(over, "https://good.example/")
    assert failure.value.reason == "connect"


async def test_the_name_stays_in_host_header_and_server_name(tmp_path: Path) -> None:
    tls, authority = server_context(tmp_path, "siege.localhost")
    names: list[str | None] = []
    tls.sni_callback = lambda _, name, __: names.append(name)
    async with serving(always(answer(body=b"hello")), tls) as server, transport(authority=authority) as over:
        assert await get(over, f"https://siege.localhost:{server.port}/") == b"hello"
    assert names == ["siege.localhost"]
    assert server.requests[0].header("host") == f"siege.localhost:{server.port}"


async def test_a_certificate_of_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    tls, _ = server_context(tmp_path, "siege.localhost")
    async with serving(always(answer()), tls) as server, transport() as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await get(over, f"https://siege.localhost:{server.port}/")
    assert failure.value.reason == "tls"
    assert server.requests == []


async def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    tls, authority = server_context(tmp_path, "siege.localhost")
    async with serving(always(answer()), tls) as server, transport(authority=authority) as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await get(over, f"https://other.localhost:{server.port}/")
    assert failure.value.reason == "tls"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "broken-answer"), (b"nonsense\r\n\r\n", "broken-answer"), (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "broken-answer")],
)
async def test_an_answer_that_is_no_http_is_named(raw: bytes, reason: str) -> None:
    async def handler(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        writer.close()

    async with serving(handler) as server, transport() as over:
        with pytest.raises(RemoteUnavailable) as failure:
            await get(over, server.origin)
    assert failure.value.reason == reason


async def test_a_connection_is_used_again() -> None:
    async with serving(always(answer(body=b"hello"))) as server, transport() as over:
        for _ in range(3):
            await get(over, server.origin)
    assert (server.connections, len(server.requests)) == (1, 3)


@pytest.mark.attack("DOS-027")
async def test_open_origins_are_bounded_and_the_longest_idle_one_makes_room() -> None:
    dial = FakeDial(answer(body=b"hello"))
    async with transport(PUBLIC, dial=dial, lookup=lambda _: ["1.1.1.1"], origins=limits.OPEN_ORIGINS) as over:
        for number in range(limits.OPEN_ORIGINS):
            await get(over, f"https://s{number}.evil.example/")
        assert len(over._origins) == limits.OPEN_ORIGINS
        await get(over, "https://one-more.evil.example/")
        assert len(over._origins) == limits.OPEN_ORIGINS
        assert b"https://s0.evil.example" not in over._origins
        assert b"https://one-more.evil.example" in over._origins


async def test_an_origin_in_use_is_not_closed_for_another() -> None:
    dial = FakeDial(answer(body=b"hello"))
    async with transport(PUBLIC, dial=dial, lookup=lambda _: ["1.1.1.1"], origins=1) as over:
        busy = await over.handle_async_request(httpx.Request("GET", "https://a.example/"))
        with pytest.raises(RemoteUnavailable) as failure:
            await get(over, "https://b.example/")
        await busy.aclose()
        assert failure.value.reason == "busy"
        assert await get(over, "https://b.example/") == b"hello"


async def test_a_failed_request_leaves_its_origin_free() -> None:
    dial = FakeDial(fails=frozenset({"1.1.1.1"}))
    async with transport(PUBLIC, dial=dial, lookup=lambda _: ["1.1.1.1"], origins=1) as over:
        for name in ("a", "b", "c"):
            with pytest.raises(RemoteUnavailable) as failure:
                await get(over, f"https://{name}.example/")
            assert failure.value.reason == "connect"


async def test_idle_connections_are_closed_without_another_request() -> None:
    gone = asyncio.Event()

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(body=b"hello"))
        await reader.read()  # until the other side closes
        gone.set()
        writer.close()

    async with await asyncio.start_server(once, "127.0.0.1", 0) as listener, transport(idle_seconds=0.01) as over:
        await get(over, f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/")
        await asyncio.wait_for(gone.wait(), 60)
        assert not over._origins


@pytest.mark.attack("SSRF-043")
async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(always(answer())) as proxy, serving(always(answer(body=b"direct"))) as server, transport() as over:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.origin)
        assert await get(over, server.origin) == b"direct"
    assert proxy.connections == 0
