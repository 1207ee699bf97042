"""Writes down what the lanes of one site report: whatever came in while one transaction ran goes into the next one, together."""

import asyncio
import logging
from typing import Final

from fedirse.base.errors import FedirseError
from fedirse.outbox.rounds import Report, Rounds, Verdict
from fedirse.site import Site

logger = logging.getLogger(__name__)

_REPORTS_PER_TRANSACTION: Final = 256
_LOST: Final = Verdict(held=False)


class Recorder:
    """Collects reports and answers each after the commit that holds it.

    Args:
        site: whose ledger it is.
        rounds: settles the reports.
    """

    def __init__(self, site: Site, rounds: Rounds) -> None:
        self._site = site
        self._rounds = rounds
        self._waiting: list[tuple[Report, asyncio.Future[Verdict]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def report(self, report: Report) -> Verdict:
        """Have it written down; returns after the commit.

        When it cannot be written, the round counts as lost: its deliveries stay queued, and its lease ends by itself.
        """
        verdict: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.append((report, verdict))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await verdict

    async def _write(self) -> None:
        while self._waiting:
            batch = self._waiting[:_REPORTS_PER_TRANSACTION]
            del self._waiting[:_REPORTS_PER_TRANSACTION]
            verdicts = await self._settle([report for report, _ in batch])
            for (_, future), verdict in zip(batch, verdicts, strict=True):
                if not future.done():
                    future.set_result(verdict)

    async def _settle(self, reports: list[Report]) -> list[Verdict]:
        try:
            return await self._site.write(self._rounds.settle, reports, self._site.clock.now())
        except FedirseError as error:
            logger.warning("outbox of %s: %d reports not written: %s: %s", self._site.settings.domain, len(reports), error.reason, error)
        except Exception:
            logger.exception("outbox of %s: %d reports not written", self._site.settings.domain, len(reports))
        return [_LOST] * len(reports)
