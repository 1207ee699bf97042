"""The sending side of one site: its two lines, its lanes, and what it remembers about failing peers."""

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fedirse.base.settings import ProcessSettings
from fedirse.outbox.lane import LaneEnd, Terms, run_lane
from fedirse.outbox.line import Line
from fedirse.outbox.recorder import Recorder
from fedirse.outbox.retry import LATEST, is_half_open
from fedirse.outbox.rounds import MaySend, Round, Rounds, SentAs
from fedirse.outbox.slots import Slots
from fedirse.site import Site
from fedirse.storage.peers import hasten_peer, list_failing_hosts, next_due, recover_peers, release_peers

logger = logging.getLogger(__name__)

HEARD_AGAIN_SECONDS: Final = 60.0
"""A peer that we hear but do not reach is tried at most this often for being heard."""
_UNDER_WAY: Final = math.inf
"""Stands for a host that will be tried for being heard; how that ends decides what is remembered of it."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places on the wire that all sites of a process share: for peers that are well, and apart from them for those that fail."""

    well: Slots
    failing: Slots

    @classmethod
    def of(cls, in_flight: int) -> "Places":
        """Split `in_flight` places: a quarter is for finding out which failing peers are back."""
        failing = max(in_flight // 4, 1)
        return cls(Slots(max(in_flight - failing, 1)), Slots(failing))


class SiteOutbox:
    """Sends what one site has queued.

    Args:
        site: whose outbox it is.
        settings: of the process.
        places: shared with the other sites.
        may_send: what decides at the last moment.
        random: chance, as a number from 0 up to 1.
        sent_as: as what recipients are sent things, for the ledger.
    """

    def __init__(
        self,
        site: Site,
        settings: ProcessSettings,
        places: Places,
        may_send: MaySend,
        random: Callable[[], float],
        *,
        sent_as: SentAs | None = None,
    ) -> None:
        self._site = site
        self._rounds = Rounds(site, may_send, settings.delivery_days, sent_as)
        self._terms = Terms(site, Recorder(site, self._rounds), places.well, settings.deliveries_per_host, random, self._is_stopping)
        self._well = Line(site, self._rounds, places.well, failing=False, launch=self._launcher(places.well))
        self._failing = Line(site, self._rounds, places.failing, failing=True, launch=self._launcher(places.failing))
        self._lanes: dict[str, tuple[asyncio.Task[LaneEnd], str]] = {}  # by host, with their leases
        self._stopping = False
        # Hosts that failed, and from when on (monotonic) they may be tried again for being heard: what lets an inbox ask about every
        # sender without touching the database.
        self._failed: dict[str, float] = {}

    async def start(self, *, sole_worker: bool) -> None:
        """Free what earlier processes left behind, and begin. Raises StorageError; what is queued later is sent all the same."""
        self._site.pulse.listen(self._well.wake)
        now = self._site.clock.now()
        try:
            await self._site.write(recover_peers, now, latest=now + LATEST, sole_worker=sole_worker)
            self._failed = dict.fromkeys(await self._site.read(list_failing_hosts), self._site.clock.monotonic())
        finally:
            self.wake()

    def wake(self) -> None:
        """Look at both lines now."""
        self._well.wake()
        self._failing.wake()

    async def look(self) -> None:
        """Wake whichever line has something due that nobody told this process about."""
        now = self._site.clock.now()
        for line, failing in ((self._well, False), (self._failing, True)):
            due = await self._site.read(next_due, failing=failing)
            if due is not None and due <= now:
                line.wake()

    async def peer_was_heard(self, host: str) -> None:
        """Try a failing host at once, or when a minute has passed since it failed: a host that has just returned says so only once.

        Without effect on one that is well, or that is about to be tried for being heard.
        """
        rested = self._failed.get(host)
        if rested is None or rested == _UNDER_WAY:
            return
        self._failed[host] = _UNDER_WAY
        wait = max(rested - self._site.clock.monotonic(), 0.0)
        when = self._site.clock.now() + timedelta(seconds=wait)
        if not await self._site.write(hasten_peer, host, when):
            return
        if wait:
            self._failing.wake_at(when)
        else:
            self._failing.wake()

    @property
    def tasks(self) -> set[asyncio.Task[LaneEnd] | asyncio.Task[None]]:
        """What is under way."""
        lines = {line.task for line in (self._well, self._failing) if line.task is not None}
        return lines | {lane for lane, _ in self._lanes.values()}

    def stop(self) -> None:
        """Start nothing new; what is on the wire goes on."""
        self._stopping = True
        self._well.stop()
        self._failing.stop()

    async def abandon(self) -> None:
        """Break off what is still on the wire after `stop`; it stays queued, and whoever starts next may send it at once."""
        leases = {host: lease for host, (_, lease) in self._lanes.items()}
        lanes = [lane for lane, _ in self._lanes.values()]
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        if leases:
            await self._site.write(release_peers, leases, self._site.clock.now())

    def _is_stopping(self) -> bool:
        return self._stopping

    def _launcher(self, slots: Slots) -> Callable[[Round, float], None]:
        def launch(first: Round, began: float) -> None:
            host = first.peer.host
            earlier, _ = self._lanes.get(host, (None, ""))
            lane = asyncio.create_task(self._run_after(earlier, first, began))
            self._lanes[host] = (lane, first.lease)
            lane.add_done_callback(lambda ended: self._ended(host, ended, slots))

        return launch

    async def _run_after(self, earlier: asyncio.Task[LaneEnd] | None, first: Round, began: float) -> LaneEnd:
        """Run a lane, after an earlier one of the same peer.

        There is one when the peer was claimed in the moment between its closing commit and its end, or when this process slept through
        a lease; then it has something on the wire still.
        """
        if earlier is not None:
            try:
                await asyncio.wait([earlier])
            except asyncio.CancelledError:
                earlier.cancel()
                await asyncio.wait([earlier])
                raise
        return await run_lane(self._terms, first, began)

    def _ended(self, host: str, lane: asyncio.Task[LaneEnd], slots: Slots) -> None:
        if self._lanes[host][0] is lane:
            del self._lanes[host]
        slots.give_back(1)
        if lane.cancelled():
            return
        error = lane.exception()
        if error is not None:
            # Its lease ends by itself; then the peer is tried again.
            logger.error("outbox of %s: the lane of %s broke", self._site.settings.domain, host, exc_info=error)
            return
        self._learn(host, lane.result())

    def _learn(self, host: str, end: LaneEnd) -> None:
        if is_half_open(end.health.failures):
            self._failed[host] = self._site.clock.monotonic() + HEARD_AGAIN_SECONDS
        else:
            self._failed.pop(host, None)
        if end.resume_at is not None:
            line = self._failing if is_half_open(end.health.failures) else self._well
            line.wake_at(end.resume_at)
        elif end.more:
            self.wake()
