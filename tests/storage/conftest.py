"""Databases on SQLite with the little tables of tables.py, and the threads they run on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from tests.storage.tables import create_tables


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of an empty database."""
    create_tables(tmp_path / "site.db")
    return tmp_path / "site.db"


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    opened = Lanes()
    yield opened
    opened.close()


@pytest.fixture
async def database(path: Path, lanes: Lanes) -> AsyncIterator[Database]:
    opened = Database(path, lanes)
    yield opened
    await opened.close()
