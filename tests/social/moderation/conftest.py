"""A network of sites besides the one to read."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.federation.network import Network, running_network


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    """Sites that talk to each other."""
    async with running_network(tmp_path) as running:
        yield running
