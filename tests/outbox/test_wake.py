"""Hints between processes: they arrive, and nothing depends on them."""

import asyncio
import socket
import stat
from pathlib import Path

import pytest
import uvloop

from fedirse.outbox.wake import SOCKET_NAME, WakeListener, WakeSender
from tests.outbox.ground import Ground


class Heard:
    """What the worker's end was told, and a way to wait for it."""

    def __init__(self) -> None:
        self.hints: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()

    def wake(self, domain: str) -> None:
        self.hints.put_nowait((domain,))

    async def heard(self, domain: str, host: str) -> None:
        self.hints.put_nowait((domain, host))


async def test_a_hint_that_nobody_listens_to_is_dropped(tmp_path: Path) -> None:
    sender = WakeSender(tmp_path)
    sender.wake("here.example")
    sender.close()


async def test_a_listener_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    heard = Heard()
    sender = WakeSender(tmp_path)
    with WakeListener(tmp_path, heard.wake):
        pass
    sender.wake("here.example")
    sender.close()


async def test_more_hints_than_the_socket_holds_are_dropped(tmp_path: Path) -> None:
    sender = WakeSender(tmp_path)
    with WakeListener(tmp_path, Heard().wake):
        for _ in range(5_000):
            sender.wake("here.example")
    sender.close()


async def test_the_domain_arrives(tmp_path: Path) -> None:
    heard = Heard()
    sender = WakeSender(tmp_path)
    with WakeListener(tmp_path, heard.wake):
        sender.wake("here.example")
        assert await heard.hints.get() == ("here.example",)
    sender.close()


async def test_a_host_that_was_heard_arrives_with_it(tmp_path: Path, ground: Ground) -> None:
    heard = Heard()
    sender = WakeSender(tmp_path)
    with WakeListener(tmp_path, heard.wake, heard.heard):
        await sender.peer_was_heard(ground.site, "there.example")
        assert await heard.hints.get() == ("here.example", "there.example")
    sender.close()


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"x" * 60_000, b"here.example "])
async def test_an_odd_datagram_ends_nothing(tmp_path: Path, data: bytes) -> None:
    heard = Heard()
    with WakeListener(tmp_path, heard.wake, heard.heard), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as raw:
        raw.sendto(data, str(tmp_path / SOCKET_NAME))
        await heard.hints.get()
        raw.sendto(b"here.example", str(tmp_path / SOCKET_NAME))
        assert await heard.hints.get() == ("here.example",)


async def test_a_failing_reaction_to_a_hint_does_not_end_the_listening(tmp_path: Path, ground: Ground) -> None:
    heard = Heard()

    async def fail(_domain: str, _host: str) -> None:
        heard.hints.put_nowait(("failed",))
        raise ValueError("a mistake of ours")

    sender = WakeSender(tmp_path)
    with WakeListener(tmp_path, heard.wake, fail):
        await sender.peer_was_heard(ground.site, "there.example")
        assert await heard.hints.get() == ("failed",)
        sender.wake("here.example")
        assert await heard.hints.get() == ("here.example",)
    sender.close()


async def test_nobody_else_on_the_machine_may_send_hints(tmp_path: Path) -> None:
    with WakeListener(tmp_path, Heard().wake):
        assert stat.S_IMODE((tmp_path / SOCKET_NAME).stat().st_mode) == 0o600


async def test_a_socket_that_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    heard = Heard()
    (tmp_path / SOCKET_NAME).parent.mkdir()
    (tmp_path / SOCKET_NAME).touch()
    sender = WakeSender(tmp_path)
    with WakeListener(tmp_path, heard.wake):
        sender.wake("here.example")
        assert await heard.hints.get() == ("here.example",)
    sender.close()


async def test_closing_twice_is_closing_once(tmp_path: Path) -> None:
    with WakeListener(tmp_path, Heard().wake) as listener:
        listener.close()


def test_hints_arrive_on_the_event_loop_that_serves(tmp_path: Path) -> None:
    async def test() -> None:
        heard = Heard()
        sender = WakeSender(tmp_path)
        with WakeListener(tmp_path, heard.wake):
            sender.wake("here.example")
            assert await heard.hints.get() == ("here.example",)
        sender.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test())
