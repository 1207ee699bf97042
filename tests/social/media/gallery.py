"""Another server that has pictures, for the tests of what pages of ours show of it."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fedirse.base.clock import FixedClock
from fedirse.site import Site
from tests.federation.network import START, Network
from tests.social.media.pictures import photo
from tests.visitors import DOMAIN, Shop


@dataclass
class Gallery:
    """A server with pictures.

    Attributes:
        content: what it answers.
        media_type: what it calls that.
        asked: how often it was asked.
        leads_to: where it redirects to instead.
        meanwhile: done before it answers.
        at_once: how many it is answering; most_at_once: how many it ever was.
    """

    content: bytes = field(default_factory=photo)
    media_type: str = "image/jpeg"
    asked: int = 0
    leads_to: str | None = None
    meanwhile: Callable[[], Awaitable[object]] | None = None
    at_once: int = 0
    most_at_once: int = 0

    async def __call__(
        self, scope: dict[str, object], receive: Callable[[], Awaitable[object]], send: Callable[[object], Awaitable[None]]
    ) -> None:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.meanwhile is not None:
            await self.meanwhile()
        self.at_once -= 1
        request = Request(scope)
        assert "cookie" not in request.headers
        answer = Response(self.content, media_type=self.media_type) if self.leads_to is None else RedirectResponse(self.leads_to, 302)
        await answer(scope, receive, send)  # type: ignore[arg-type]


@pytest.fixture
def gallery() -> Gallery:
    return Gallery()


@pytest.fixture
async def shop(made_site: Path, tmp_path: Path, gallery: Gallery) -> AsyncIterator[Shop]:
    shutil.copytree(made_site, tmp_path / "shop")
    network = Network(tmp_path / "shop", FixedClock(START))
    site = await network.start(DOMAIN)
    network.wire.applications["images.example"] = gallery  # type: ignore[assignment]
    try:
        yield Shop(site, network.wire.applications[DOMAIN])
    finally:
        await network.stop(DOMAIN)


def kept_files(site: Site) -> list[Path]:
    return sorted(path for path in (site.folder / "cache").rglob("*") if path.is_file())
