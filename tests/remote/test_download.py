"""What is too large to be held in memory, given away as it arrives."""

import asyncio

import pytest

from fedirse.base import limits
from fedirse.base.errors import RemoteGone, RemoteUnavailable, ResponseTooLarge, UnsafeAddress, UnsupportedMediaType
from fedirse.remote.client import FetchKind
from tests.remote.loopback import Handler, Received, always, answer, by_target, serving
from tests.remote.test_client import connected, redirect, sealed

PDF = "Content-Type: application/pdf"


async def download(handler: Handler, *, seconds: float = 10.0) -> tuple[bytes, str]:
    """What arrived, and the path it came from in the end."""
    arrived = bytearray()

    async def take(part: bytes) -> None:
        arrived.extend(part)

    async with serving(handler) as server, connected(seconds=seconds) as client:
        led_to = await client.download(f"{server.origin}/x", FetchKind.FILE, take)
    return bytes(arrived), led_to.removeprefix(server.origin)


def in_parts(*parts: bytes, pause: float = 0.0, then_hangs: bool = False) -> Handler:
    """An answer that comes a part at a time."""

    async def handler(_: Received, writer: asyncio.StreamWriter) -> None:
        size = sum(map(len, parts)) + then_hangs
        writer.write(answer("200 OK", b"", PDF, f"Content-Length: {size}", length=False))
        for part in parts:
            await asyncio.sleep(pause)
            writer.write(part)
            await writer.drain()
        if then_hangs:
            await asyncio.Event().wait()

    return handler


async def test_all_of_it_arrives_and_a_redirect_is_followed() -> None:
    body = bytes(range(256)) * 2000
    assert await download(always(answer("200 OK", body, PDF))) == (body, "/x")
    assert await download(by_target({"/x": redirect("/y"), "/y": answer("200 OK", body, PDF)})) == (body, "/y")


async def test_it_may_take_longer_than_a_fetch_as_long_as_something_comes() -> None:
    assert await download(in_parts(*[b"%PDF"] * 5, pause=0.5), seconds=2.0) == (b"%PDF" * 5, "/x")


@pytest.mark.attack("DOS-004")
@pytest.mark.parametrize("handler", [in_parts(b"%PDF", then_hangs=True), in_parts(then_hangs=True)], ids=["in the middle", "at once"])
async def test_who_falls_silent_is_left(handler: Handler) -> None:
    with pytest.raises(RemoteUnavailable):
        await download(handler, seconds=0.2)


async def test_who_goes_on_for_ever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DOWNLOAD_SECONDS", 0.5)
    with pytest.raises(RemoteUnavailable):
        await download(in_parts(*[b"."] * 300, pause=0.1))


async def test_more_than_may_be_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FetchKind.FILE, "limit", 1000)
    assert (await download(always(answer("200 OK", b"." * 1000, PDF))))[0] == b"." * 1000
    with pytest.raises(ResponseTooLarge):
        await download(always(answer("200 OK", b"." * 1001, PDF)))


async def test_what_is_refused_arrives_nowhere() -> None:
    for raw, error in (
        (answer("404 Not Found", b"no", PDF), RemoteGone),
        (answer("503 Unavailable", b"no", PDF), RemoteUnavailable),
        (answer("200 OK", b"no", PDF, "Content-Encoding: gzip"), UnsupportedMediaType),
        (answer("200 OK", b"no"), UnsupportedMediaType),
    ):
        with pytest.raises(error):
            await download(always(raw))

    async def nothing(_: bytes) -> None:
        raise AssertionError

    with pytest.raises(UnsafeAddress):
        await sealed().download("http://images.example/x", FetchKind.FILE, nothing)
