"""The program as operators run it, `fedirse serve` beside single commands, talks to the test peer."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import httpx
import pytest

from tests.interop.peer_process import Peer

pytestmark = [pytest.mark.interop, pytest.mark.slow]

COMMAND = [sys.executable, "-m", "fedirse"]
START_SECONDS = 60.0


@dataclass(frozen=True)
class Installation:
    """A root with one site, whose account is anna.

    Attributes:
        root: its folder.
        domain: of the site.
    """

    root: Path
    domain: str

    @property
    def anna(self) -> str:
        """Address of her actor."""
        return f"http://{self.domain}/people/anna"

    async def run(self, *arguments: str) -> str:
        """What one command prints. An AssertionError with what it complained about when it fails."""
        done = await anyio.run_process([*COMMAND, *arguments, "--root", str(self.root)], check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """`fedirse serve` for the length of the block; it must then end in peace."""
        port = self.domain.rpartition(":")[2]
        with (self.root / "serve.log").open("w+b") as log:
            command = [*COMMAND, "serve", "--root", str(self.root), "--port", port]
            async with await anyio.open_process(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
                try:
                    await self._answering()
                    yield
                finally:
                    process.send_signal(signal.SIGTERM)
                    code = await process.wait()
            log.seek(0)
            assert code == 0, log.read().decode()

    async def _answering(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            with anyio.fail_after(START_SECONDS):
                while True:
                    try:
                        await client.get(f"http://{self.domain}/")
                        return
                    except httpx.TransportError:
                        await anyio.sleep(0.05)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Installation]:
    """A site that was made by commands and is being served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        domain = f"127.0.0.1:{free.getsockname()[1]}"
    installation = Installation(tmp_path / "root", domain)
    await installation.run("init", "--domain", domain, "--handle", "shop", "--development")
    await installation.run("account", "create", "anna", "--no-password")
    async with installation.serving():
        yield installation


async def test_what_commands_say_is_delivered_by_the_serving_process(served: Installation, peer: Peer) -> None:
    await served.run("follow", peer.handle(), "--as", "anna")
    await peer.eventually_follower(served.anna)
    post = json.loads(await served.run("post", f"{peer.handle()} hello", "--as", "anna", "--json"))
    create = await peer.eventually_received("Create", from_actor=served.anna)
    assert create.object == post["uri"]
    await served.run("delete", post["uri"], "--as", "anna")
    await peer.eventually_received("Delete", object_=post["uri"])


async def test_keys_that_a_command_replaced_are_used_by_the_serving_process_at_once(served: Installation, peer: Peer) -> None:
    await peer.authorised_fetch(on=True)
    await peer.follow(served.anna)
    await peer.eventually_following(served.anna)
    await served.run("keys", "rotate", "--as", "anna")
    update = await peer.eventually_received("Update", from_actor=served.anna)
    assert update.document["object"]["publicKey"]["id"] == update.key_id
    # The site's own keys sign what it fetches, such as the key of somebody new.
    await served.run("keys", "rotate")
    await peer.forget()
    await peer.follow(served.anna, by="lea")
    await peer.eventually_following(served.anna, by="lea")
