"""Rounds: the few deliveries to one peer that one worker may send under one lease. Opened and settled here, in transactions.

A round belongs to whoever holds its lease. A worker that slept through it finds its results refused: by then they are somebody
else's to send, and a second copy on the wire is harmless where a wrong word in the ledger is not.
"""

import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.base.errors import NotFound, StorageError
from fedirse.base.identifiers import new_id
from fedirse.outbox.retry import Health, given_up_before, is_half_open
from fedirse.site import Site
from fedirse.storage.deliveries import (
    DeliveryResult,
    DeliveryState,
    WaitingDelivery,
    close_inbox,
    expire_deliveries,
    list_waiting,
    next_put_off,
    note_standings,
    record_results,
)
from fedirse.storage.peers import Peer, claim_due_peers, list_leases, next_due, settle_peers
from fedirse.storage.refusals import refused_among
from fedirse.storage.signing import KeyPair
from fedirse.storage.transaction import Transaction

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
ROUND_SIZE: Final = 16
UNDECIDED_AGAIN_AFTER: Final = timedelta(minutes=10)


class PutOff(str):
    """Why a delivery can be neither sent nor withheld yet; it is asked about again later."""

    __slots__ = ()


_UNDECIDED: Final = PutOff("it could not be decided whether it may be sent")

MaySend = Callable[[Transaction, WaitingDelivery, datetime], str | None]
"""Asked in the transaction that hands a delivery out: None to send it, or why it is withheld, for good or as a PutOff for now."""

SentAs = Callable[[Transaction, Sequence[WaitingDelivery], datetime], Mapping[int, str]]
"""Asked there about those that leave: as what their recipients are sent them, by id, for the egress ledger."""


@dataclass(frozen=True, slots=True)
class Round:
    """Deliveries to one peer, oldest first, with the keys of the actors who sign them, by actor id."""

    peer: Peer
    lease: str
    deliveries: tuple[WaitingDelivery, ...]
    keys: Mapping[str, KeyPair]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a claim gave: how many peers were due, the rounds of those that have something to send, and when to look again."""

    claimed: int
    rounds: list[Round]
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a round ended.

    Attributes:
        health: how the peer is doing now.
        signature: the scheme to try first next time.
        resume_at: until when it is left alone; None when it is well.
        go_on: whether the worker would take the next round at once.
    """

    health: Health
    signature: str | None
    resume_at: datetime | None
    go_on: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What happened in a round since the last report; `gone` are inboxes that answered 410, `closing` comes with the last one."""

    round: Round
    results: tuple[DeliveryResult, ...]
    gone: frozenset[str] = field(default_factory=frozenset)
    closing: Closing | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the round was still the worker's, and the next one for the same peer."""

    held: bool
    next: Round | None = None


class Rounds:
    """Opens and settles the rounds of one site; both methods are functions for `site.write`.

    Args:
        site: whose deliveries they are.
        may_send: what decides at the last moment.
        delivery_days: for how long a failing peer is tried.
        sent_as: as what recipients are sent things; the ledger says nothing of it without.
    """

    def __init__(self, site: Site, may_send: MaySend, delivery_days: int, sent_as: SentAs | None = None) -> None:
        self._site = site
        self._may_send = may_send
        self._delivery_days = delivery_days
        self._sent_as = sent_as

    def open(self, tx: Transaction, *, failing: bool, limit: int, now: datetime) -> Opened:
        """Claim at most `limit` due peers, those that fail or those that are well, each with its first deliveries."""
        lease = new_id(now)
        until = now + LEASE
        claimed = claim_due_peers(tx, failing=failing, now=now, until=until, lease=lease, limit=limit)
        rounds, idle = self._load(tx, [replace(peer, lease=lease, next_attempt_at=until) for peer in claimed], now)
        settle_peers(tx, idle)
        return Opened(len(claimed), rounds, next_due(tx, failing=failing))

    def settle(self, tx: Transaction, reports: Sequence[Report], now: datetime) -> list[Verdict]:
        """Write down what was reported, in order, and hand out the next rounds; one verdict for each report."""
        leases = list_leases(tx, {report.round.peer.host for report in reports})
        held = [report for report in reports if leases.get(report.round.peer.host) == report.round.lease]
        record_results(tx, [result for report in held for result in report.results])
        for inbox in sorted({inbox for report in held for inbox in report.gone}):
            close_inbox(tx, inbox, now)
        following = self._close(tx, [report for report in held if report.closing is not None], now)
        kept = {id(report) for report in held}
        return [Verdict(id(report) in kept, following.get(report.round.peer.host) if report.closing else None) for report in reports]

    def _close(self, tx: Transaction, reports: Sequence[Report], now: datetime) -> dict[str, Round]:
        """Give leases back, or renew those of peers that have more to send; returns the next rounds by host."""
        given_back: list[Peer] = []
        going_on: list[Peer] = []
        for report in reports:
            closing = report.closing
            if closing is None:
                continue
            if closing.resume_at is not None:
                self._expire(tx, report.round, closing, now)
                given_back.append(_after(report.round, closing, closing.resume_at, lease=None))
            elif closing.go_on:
                going_on.append(_after(report.round, closing, now + LEASE, lease=report.round.lease))
            else:
                given_back.append(_after(report.round, closing, now, lease=None))
        rounds, idle = self._load(tx, going_on, now)
        settle_peers(tx, [*given_back, *(following.peer for following in rounds), *idle])
        return {following.peer.host: following for following in rounds}

    def _load(self, tx: Transaction, peers: Sequence[Peer], now: datetime) -> tuple[list[Round], list[Peer]]:
        """The rounds of leased peers, and the others, let go until there is something to send."""
        half_open = {peer.host for peer in peers if is_half_open(peer.failures)}
        open_hosts = {peer.host for peer in peers} - half_open
        waiting = list_waiting(tx, open_hosts, now=now, limit=ROUND_SIZE) | list_waiting(tx, half_open, now=now, limit=1)
        sendable, keys = self._check(tx, waiting, now)
        rounds = [Round(peer, peer.lease or "", tuple(sendable[peer.host]), keys) for peer in peers if sendable.get(peer.host)]
        resting = [peer for peer in peers if not sendable.get(peer.host)]
        dates = next_put_off(tx, {peer.host for peer in resting} - waiting.keys()) if resting else {}
        # What was withheld may have hidden something that is not: such a peer is looked at again at once.
        dates |= {peer.host: now for peer in resting if peer.host in waiting}
        return rounds, [replace(peer, lease=None, next_attempt_at=dates.get(peer.host)) for peer in resting]

    def _check(
        self, tx: Transaction, waiting: Mapping[str, Sequence[WaitingDelivery]], now: datetime
    ) -> tuple[dict[str, list[WaitingDelivery]], dict[str, KeyPair]]:
        """Those that may be sent now, by host, and the keys they are signed with; what is withheld is written down."""
        blocked = refused_among(tx, waiting)
        pairs: dict[str, KeyPair | None] = {}
        sendable: dict[str, list[WaitingDelivery]] = {host: [] for host in waiting}
        held_back: list[DeliveryResult] = []
        for delivery in itertools.chain.from_iterable(waiting.values()):
            if delivery.signed_by not in pairs:
                pairs[delivery.signed_by] = self._find_keys(tx, delivery.signed_by)
            reason = "the domain is blocked" if delivery.host in blocked else self._ask(tx, delivery, now)
            if reason is None and pairs[delivery.signed_by] is None:
                reason = "its actor has no keys any more"
            if reason is None:
                sendable[delivery.host].append(delivery)
            else:
                held_back.append(_held_back(delivery, reason, now))
        record_results(tx, held_back)
        self._note(tx, list(itertools.chain.from_iterable(sendable.values())), now)
        return sendable, {actor_id: pair for actor_id, pair in pairs.items() if pair is not None}

    def _ask(self, tx: Transaction, delivery: WaitingDelivery, now: datetime) -> str | None:
        try:
            return self._may_send(tx, delivery, now)
        except StorageError:
            raise
        except Exception:
            # In doubt nothing leaves; and what cannot be decided must not hold up the rest of the site.
            logger.exception("outbox of %s: delivery %d", self._site.settings.domain, delivery.id)
            return _UNDECIDED

    def _note(self, tx: Transaction, leaving: Sequence[WaitingDelivery], now: datetime) -> None:
        """Write into the ledger as what recipients are sent what leaves now."""
        if self._sent_as is None or not leaving:
            return
        try:
            note_standings(tx, self._sent_as(tx, leaving, now))
        except StorageError:
            raise
        except Exception:
            # That it may leave was decided before; a word that is missing in the ledger must not hold up the site.
            logger.exception("outbox of %s: the ledger of %d deliveries", self._site.settings.domain, len(leaving))

    def _find_keys(self, tx: Transaction, actor_id: str) -> KeyPair | None:
        try:
            return self._site.signing.load(tx, actor_id)
        except NotFound:
            return None

    def _expire(self, tx: Transaction, ended: Round, closing: Closing, now: datetime) -> None:
        oldest = given_up_before(now, self._delivery_days)
        if ended.deliveries[0].queued_at < oldest:
            answer = f"given up after {self._delivery_days} days: {closing.health.last_error}"
            expire_deliveries(tx, ended.peer.host, queued_before=oldest, answer=answer, now=now)


def _after(ended: Round, closing: Closing, next_attempt_at: datetime, *, lease: str | None) -> Peer:
    return replace(
        ended.peer,
        signature=closing.signature,
        failures=closing.health.failures,
        failing_since=closing.health.failing_since,
        last_error=closing.health.last_error,
        last_success_at=closing.health.last_success_at,
        next_attempt_at=next_attempt_at,
        lease=lease,
    )


def _held_back(delivery: WaitingDelivery, reason: str, now: datetime) -> DeliveryResult:
    """Withheld for good, or put off when nobody could decide."""
    undecided = isinstance(reason, PutOff)
    return DeliveryResult(
        delivery.id,
        DeliveryState.QUEUED if undecided else DeliveryState.WITHHELD,
        delivery.attempts,
        delivery.refusals,
        None,
        reason,
        not_before=now + UNDECIDED_AGAIN_AFTER if undecided else None,
        done_at=None if undecided else now,
    )
