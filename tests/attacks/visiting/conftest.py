"""The site that is visited, with people who sign in; other than the one whose inbox is attacked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.social.entrance.conftest import doors, password_hash
from tests.visitors import EVERYBODY, Shop, made_site, open_shop, shop

__all__ = ["doors", "made_site", "password_hash", "shop", "standing"]


@pytest.fixture(scope="module")
async def standing(made_site: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """One site for all the tests of a file that change nothing; Marc has written one post."""
    async with open_shop(made_site, tmp_path_factory.mktemp("standing") / "shop") as opened:
        await opened.receive(await opened.person("marc"), "<p>Bonjour</p>", EVERYBODY, local=True)
        yield opened
