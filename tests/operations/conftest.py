"""Sites on disk for the tests of their care. Making keys takes long, so one site is made, and every test gets a copy."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fedirse.installation import make_sites, read_wish
from tests.operations.sites import DOMAIN, site_of
from tests.operations.town import Town
from tests.visitors import made_site

__all__ = ["made_root", "made_site", "now", "root", "town"]


@pytest.fixture(scope="session")
def made_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    asyncio.run(make_sites(root, [read_wish({"domain": DOMAIN, "name": "Magasin"}, development=False)], development=False))
    return root


@pytest.fixture
def root(made_root: Path, tmp_path: Path) -> Path:
    """A root with one site and two uploaded files."""
    folder = tmp_path / "root"
    shutil.copytree(made_root, folder)
    media = site_of(folder) / "media"
    (media / "ab").mkdir()
    (media / "ab" / "photo.webp").write_bytes(b"\x00picture\xff" * 1000)
    (media / "Logo été.png").write_bytes(b"logo")
    return folder


@pytest.fixture
def now() -> datetime:
    return datetime(2027, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def town(made_site: Path, tmp_path: Path) -> Town:
    return Town(Path(shutil.copytree(made_site, tmp_path / "town")))
