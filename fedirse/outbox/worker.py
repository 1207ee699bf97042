"""The worker: sends what the sites of a process have queued, for all of them at once, until it is told to stop.

Rows are the truth: whatever this process forgets, is killed with or never heard of is found again in the database.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Final

from fedirse.base.errors import FedirseError
from fedirse.base.settings import ProcessSettings
from fedirse.outbox.rounds import MaySend, SentAs
from fedirse.outbox.site_outbox import Places, SiteOutbox
from fedirse.site import Site

logger = logging.getLogger(__name__)

STOP_SECONDS: Final = 8.0
"""What is on the wire when the worker is stopped may take this long."""


class OutboxWorker:
    """Delivers for every site of a process.

    Args:
        sites: the sites there are when it starts; later ones come by `add_site`.
        settings: of the process.
        may_send: what decides at the last moment whether a delivery may still leave.
        random: chance, as a number from 0 up to 1.
        sent_as: as what recipients are sent things, for the ledger.
        sole_worker: whether no other process sends for these sites; what an earlier one was sending is then free at once.
        sweep_seconds: how often to look for rows that nobody announced; None where every row is announced in this process.
        stop_seconds: how long what is on the wire may take after `stop`.
    """

    def __init__(
        self,
        sites: Callable[[], Iterable[Site]],
        settings: ProcessSettings,
        may_send: MaySend,
        *,
        random: Callable[[], float],
        sent_as: SentAs | None = None,
        sole_worker: bool = False,
        sweep_seconds: float | None = None,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self._sites = sites
        self._settings = settings
        self._may_send = may_send
        self._sent_as = sent_as
        self._random = random
        self._sole_worker = sole_worker
        self._sweep_seconds = sweep_seconds
        self._stop_seconds = stop_seconds
        self._places = Places.of(settings.deliveries_in_flight)
        self._outboxes: dict[str, SiteOutbox] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`; returns when nothing is on the wire any more, at the latest `stop_seconds` after it."""
        for site in self._sites():
            await self.add_site(site)
        while not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), self._sweep_seconds)
            except TimeoutError:
                await self._sweep()
        await self._end()

    def stop(self) -> None:
        """Start nothing new and let `run` return."""
        self._stopping.set()
        for outbox in self._outboxes.values():
            outbox.stop()

    async def add_site(self, site: Site) -> None:
        """Send for one site more."""
        if site.settings.domain in self._outboxes or self._stopping.is_set():
            return
        outbox = SiteOutbox(site, self._settings, self._places, self._may_send, self._random, sent_as=self._sent_as)
        self._outboxes[site.settings.domain] = outbox
        try:
            await outbox.start(sole_worker=self._sole_worker)
        except FedirseError as error:
            # One site that cannot be used must not keep the others from being served; the sweep or its next post tries again.
            logger.exception("outbox of %s does not start: %s", site.settings.domain, error.reason)

    def wake(self, domain: str) -> None:
        """There may be something to send for the site of that domain; nothing happens for one that is not served here."""
        outbox = self._outboxes.get(domain)
        if outbox is not None:
            outbox.wake()

    async def peer_was_heard(self, site: Site, host: str) -> None:
        """A message came from `host`: if deliveries to it fail, try it now. Costs a look into a dictionary when they do not."""
        await self.domain_heard(site.settings.domain, host)

    async def domain_heard(self, domain: str, host: str) -> None:
        """As `peer_was_heard`, for the site of that domain."""
        outbox = self._outboxes.get(domain)
        if outbox is not None:
            await outbox.peer_was_heard(host)

    async def idle(self) -> None:
        """Return when nothing is on the wire and nothing is due; what backs off is not waited for."""
        while tasks := {task for outbox in self._outboxes.values() for task in outbox.tasks}:
            await asyncio.wait(tasks)

    async def _sweep(self) -> None:
        for domain, outbox in tuple(self._outboxes.items()):
            try:
                await outbox.look()
            except FedirseError as error:
                logger.warning("outbox of %s: not looked at: %s", domain, error.reason)

    async def _end(self) -> None:
        try:
            await asyncio.wait_for(self.idle(), self._stop_seconds)
        except TimeoutError:
            for domain, outbox in self._outboxes.items():
                try:
                    await outbox.abandon()
                except FedirseError as error:
                    logger.warning("outbox of %s: leases not returned: %s", domain, error.reason)
