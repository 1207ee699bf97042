"""A head office with a member, and a site of its network; each with people who open pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.announcements.desks import Desk, Office, open_desk, open_speaking
from tests.visitors import made_site

__all__ = ["made_site"]


@pytest.fixture
async def office(made_site: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """The head office, running: marc speaks for it, ines writes, lea only reads."""
    async with open_speaking(made_site, tmp_path / "office") as opened:
        yield opened


@pytest.fixture
async def desk(made_site: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """A site of a network, running: marc answers for it, ines writes, lea only reads."""
    async with open_desk(made_site, tmp_path / "desk") as opened:
        yield opened
