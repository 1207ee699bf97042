"""How a lane runs the functions it is given: writers in group commits, readers side by side on one snapshot.

Every job of a batch was queued before the batch begins, so a reader sees whatever was acknowledged before it asked.
"""

import sqlite3
import time
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Final

from sqlalchemy import Result
from sqlalchemy.engine import FilterResult
from sqlalchemy.exc import PendingRollbackError

from fedirse.base.errors import StorageBusy, StorageError, StorageFull
from fedirse.storage.connections import Connections, LaneConnection
from fedirse.storage.failures import DISK_ERROR, SYNC_FAILED, TRANSACTION_LOST, again, storage_error
from fedirse.storage.lanes import Answers, Crew, Job, Lane

BUSY_SECONDS: Final = 5.0
_WRITE_BATCH_SECONDS: Final = 0.05
_READ_BATCH_SECONDS: Final = 0.005
_UNFINISHED: Final = (Result, FilterResult, GeneratorType, CoroutineType, AsyncGeneratorType)


class SiteLane(Lane):
    """A lane of one site, with its connection: opened on first use, given back when asked.

    Args:
        crew: the threads that work on it.
        connections: opens the file.
        path: the site's database file.
        hosted: whether it is one of many sites in the process.
    """

    writes: bool

    def __init__(self, crew: Crew, connections: Connections, path: Path, *, hosted: bool) -> None:
        super().__init__(crew)
        self._connections = connections
        self._path = path
        self._hosted = hosted
        self._connection: LaneConnection | None = None
        self._used_at = time.monotonic()

    def idle_seconds(self) -> float | None:
        """For how long the connection has not been used; None when there is none."""
        return None if self._connection is None else time.monotonic() - self._used_at

    @abstractmethod
    def _transact(self, jobs: Sequence[Job]) -> None:
        """Run `jobs`, in order; answer each of them or put it back."""

    def _work(self, count: int) -> None:
        jobs = [self._jobs.popleft() for _ in range(count)]
        try:
            self._transact(jobs)
        except Exception as error:  # noqa: BLE001 - a thread that died would leave its callers waiting for ever
            self._drop()
            with self._lock:
                waiting = set(self._jobs)
            self._answer_all([job for job in jobs if job not in waiting], _unforeseen(error))
        self._used_at = time.monotonic()

    def _begin(self) -> LaneConnection:
        if self._connection is None:
            self._connection = self._connections.open(self._path, writes=self.writes, hosted=self._hosted)
        try:
            self._connection.begin()
        except (StorageBusy, StorageFull):
            raise
        except StorageError:
            self._drop()
            raise
        return self._connection

    def _roll_back(self, connection: LaneConnection) -> None:
        try:
            connection.roll_back()
        except Exception:  # noqa: BLE001 - whatever a function did to this connection, the next one is a fresh one
            self._drop()

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _drop(self) -> None:
        try:
            self._let_go()
        except Exception:  # noqa: BLE001 - it is being thrown away because it is broken
            self._connection = None

    def _put_back(self, jobs: Sequence[Job]) -> None:
        self._jobs.extendleft(reversed(jobs))

    @staticmethod
    def _answer_all(jobs: Sequence[Job], error: StorageError) -> None:
        answers = Answers()
        for job in jobs:
            answers.add(job, error=again(error))
        answers.send()


class WriteLane(SiteLane):
    """Runs a batch of functions in one transaction and answers them after its commit."""

    writes = True

    def __init__(self, crew: Crew, connections: Connections, path: Path, *, hosted: bool) -> None:
        super().__init__(crew, connections, path, hosted=hosted)
        self.refusal: StorageError | None = None
        self._alone = 0  # this many jobs at the head of the queue were in a batch that was lost

    def _work(self, count: int) -> None:
        super()._work(1 if self._alone else count)

    def _transact(self, jobs: Sequence[Job]) -> None:
        alone, self._alone = self._alone, max(self._alone - 1, 0)
        try:
            connection = self._begin()
        except StorageBusy as error:
            self._alone = alone  # at worst one more runs alone
            self._wait_for_lock(jobs, error)
        except StorageError as error:
            self._answer_all(jobs, error)
        else:
            self._run(connection, jobs)

    def _begin(self) -> LaneConnection:
        if self.refusal is not None:
            raise again(self.refusal)
        return super()._begin()

    def _wait_for_lock(self, jobs: Sequence[Job], error: StorageBusy) -> None:
        latest = time.monotonic() - BUSY_SECONDS
        self._put_back([job for job in jobs if job.asked_at > latest])
        self._answer_all([job for job in jobs if job.asked_at <= latest], error)

    def _run(self, connection: LaneConnection, jobs: Sequence[Job]) -> None:
        answers = Answers()
        until = time.monotonic() + _WRITE_BATCH_SECONDS
        done = 0
        try:
            for job in jobs:
                answers.add(job, *self._call(connection, job))
                done += 1
                if time.monotonic() >= until:
                    break
        except _TransactionLostError as lost:
            self._roll_back(connection)
            self._start_over(jobs[done], lost.error, before=jobs[:done], after=jobs[done + 1 :])
        else:
            self._put_back(jobs[done:])
            self._commit(connection, jobs[:done], answers)

    def _call(self, connection: LaneConnection, job: Job) -> tuple[object, BaseException | None]:
        """Run one function; returns its value or its error. Raises _TransactionLostError when the transaction went with it."""
        value, error = None, None
        try:
            connection.mark()
            value, error = _outcome(connection, job)
            self._notice(error, SYNC_FAILED)
            if self.refusal is not None or not connection.intact:
                raise _TransactionLostError(_behind(error))
            if error is None:
                connection.keep()
            else:
                connection.undo()
        except (sqlite3.Error, MemoryError) as failure:
            raise _TransactionLostError(_behind(error or storage_error(failure))) from failure
        return value, error

    def _start_over(self, job: Job, error: BaseException, *, before: Sequence[Job], after: Sequence[Job]) -> None:
        """Answer the one whose function lost the transaction; those before it run again, each in a transaction of its own."""
        answers = Answers()
        answers.add(job, error=error)
        answers.send()
        self._put_back([*before, *after])
        self._alone += len(before)

    def _commit(self, connection: LaneConnection, jobs: Sequence[Job], answers: Answers) -> None:
        try:
            connection.commit()
        except StorageError as error:
            self._notice(error, SYNC_FAILED, DISK_ERROR)
            self._answer_all(jobs, error)
        except Exception as error:  # noqa: BLE001 - a deferred constraint does not hold: whose it was shows when each runs alone
            if len(jobs) == 1:
                answers.replace(jobs[0], error)
                answers.send()
            else:
                self._put_back(jobs)
                self._alone += len(jobs)
        else:
            answers.send()
            self._checkpoint(connection)

    def _checkpoint(self, connection: LaneConnection) -> None:
        try:
            connection.checkpoint_when_due()
        except StorageError as error:
            # When it was only busy or full, the log grows until the next time.
            self._notice(error, SYNC_FAILED, DISK_ERROR)

    def _notice(self, error: BaseException | None, *reasons: str) -> None:
        # After a failed fsync the kernel may call the lost pages clean, so that a second one proves nothing:
        # https://wiki.postgresql.org/wiki/Fsync_Errors
        if isinstance(error, StorageError) and error.reason in reasons:
            self.refusal = StorageError(
                f"the disk did not confirm a write ({error}); nothing more is written until the disk is checked and fedirse restarted",
                reason="writes-refused",
            )


class ReadLane(SiteLane):
    """Runs a batch of functions on one snapshot of the database."""

    writes = False

    def _transact(self, jobs: Sequence[Job]) -> None:
        try:
            connection = self._begin()
        except StorageError as failure:
            self._answer_all(jobs, failure)
            return
        answers = Answers()
        until = time.monotonic() + _READ_BATCH_SECONDS
        done = 0
        for job in jobs:
            done += 1
            if job.future.cancelled():
                continue
            value, error = _outcome(connection, job)
            intact = _is_intact(connection)
            answers.add(job, value, error if intact else _behind(error))
            if not intact or time.monotonic() >= until:
                break
        self._roll_back(connection)
        self._put_back(jobs[done:])
        answers.send()


class _TransactionLostError(Exception):
    """The batch's transaction is gone, together with what earlier functions of the batch wrote."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def _outcome(connection: LaneConnection, job: Job) -> tuple[object, BaseException | None]:
    try:
        return _complete(job.function(connection.tx, *job.args, **job.kwargs)), None
    except StopIteration as stop:
        # A future cannot carry it: it would end the coroutine that waits.
        error = RuntimeError("a function run in a transaction raised StopIteration")
        error.__cause__ = stop
        return None, error
    except BaseException as raised:  # noqa: BLE001 - it belongs to the caller
        return None, raised


def _complete(value: object) -> object:
    """The value, unless it is something that would be worked out after the transaction has ended."""
    if not isinstance(value, _UNFINISHED):
        return value
    if not isinstance(value, AsyncGeneratorType):
        value.close()
    raise TypeError(f"a function run in a transaction returned an unfinished {type(value).__name__}; return the rows instead")


def _is_intact(connection: LaneConnection) -> bool:
    try:
        return connection.intact
    except sqlite3.Error:
        return False


def _behind(error: BaseException | None) -> BaseException:
    """Why the transaction was lost, given what the function raised in the end, if it raised at all."""
    seen = error
    while seen is not None:
        if isinstance(seen, StorageError):
            return seen
        seen = seen.__cause__ or seen.__context__
    if error is not None and not isinstance(error, PendingRollbackError):
        return error
    lost = StorageError("the function's transaction ended before it did", reason=TRANSACTION_LOST)
    lost.__cause__ = error
    return lost


def _unforeseen(error: Exception) -> StorageError:
    lost = StorageError(f"{type(error).__name__} in the lane: {error}")
    lost.__cause__ = error
    return lost
