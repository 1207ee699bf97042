"""A site that was there before the search has everything in it indexed, and what SQL alone can say stays as the code says it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.engine import Connection

from fedirse.social.search.index.store import catch_up, is_behind, search_pending
from fedirse.social.search.rules import parse_query
from fedirse.social.search.store import search_posts
from fedirse.storage.migration import VERSIONS, upgrade
from tests.social.search.conftest import Archive, reader

BEFORE = ("0001", "0002")


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A database from before the search."""
    versions = tmp_path / "versions"
    versions.mkdir()
    for path in VERSIONS.glob("*.py"):
        if path.name.startswith(BEFORE):
            shutil.copy(path, versions)
    upgrade(tmp_path / "site.db", versions)
    return tmp_path / "site.db"


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as tx:
        yield tx
    engine.dispose()


def test_what_was_written_before_the_search_is_found(older: Path) -> None:
    with opened(older) as tx:
        archive = Archive(tx)
        archive.actor("marc")
        said = archive.say("la réunion")
        gone = archive.say("la réunion", deleted_at=said.published_at)
    upgrade(older)
    with opened(older) as tx:
        assert set(tx.execute(select(search_pending.c.id)).scalars()) == {"marc", said.id}
        while catch_up(tx):
            pass
        assert not is_behind(tx)
        found = search_posts(tx, reader("lea"), parse_query("réunions")).posts
        assert [post.id for post in found] == [said.id]
        assert gone.id != said.id


def test_what_is_written_after_it_is_found_as_well(older: Path) -> None:
    upgrade(older)
    with opened(older) as tx:
        archive = Archive(tx)
        archive.actor("marc")
        archive.say("la réunion")
        assert archive.texts("réunion") == ["la réunion"]
