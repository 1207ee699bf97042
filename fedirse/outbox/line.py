"""A site's line of due peers: sleeps until one is due or somebody wakes it, then claims as many as there are places on the wire.

A site has two: one for peers that are well, one for those that fail, with places of its own, so that however many peers are down,
the others never wait for them.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from fedirse.base.errors import FedirseError
from fedirse.outbox.rounds import Opened, Round, Rounds
from fedirse.outbox.slots import Slots
from fedirse.site import Site

logger = logging.getLogger(__name__)

_PEERS_PER_CLAIM: Final = 64
_TROUBLE_SECONDS: Final = 10.0

Launch = Callable[[Round, float], None]
"""Starts a round's lane; gets the monotonic time before its lease. The lane gives its place back when it ends."""


class Line:
    """Claims peers and launches their lanes.

    Args:
        site: whose peers they are.
        rounds: claims them.
        slots: the places it may take.
        failing: which of the two lines this is.
        launch: starts a lane.
    """

    def __init__(self, site: Site, rounds: Rounds, slots: Slots, *, failing: bool, launch: Launch) -> None:
        self._site = site
        self._rounds = rounds
        self._slots = slots
        self._failing = failing
        self._launch = launch
        self._wanted = False
        self._stopped = False
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = 0.0  # uvloop's handles do not tell
        self._filling: asyncio.Task[None] | None = None

    @property
    def task(self) -> asyncio.Task[None] | None:
        """What it is doing at the moment, None while it sleeps."""
        return None if self._filling is None or self._filling.done() else self._filling

    def wake(self) -> None:
        """Look for due peers, now; once more if it is looking already."""
        if self._stopped:
            return
        self._wanted = True
        if self.task is None:
            self._filling = asyncio.create_task(self._fill())

    def wake_at(self, due: datetime) -> None:
        """Look again then, unless it does so earlier anyhow."""
        seconds = max((due - self._site.clock.now()).total_seconds(), 0.0)
        self._wake_in(seconds)

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped = True
        if self._alarm is not None:
            self._alarm.cancel()

    def _wake_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._stopped or (self._alarm is not None and now < self._alarm_at <= now + seconds):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = now + seconds
        self._alarm = loop.call_at(self._alarm_at, self.wake)

    async def _fill(self) -> None:
        while self._wanted and not self._stopped:
            self._wanted = False
            places = await self._slots.reserve(_PEERS_PER_CLAIM)
            try:
                opened = await self._claim(places)
            except FedirseError as error:
                logger.warning("outbox of %s: no peers claimed: %s: %s", self._site.settings.domain, error.reason, error)
                self._wake_in(_TROUBLE_SECONDS)
            except Exception:
                logger.exception("outbox of %s: no peers claimed", self._site.settings.domain)
                self._wake_in(_TROUBLE_SECONDS)
            else:
                if opened.claimed == places:
                    self._wanted = True
                elif opened.next_due is not None:
                    self.wake_at(opened.next_due)

    async def _claim(self, places: int) -> Opened:
        """Claim due peers and launch their lanes; places that are not needed are given back."""
        launched = 0
        try:
            if self._stopped:
                return Opened(0, [], None)
            began = self._site.clock.monotonic()
            opened = await self._site.write(self._rounds.open, failing=self._failing, limit=places, now=self._site.clock.now())
            for claimed in opened.rounds:
                self._launch(claimed, began)
                launched += 1
            return opened
        finally:
            self._slots.give_back(places - launched)
