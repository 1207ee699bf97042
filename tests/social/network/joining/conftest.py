"""A head office with its network, and the wire around it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedirse.site import Site
from tests.federation.network import Network, running_network
from tests.social.network.joining.networks import head_office


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Network]:
    async with running_network(tmp_path) as network:
        yield network


@pytest.fixture
async def siege(wire: Network) -> Site:
    return await head_office(wire)


@pytest.fixture
async def lyon(wire: Network) -> Site:
    return await wire.add("lyon.example", name="Aubrelle Lyon")
