"""Every engine that can keep a site, behind one fixture. An engine joins by one line in ENGINES."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from tests.storage.tables import create_tables


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[Database]:
    create_tables(folder / "site.db")
    lanes = Lanes()
    database = Database(folder / "site.db", lanes)
    yield database
    await database.close()
    lanes.close()


ENGINES: dict[str, Callable[[Path], AbstractAsyncContextManager[Database]]] = {"sqlite": sqlite}


@pytest.fixture(params=ENGINES)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with the little tables of tests/storage/tables.py, empty."""
    async with ENGINES[request.param](tmp_path) as opened:
        yield opened
