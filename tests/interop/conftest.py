"""Peers and sites for the tests against another implementation; each test has its own, because they start within a second."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.interop.peer_process import Peer
from tests.interop.site import LiveSite


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Peer]:
    """A fresh peer that knows nobody."""
    async with Peer.start(tmp_path) as running:
        yield running


@pytest.fixture
async def other_peer(tmp_path: Path) -> AsyncIterator[Peer]:
    """A second one, a stranger to the first."""
    async with Peer.start(tmp_path) as running:
        yield running


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[LiveSite]:
    """A fresh site of fedirse that knows nobody."""
    async with LiveSite.start(tmp_path) as running:
        yield running
