"""The site that is attacked, made once and copied for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.attacks.scene import DOMAIN, Scene, open_scene, people_the_site
from tests.federation.network import running_network


@pytest.fixture(scope="session")
def made_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a site with two people and somebody elsewhere who has written to them."""
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(people_the_site(folder))
    return folder / DOMAIN


@pytest.fixture
async def scene(made_site: Path, tmp_path: Path) -> AsyncIterator[Scene]:
    shutil.copytree(made_site, tmp_path / DOMAIN)
    async with running_network(tmp_path) as network:
        yield await open_scene(network)
