"""Peers and sites for the tests against another implementation: each test has fresh ones, the peers in programs that stay."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.interop.peer_process import Peer
from tests.interop.peer_programs import Programs
from tests.interop.site import LiveSite


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """What peers run in, one test after the other."""
    made = Programs(tmp_path_factory.mktemp("peers"))
    yield made
    made.close()


@pytest.fixture
async def peer(programs: Programs) -> AsyncIterator[Peer]:
    """A fresh peer that knows nobody."""
    async with Peer.start(programs) as running:
        yield running


@pytest.fixture
async def other_peer(programs: Programs) -> AsyncIterator[Peer]:
    """A second one, a stranger to the first."""
    async with Peer.start(programs) as running:
        yield running


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[LiveSite]:
    """A fresh site of fedirse that knows nobody."""
    async with LiveSite.start(tmp_path) as running:
        yield running
