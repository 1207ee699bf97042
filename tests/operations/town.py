"""A site with three people, what happens there, and its backups."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from fedirse.base.clock import FixedClock
from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.operations.backup import back_up
from fedirse.operations.restore import Erasures, Restoration, restore
from fedirse.site import Site
from tests.federation.network import START, Network
from tests.operations.sites import QUIET
from tests.visitors import DOMAIN


class Town:
    """A site with three people, a backup of it, and what happens afterwards."""

    def __init__(self, folder: Path) -> None:
        self.network = Network(folder, FixedClock(START))
        self.root = folder / DOMAIN
        self.folder = self.root / "sites" / DOMAIN

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.network.clock, FixedClock)
        return self.network.clock

    async def write(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """One transaction at the site, served for so long."""
        site = await self.network.start(DOMAIN)
        try:
            return await site.write(function, *arguments)
        finally:
            await self.network.stop(DOMAIN)

    async def serve(self, work: Callable[[Site], Any]) -> Any:
        site = await self.network.start(DOMAIN)
        try:
            done = await work(site)
            await self.network.settle()
            return done
        finally:
            await self.network.stop(DOMAIN)

    async def back_up(self) -> Path:
        self.clock.advance(timedelta(minutes=1))
        made = (await back_up(self.folder, self.folder.parent.parent, self.clock.now(), QUIET)).path
        self.clock.advance(timedelta(hours=1))
        return made

    def restore(self, archive: Path, *, force: bool = True, spare: str = "") -> Restoration:
        self.clock.advance(timedelta(hours=1))
        spared = Erasures(spared=frozenset(spare.split()))
        return restore(archive, self.root, self.clock.now(), QUIET, force=force, erasures=spared)

    async def erase(self, handle: str) -> None:
        async def work(site: Site) -> None:
            await site.write(begin_erasure, site, handle, Asker(), site.clock.now())

        await self.serve(work)

    def lose_database(self) -> None:
        """The disk ate it; the rest of the folder is there."""
        for path in self.folder.glob("site.db*"):
            path.write_bytes(b"no database" * 1000)
