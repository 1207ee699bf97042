"""Whole sites with real databases, a clock that stands still, and a wire that a test scripts."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fedirse.base.clock import FixedClock
from fedirse.storage.lanes import Lanes
from tests.outbox.ground import Ground, make_site
from tests.outbox.wire import Wire


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    lanes = Lanes()
    yield lanes
    lanes.close()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def ground(tmp_path: Path, lanes: Lanes, wire: Wire, clock: FixedClock) -> AsyncIterator[Ground]:
    """One site, `here.example`, with the actors `site`, `alice` and `bob`."""
    made = await make_site(tmp_path / "here.example", lanes, wire, clock, "here.example")
    yield made
    await made.site.database.close()
