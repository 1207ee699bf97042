"""One peer's lane: sends its rounds, in order for each sending actor, until nothing is left or the peer falters.

A result is written down before the same actor's next delivery starts, so that a killed process leaves at most one delivery per
actor and peer to be sent a second time.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

from fedirse.base.errors import StorageError
from fedirse.outbox.deliver import Attempt, deliver_one
from fedirse.outbox.outcome import Delivered, Gone, Rejected, Retry
from fedirse.outbox.recorder import Recorder
from fedirse.outbox.retry import Health, back_off, is_half_open, step_aside
from fedirse.outbox.rounds import Closing, Report, Round
from fedirse.outbox.schemes import first_scheme
from fedirse.outbox.slots import Slots
from fedirse.site import Site
from fedirse.storage.clocks import is_off, note_clock
from fedirse.storage.deliveries import DeliveryResult, DeliveryState, WaitingDelivery

logger = logging.getLogger(__name__)

SENDING_SECONDS: Final = 15.0
"""A round starts no delivery later than this after its lease began: two tries of `limits.DELIVERY_SECONDS` then still fit into it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the lanes of one site share.

    Attributes:
        site: whose deliveries they are.
        recorder: writes down what happens.
        slots: places on the wire; a lane has one already, and takes free ones for further actors.
        per_host: how many deliveries to one peer at once.
        random: chance, as a number from 0 up to 1.
        stopping: whether nothing new may be started.
    """

    site: Site
    recorder: Recorder
    slots: Slots
    per_host: int
    random: Callable[[], float]
    stopping: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class LaneEnd:
    """Where a lane left its peer: `resume_at` is when to try it again, None when it is well; `more` means that it has to be looked at."""

    health: Health
    resume_at: datetime | None
    more: bool


async def run_lane(terms: Terms, first: Round, began: float) -> LaneEnd:
    """Send a round and those that follow it.

    A peer that was failing gets one delivery only; when it takes that, the others follow in a lane of their own.

    Args:
        terms: of the site.
        first: the round to begin with.
        began: monotonic time before the lease was asked for.
    """
    sending = _Sending(terms, first, began)
    following = await sending.run()
    while following is not None:
        sending = _Sending(terms, following, sending.closed_at)
        following = await sending.run()
    return sending.end


class _Sending:
    """One round on its way out."""

    def __init__(self, terms: Terms, current: Round, began: float) -> None:
        self._terms = terms
        self._clock = terms.site.clock
        self._round = current
        self._until = began + SENDING_SECONDS
        self._queues = _by_actor(current.deliveries)
        peer = current.peer
        self._health = Health(peer.failures, peer.failing_since, peer.last_error, peer.last_success_at)
        self._signature = peer.signature
        self._resume_at: datetime | None = None
        self._gone: set[str] = set()
        self._results: list[DeliveryResult] = []
        self._running = 0
        self._lost = False
        self._more = False
        self.closed_at = began

    @property
    def end(self) -> LaneEnd:
        return LaneEnd(self._health, self._resume_at, self._more)

    async def run(self) -> Round | None:
        """Send what may be sent, close the round, and return the next one for the same peer."""
        slots = self._terms.slots
        further = slots.take_free(min(self._terms.per_host, len(self._queues)) - 1)
        try:
            if further:
                async with asyncio.TaskGroup() as tasks:
                    for _ in range(1 + further):
                        tasks.create_task(self._drain())
            else:
                await self._drain()
        finally:
            slots.give_back(further)
        return None if self._lost else await self._close()

    def _is_over(self) -> bool:
        return self._lost or self._resume_at is not None or self._terms.stopping() or self._clock.monotonic() >= self._until

    async def _drain(self) -> None:
        """Send one actor's deliveries after another's; several of these run at once, never two for one actor."""
        self._running += 1
        try:
            while self._queues and not self._is_over():
                await self._send_in_order(self._queues.popleft())
        finally:
            self._running -= 1

    async def _send_in_order(self, queue: deque[WaitingDelivery]) -> None:
        while queue and not self._is_over():
            delivery = queue.popleft()
            if delivery.inbox in self._gone:
                continue
            attempt = await self._attempt(delivery)
            await self._note_clock(delivery.host, attempt.date)
            self._results.append(self._judge(delivery, attempt))
            # The very last result of a round goes along with its closing.
            if self._running > 1 or ((queue or self._queues) and not self._is_over()):
                await self._report(None)

    async def _attempt(self, delivery: WaitingDelivery) -> Attempt:
        try:
            keys = self._round.keys[delivery.signed_by]
            return await deliver_one(self._terms.site, delivery, keys, first_scheme(self._signature))
        except Exception as error:
            # A mistake of ours about one activity must not hold up the others.
            logger.exception("outbox of %s: delivery %d", self._terms.site.settings.domain, delivery.id)
            return Attempt(Rejected(None, f"failed here: {type(error).__name__}"), None)

    async def _note_clock(self, host: str, date: str | None) -> None:
        """Whoever refuses a signature because of its date says by how much the two clocks differ (REL-023)."""
        now = self._clock.now()
        if is_off(date, now):
            # It is told to people and changes nothing: what is sent must not wait for it.
            with suppress(StorageError):
                await self._terms.site.write(note_clock, host, date, now)

    def _judge(self, delivery: WaitingDelivery, attempt: Attempt) -> DeliveryResult:
        """What to write down about an attempt, and what it says about the peer."""
        now = self._clock.now()
        outcome = attempt.outcome
        self._terms.site.counters.add(f"outbox.{type(outcome).__name__.lower()}")
        result = DeliveryResult(
            id=delivery.id,
            state=DeliveryState.QUEUED,
            attempts=delivery.attempts + 1,
            refusals=delivery.refusals,
            status=outcome.status,
            answer=outcome.answer,
            not_before=None,
            done_at=None,
        )
        match outcome:
            case Delivered():
                self._health = self._health.after_success(now)
                self._signature = attempt.scheme
                return replace(result, state=DeliveryState.DELIVERED, done_at=now)
            case Gone():
                self._health = self._health.after_answer()
                self._gone.add(delivery.inbox)
                return replace(result, state=DeliveryState.GONE, done_at=now)
            case Retry():
                self._falter(outcome, now)
                return result
            case Rejected():
                return self._refused(replace(result, refusals=delivery.refusals + 1), outcome, now)
            case _:
                assert_never(outcome)

    def _refused(self, result: DeliveryResult, outcome: Rejected, now: datetime) -> DeliveryResult:
        if outcome.status is not None:
            self._health = self._health.after_answer()
        wait = None if outcome.final else step_aside(result.refusals, self._terms.random())
        if wait is None:
            return replace(result, state=DeliveryState.REJECTED, done_at=now)
        return replace(result, not_before=now + wait)

    def _falter(self, outcome: Retry, now: datetime) -> None:
        """The peer is left alone for a while. Several deliveries that fail together are one failure."""
        if self._resume_at is None:
            said = outcome.answer if outcome.status is None else f"{outcome.status} {outcome.answer}"
            self._health = self._health.after_failure(said.strip(), now)
        wait = back_off(max(self._health.failures, 1), self._terms.random(), outcome.wait)
        self._resume_at = max(now + wait, self._resume_at or now)

    async def _report(self, closing: Closing | None) -> Round | None:
        report = Report(self._round, tuple(self._results), frozenset(self._gone), closing)
        self._results = []
        verdict = await self._terms.recorder.report(report)
        self._lost = not verdict.held
        return verdict.next

    async def _close(self) -> Round | None:
        was_half_open = is_half_open(self._round.peer.failures)
        go_on = not (was_half_open or self._terms.stopping() or self._terms.slots.contended)
        self.closed_at = self._clock.monotonic()
        following = await self._report(Closing(self._health, self._signature, self._resume_at, go_on))
        self._more = following is None and not go_on and self._resume_at is None
        return following


def _by_actor(deliveries: tuple[WaitingDelivery, ...]) -> deque[deque[WaitingDelivery]]:
    """Deliveries in order for each sending actor; the actors by their oldest one."""
    queues: dict[str, deque[WaitingDelivery]] = {}
    for delivery in deliveries:
        queues.setdefault(delivery.actor_id, deque()).append(delivery)
    return deque(queues.values())
