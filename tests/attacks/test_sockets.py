"""What two readers of HTTP could understand in two ways, and what never ends: over real sockets, because the parser decides."""

import asyncio
from dataclasses import replace

import pytest
from starlette.types import Receive, Scope, Send

from fedirse import server
from fedirse.base import limits
from tests.attacks.scene import DOMAIN, Scene, to_alice
from tests.attacks.sockets import HOST, head, listening, status

CHUNKED = b"POST /inbox HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n"
LENGTH = b"POST /inbox HTTP/1.1\r\n" + HOST

MALFORMED = {
    "two hosts": b"POST /inbox HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    "two hosts, both ours": b"GET / HTTP/1.1\r\n" + HOST + HOST + b"Connection: close\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    "no host, in HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version to come": b"GET / HTTP/3.0\r\n" + HOST + b"\r\n",
    "a whole address of another host": b"POST http://evil.example/inbox HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\nConnection: close\r\n\r\n",
    "a whole address of ours": b"GET http://us.example/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "a whole address with a user": b"GET http://us.example@evil.example/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "the server itself": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "a fragment": b"GET /#top HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "a space in the target": b"GET /in box HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tab in the target": b"GET /in\tbox HTTP/1.1\r\n" + HOST + b"\r\n",
    "bytes beyond ASCII in the target": b"GET /\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n",
    "dot segments": b"GET /people/../inbox HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "encoded dot segments": b"GET /people/%2e%2e/inbox HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "a folded header": LENGTH + b"Digest: SHA-256=AAAA\r\n BBBB\r\nContent-Length: 0\r\n\r\n",
    "a header folded by a tab": LENGTH + b"Digest: SHA-256=AAAA\r\n\tBBBB\r\nContent-Length: 0\r\n\r\n",
    "bare line feeds": b"POST /inbox HTTP/1.1\nHost: us.example\nContent-Length: 0\n\n",
    "a bare line feed in one header": LENGTH + b"Digest: a\nSignature: b\r\n\r\n",
    "a bare carriage return": LENGTH + b"Digest: a\rSignature: b\r\n\r\n",
    "NUL in a header": LENGTH + b"Digest: a\0b\r\n\r\n",
    "a space before the colon": LENGTH + b"Digest : a\r\n\r\n",
    "a space in a header's name": LENGTH + b"Digest a: b\r\n\r\n",
    "no name": LENGTH + b": b\r\n\r\n",
    "a length beside chunks": CHUNKED + b"Content-Length: 6\r\n\r\n0\r\n\r\nX",
    "chunks beside a length": LENGTH + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    "two lengths": LENGTH + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a list of lengths": LENGTH + b"Content-Length: 1, 1\r\n\r\na",
    "a length with a sign": LENGTH + b"Content-Length: +1\r\n\r\na",
    "a negative length": LENGTH + b"Content-Length: -1\r\n\r\na",
    "a hexadecimal length": LENGTH + b"Content-Length: 0x1\r\n\r\na",
    "two codings": LENGTH + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "another coding": LENGTH + b"Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n",
    "a coding with a tail": LENGTH + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding with a space before the colon": LENGTH + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunks that end in line feeds": CHUNKED + b"\r\n1\na\n0\n\n",
    "a chunk of negative size": CHUNKED + b"\r\n-1\r\na\r\n0\r\n\r\n",
    "a chunk of endless size": CHUNKED + b"\r\nfffffffffffffffff\r\na\r\n0\r\n\r\n",
    "a trailer": CHUNKED + b"\r\n2\r\n{}\r\n0\r\nSignature: forged\r\n\r\n",
    "a second host as a trailer": CHUNKED + b"\r\n2\r\n{}\r\n0\r\nHost: evil.example\r\n\r\n",
    "headers beyond the limit": LENGTH + b"X: y\r\n" * limits.HEADER_BYTES + b"\r\n",
    "one header beyond the limit": LENGTH + b"X: " + b"y" * limits.HEADER_BYTES + b"\r\n\r\n",
    "a target beyond the limit": b"GET /" + b"x" * limits.HEADER_BYTES + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "what is not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
    "a small-letter method": b"post /inbox HTTP/1.1\r\n" + HOST + b"\r\n",
}  # fmt: skip

CATALOGUED = {
    "two hosts": "SIG-017", "a whole address of another host": "SIG-018", "a whole address of ours": "SIG-018",
    "a folded header": "SIG-033", "a header folded by a tab": "SIG-033", "a space before the colon": "SIG-033",
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.attack(CATALOGUED[name])] if name in CATALOGUED else []) for name in MALFORMED]
)
async def test_what_could_be_read_in_two_ways_is_refused_and_the_connection_closed(scene: Scene, name: str) -> None:
    rows = await scene.rows()
    async with listening(scene) as door:
        assert status(await door.say(MALFORMED[name])) == 400
        assert await scene.rows() == rows
        await door.behaves()


ENDLESS = {
    "a header": LENGTH + b"X: ",
    "a target": b"GET /",
    "a trailer": CHUNKED + b"\r\n0\r\nX: ",
    "the name of a chunk": CHUNKED + b"\r\n1;",
}


@pytest.mark.parametrize("name", ENDLESS)
async def test_a_line_that_never_ends_is_cut_off_at_the_limit(scene: Scene, name: str) -> None:
    async with listening(scene) as door:
        assert await door.cuts_off(ENDLESS[name], b"a" * limits.HEADER_BYTES, 1000)
        await door.behaves()


@pytest.mark.attack("DOS-009")
async def test_a_compressed_body_is_refused_unread(scene: Scene) -> None:
    async with listening(scene) as door:
        answer = await door.say(LENGTH + b"Content-Encoding: gzip\r\nContent-Length: 1000\r\n\r\n\x1f\x8b")
        assert status(answer) == 415
        assert b'"reason":"content-coding"' in answer
        await door.behaves()


@pytest.mark.attack("DOS-001")
@pytest.mark.parametrize("size", [b"Content-Length: 209715200\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n100000\r\n"])
async def test_a_huge_body_is_refused_when_its_size_is_known(scene: Scene, size: bytes) -> None:
    async with listening(scene) as door:
        answer = await door.say(LENGTH + size, b"x" * limits.INBOX_BODY_BYTES, b"\r\n1\r\nx\r\n")
        assert status(answer) == 413
        assert b'"reason":"body-too-large"' in answer
        await door.behaves()


async def test_a_body_that_goes_on_after_its_answer_is_hung_up_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HANG_UP_SECONDS", 0.05)
    async with listening(scene) as door:
        reader, writer = await door.connect()
        writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000\r\n\r\nx")
        assert status(await reader.read()) == 200
        # The server has said all it will; what is still written meets a closed door, in the end.
        assert await _write_until_closed(writer)
        writer.close()
        await door.behaves()


async def _write_until_closed(writer: asyncio.StreamWriter) -> bool:
    try:
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0)
    except ConnectionError:
        return True


@pytest.mark.attack("DOS-002")
async def test_bodies_that_arrive_too_slowly_are_ended_and_keep_nobody_waiting(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INBOX_BODY_SECONDS", 0.5)
    async with listening(scene) as door:
        slow = [asyncio.create_task(door.say(LENGTH + b"Content-Length: 100\r\n\r\n{")) for _ in range(100)]
        await door.behaves()
        answers = await asyncio.gather(*slow)
        assert {status(answer) for answer in answers} == {400}
        assert scene.counted()["inbox.refused.body-too-slow"] == 100
        await door.behaves()


@pytest.mark.attack("DOS-002")
async def test_of_too_many_bodies_that_never_end_the_oldest_make_room(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INBOX_ARRIVING_BYTES", 100_000)
    monkeypatch.setattr(limits, "INBOX_BODY_SECONDS", 3600.0)
    begun = LENGTH + b"Content-Length: 90000\r\n\r\n" + b"x" * 60_000
    async with listening(scene) as door:
        first, second, third = [await door.connect() for _ in range(3)]
        for _, writer in (first, second, third):
            writer.write(begun)
            await writer.drain()
            # Until it has arrived there: a whole letter behind it takes the same way.
            await door.behaves()
        assert status(await first[0].read()) == 400
        assert status(await second[0].read()) == 400
        third[1].write(b"x" * 30_000)
        assert (await third[0].readuntil(b"\r\n")).startswith(b"HTTP/1.1 400 ")
        for _, writer in (first, second, third):
            writer.close()
        await door.behaves()
    assert scene.counted()["inbox.refused.body-too-slow"] == 2
    assert scene.counted()["inbox.refused.not-json"] == 1


async def test_a_head_that_takes_forever_is_ended(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(scene) as door:
        with monkeypatch.context() as patch:
            patch.setattr(limits, "HEADER_SECONDS", 0.05)
            assert await door.say(LENGTH + b"X: ") == b""
        await door.behaves()


async def test_a_second_head_that_takes_forever_is_ended_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(scene) as door:
        reader, writer = await door.connect()
        writer.write(b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert status(await reader.readuntil(b"\r\n\r\n")) == 200
        with monkeypatch.context() as patch:
            patch.setattr(limits, "HEADER_SECONDS", 0.05)
            writer.write(LENGTH + b"X: ")
            assert await reader.read() == b""
        writer.close()
        await door.behaves()


async def test_a_sender_that_hangs_up_halfway_leaves_no_trace(scene: Scene) -> None:
    rows = await scene.rows()
    async with listening(scene) as door:
        _, writer = await door.connect()
        writer.write(LENGTH + b"Content-Length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()
        await door.behaves()
        while not scene.counted()["inbox.refused.body-cut"]:  # noqa: ASYNC110 - a count has no event to wait for
            await asyncio.sleep(0)
    assert (await scene.rows())["posts"] == rows["posts"] + 1


@pytest.mark.parametrize("protocol", [pytest.param("websocket", marks=pytest.mark.attack("WEB-038")), "h2c"])
async def test_nothing_is_upgraded_and_nothing_behind_an_upgrade_is_read(scene: Scene, protocol: str) -> None:
    upgrade = (
        f"Connection: Upgrade\r\nUpgrade: {protocol}\r\nOrigin: https://evil.example\r\nCookie: __Host-session=x\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    async with listening(scene) as door:
        answer = await door.say(b"GET / HTTP/1.1\r\n" + HOST + upgrade.encode() + b"GET /inbox HTTP/1.1\r\n" + HOST + b"\r\n")
        assert status(answer) == 200
        assert answer.count(b"HTTP/1.1 ") == 1
        assert b"101" not in answer.partition(b"\r\n")[0]
        assert b"sec-websocket-accept" not in answer.lower()
        await door.behaves()


@pytest.mark.attack("WEB-027")
async def test_a_peer_on_this_very_machine_is_taken_for_nobody_else(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    application = scene.network.wire.applications[DOMAIN]
    seen: list[tuple[str, str, str]] = []

    async def watch(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["client"][0], scope["scheme"], scope["root_path"]))
        await application(scope, receive, send)

    monkeypatch.setitem(scene.network.wire.applications, DOMAIN, watch)
    lies = b"X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Prefix: /evil\r\n"
    async with listening(scene) as door:
        answer = await door.say(
            b"GET / HTTP/1.1\r\n" + HOST + lies + b"Forwarded: for=198.51.100.1;proto=https\r\nConnection: close\r\n\r\n"
        )
    assert (status(answer), b"evil" in answer) == (200, False)
    # What a proxy says is read where tries are counted, and nowhere before.
    assert seen == [("127.0.0.1", "http", "")]


async def test_letters_behind_one_another_are_each_judged_by_themselves(scene: Scene) -> None:
    friend = scene.friend
    good = friend.send(friend.create(to_alice(scene, friend)))
    forged = replace(good, body=good.body.replace(b"Bonjour", b"Bonsoir"))
    last = friend.send(friend.create(to_alice(scene, friend)))
    async with listening(scene) as door:
        answer = await door.say(head(good) + good.body + head(forged) + forged.body + head(last, "Connection: close") + last.body)
    assert [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]] == [202, 401, 202]


@pytest.mark.attack("SIG-065")
@pytest.mark.parametrize("host", ["us.example", "US.EXAMPLE", "us.example:443", "Us.Example:443"])
async def test_our_name_in_another_spelling_is_our_name(scene: Scene, host: str) -> None:
    friend = scene.friend
    good = friend.send(friend.create(to_alice(scene, friend)))
    respelt = replace(good, hosts=(host,)).without("signature").without("date").without("digest")
    signed = friend.sign(respelt)
    async with listening(scene) as door:
        assert status(await door.say(head(signed, "Connection: close") + signed.body)) == 202
