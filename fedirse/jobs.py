"""Runs the jobs that transactions asked for: fetches, checks, long erasures. One runner serves all the sites of a process."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.errors import FedirseError, RemoteUnavailable, StorageError
from fedirse.site import Site
from fedirse.slice import JobFunction, JobKind, SweepFunction
from fedirse.storage.jobs import Job, finish_job, list_due_jobs, next_job_due, put_off_job

logger = logging.getLogger(__name__)

AT_ONCE = 16
ATTEMPTS = 12
SWEEP_SECONDS = 30.0
SILENT_SECONDS = 30.0


class JobRunner:
    """Runs due jobs, woken by the commits that add some.

    Args:
        kinds: what can be done.
        sites: the sites served here.
        sweeps: what is looked at from time to time without being asked.
    """

    def __init__(self, kinds: Iterable[JobKind], sites: Callable[[], Iterable[Site]], sweeps: Iterable[SweepFunction] = ()) -> None:
        self._functions: Mapping[str, JobFunction] = {kind.name: kind.run for kind in kinds}
        self._sites = sites
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._due: dict[str, float] = {}
        self._sweeps = tuple(sweeps)
        self._swept: dict[str, float] = {}
        self._silent: dict[str, float] = {}  # hosts that do not answer, and until when they are left alone
        self._stopping = False

    def watch(self, site: Site) -> None:
        """Look at the site's jobs now, and after every commit that may have added one."""
        self.wake(site.settings.domain)
        site.pulse.listen(lambda: self.wake(site.settings.domain))

    def wake(self, domain: str) -> None:
        """There may be work for the site of that domain."""
        self._due[domain] = 0.0
        self._wake.set()

    async def run(self) -> None:
        """Run jobs until `stop`."""
        while not self._stopping:
            self._wake.clear()
            now = time.monotonic()
            ready = [site for site in self._sites() if self._due.get(site.settings.domain, now) <= now]
            for site in ready:
                self._due[site.settings.domain] = now + SWEEP_SECONDS
            await asyncio.gather(*(self._run_due(site) for site in ready))
            await self._sleep(max(min(self._due.values(), default=now + SWEEP_SECONDS) - time.monotonic(), 0))

    async def stop(self) -> None:
        """Start no further round; one that is under way ends with its transactions."""
        self._stopping = True
        self._wake.set()

    async def run_until_idle(self, site: Site) -> None:
        """Run what is due now, and what that makes due; for commands and tests."""
        while due := await site.read(list_due_jobs, site.clock.now(), AT_ONCE):
            of_host: defaultdict[str, list[Job]] = defaultdict(list)
            for job in due:
                of_host[_host_of(job)].append(job)
            await asyncio.gather(*(self._run_in_turn(site, host, jobs) for host, jobs in of_host.items()))

    async def _run_due(self, site: Site) -> None:
        """Run what is due at a site, and note when more is."""
        try:
            await self.run_until_idle(site)
            due = await site.read(next_job_due)
            await self._sweep(site)
        except StorageError as error:
            logger.warning("jobs of %s wait: %s", site.settings.domain, error)
            return
        if due is not None:
            wait = max((due - site.clock.now()).total_seconds(), 0.05)
            self._due[site.settings.domain] = min(time.monotonic() + wait, self._due[site.settings.domain])

    async def _sweep(self, site: Site) -> None:
        """Do a part of what comes up without being asked for; soon again when there is more of it."""
        domain, now = site.settings.domain, time.monotonic()
        if self._swept.get(domain, now - SWEEP_SECONDS) > now - SWEEP_SECONDS:
            return
        self._swept[domain] = now
        for sweep in self._sweeps:
            try:
                if await sweep(site):
                    self._swept.pop(domain, None)
                    self._due[domain] = now
            except StorageError:
                raise
            except Exception:
                logger.exception("%s of %s failed", getattr(sweep, "__name__", "a sweep"), domain)

    async def _run_in_turn(self, site: Site, host: str, jobs: Iterable[Job]) -> None:
        """Run the jobs that are about one host. When it does not answer, the others are put off untried: strangers choose what is
        fetched, and a host that lets everybody wait must not take all the places.
        """
        for job in jobs:
            if self._silent.get(host, 0.0) > site.clock.monotonic():
                await self._put_off(site, job, RemoteUnavailable(f"{host} did not answer a moment ago"))
            else:
                await self._run_one(site, host, job)

    async def _run_one(self, site: Site, host: str, job: Job) -> None:
        async with self._slots:
            try:
                await self._functions[job.kind](site, job.subject, job.details)
            except RemoteUnavailable as error:
                self._remember_silent(host, site.clock.monotonic() + SILENT_SECONDS)
                await self._put_off(site, job, error)
            except StorageError:
                raise
            except FedirseError as error:
                logger.info("job %s about %.200s ended: %s", job.kind, job.subject, error.reason)
                await site.write(finish_job, job)
            except Exception as error:
                logger.exception("job %s about %.200s failed", job.kind, job.subject)
                await self._put_off(site, job, error)
            else:
                await site.write(finish_job, job)

    def _remember_silent(self, host: str, until: float) -> None:
        self._silent[host] = until
        if len(self._silent) > limits.REMEMBERED_HOSTS:
            del self._silent[next(iter(self._silent))]

    async def _put_off(self, site: Site, job: Job, error: Exception) -> None:
        attempts = job.attempts + 1
        if attempts >= ATTEMPTS:
            await site.write(finish_job, job)
            return
        when = next_try(site.clock.now(), attempts)
        await site.write(put_off_job, job.id, attempts=attempts, not_before=when, error=f"{type(error).__name__}: {error!s:.200}")

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass


def next_try(now: datetime, attempts: int) -> datetime:
    """When a job that failed `attempts` times is tried again: after 30 s, then twice as long each time, at most six hours."""
    return now + timedelta(seconds=min(30 * 2 ** (attempts - 1), 6 * 3600))


def _host_of(job: Job) -> str:
    """The host a job is about; nearly all of them have an address as their subject."""
    return uris.find_host(job.subject) or ""
