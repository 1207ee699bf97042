"""The driver of the test peer: its process, its messages, and what it does where the peer cannot be run."""

import os
from pathlib import Path

import anyio
import pytest

from tests.fixtures_folder import ROOT
from tests.interop import peer_program
from tests.interop.peer_process import Peer
from tests.interop.peer_program import PeerMissing, find_node, install
from tests.interop.peer_watch import PeerTimeout
from tests.interop.peer_wire import PeerProblem
from tests.interop.two_peers import note_by

pytestmark = pytest.mark.interop


async def test_what_never_comes_is_reported_with_what_did(peer: Peer, other_peer: Peer) -> None:
    await other_peer.send_raw(peer.inbox(), note_by(other_peer), "none")
    with pytest.raises(PeerTimeout) as caught:
        await peer.eventually_received("Like", from_actor=other_peer.actor(), within=0.1)
    report = str(caught.value)
    assert f"no Like (actor {other_peer.actor()}) was let in within 0.1 s" in report
    assert "401 by fedify: noSignature" in report
    assert "Failed to verify the request's HTTP Signatures" in report


async def test_a_command_that_cannot_be_done_says_why(peer: Peer) -> None:
    with pytest.raises(PeerProblem, match="there is no note"):
        await peer.edit(f"{peer.origin}/notes/none", "<p>?</p>")


async def test_a_criterion_that_is_no_field_is_an_error(peer: Peer) -> None:
    with pytest.raises(TypeError, match="no field colour"):
        await peer.received(colour="red")


async def test_a_failure_is_given_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        async with Peer.start(tmp_path):
            raise ZeroDivisionError
    assert "ends with" in caught.value.__notes__[0]


async def test_a_stopped_peer_is_gone(tmp_path: Path) -> None:
    async with Peer.start(tmp_path) as peer:
        os.kill(peer.pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(peer.pid, 0)


async def test_many_wait_for_the_same_thing(peer: Peer, other_peer: Peer) -> None:
    seen: list[str] = []

    async def wait() -> None:
        seen.append((await peer.eventually_received("Follow")).type or "")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        tasks.start_soon(wait)
        await other_peer.follow(peer.actor())
    assert seen == ["Follow", "Follow"]


async def test_without_the_peer_a_test_is_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CI", "")
    monkeypatch.setattr(peer_program, "_prepared", lambda: ("no Node here", []))
    with pytest.raises(pytest.skip.Exception, match="no Node here"):
        async with Peer.start(tmp_path):
            pass


async def test_without_the_peer_a_test_fails_where_that_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(peer_program, "_prepared", lambda: ("no Node here", []))
    with pytest.raises(pytest.fail.Exception, match="no Node here"):
        async with Peer.start(tmp_path):
            pass


def test_a_missing_node_is_named() -> None:
    with pytest.raises(PeerMissing, match="the package nodejs_absent is not installed"):
        find_node("nodejs_absent")


def test_a_failed_installation_says_what_went_wrong(tmp_path: Path) -> None:
    script = tmp_path / "install-peer"
    script.write_text("#!/bin/sh\necho no registry >&2\nexit 1\n")
    script.chmod(0o700)
    with pytest.raises(PeerMissing, match="no registry"):
        install(script)


def test_an_installed_peer_is_not_installed_again() -> None:
    peer_program.require_peer()
    stamp = ROOT / "tests" / "interop" / "peer" / "node_modules" / ".installed-from"
    before = stamp.stat().st_mtime_ns
    install()
    assert stamp.stat().st_mtime_ns == before


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "tests" / "interop" / "peer" / "package-lock.json").read_text()
