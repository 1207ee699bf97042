"""The threads that work off the queues of all the sites in a process; knows nothing of what the jobs do.

Each site has a lane for writing and one for reading. A lane is worked on by one thread at a time: it takes a bounded batch from
its queue and then goes to the tail, so that a busy site delays the others by one batch at most.
"""

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from fedirse.base.errors import StorageError
from fedirse.storage.connections import Connections

BATCH: Final = 256


@dataclass(slots=True, eq=False)
class Job:
    """A function somebody waits for, and where its answer goes.

    Attributes:
        function: what to call.
        args: positional arguments after the first one, which the lane provides.
        kwargs: keyword arguments.
        loop: event loop of the caller.
        future: what the caller waits for; done already when the caller has gone away.
        asked_at: monotonic time of the request, in seconds.
    """

    function: Callable[..., object]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    future: asyncio.Future[Any] = field(init=False)
    asked_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.future = self.loop.create_future()


class Answers:
    """Results on their way back to the event loops; a loop is woken once for all of its callers."""

    def __init__(self) -> None:
        self._by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], object, BaseException | None]]] = {}

    def add(self, job: Job, value: object = None, error: BaseException | None = None) -> None:
        """Answer `job` with a value, or with an error when there is one."""
        self._by_loop.setdefault(job.loop, []).append((job.future, value, error))

    def replace(self, job: Job, error: BaseException) -> None:
        """Forget all that was added and answer `job` with an error."""
        self._by_loop = {}
        self.add(job, error=error)

    def send(self) -> None:
        """Hand everything over. A caller that has gone away, alone or with its loop, is not missed."""
        for loop, answers in self._by_loop.items():
            try:
                loop.call_soon_threadsafe(_settle, answers)
            except RuntimeError:
                continue
        self._by_loop = {}


class Lane(ABC):
    """A queue in front of one connection.

    Args:
        crew: the threads that work on it.
    """

    def __init__(self, crew: "Crew") -> None:
        self._crew = crew
        self._jobs: deque[Job] = deque()
        self._releases: deque[Job] = deque()
        self._lock = threading.Lock()
        self._called = False

    async def ask(self, function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Queue a call and wait for its answer. When the waiting is cancelled, the job goes on."""
        job = Job(function, args, kwargs)
        self._put(self._jobs, job)
        return await job.future

    async def release(self) -> None:
        """Give the connection back once the queue is empty, and return when it is closed."""
        job = Job(self._let_go, (), {})
        self._put(self._releases, job)
        await job.future

    def take_turn(self) -> bool:
        """Work off one batch, on the calling thread. Returns whether another turn is wanted."""
        count = min(len(self._jobs), BATCH)
        if count:
            self._work(count)
        elif self._releases:
            self._release_now(self._releases.popleft())
        with self._lock:
            self._called = bool(self._jobs or self._releases)
            return self._called

    @abstractmethod
    def _work(self, count: int) -> None:
        """Take at most `count` jobs from the head of the queue and answer all that were taken. Must not raise."""

    @abstractmethod
    def _let_go(self) -> None:
        """Close the connection, if there is one."""

    def _put(self, queue: deque[Job], job: Job) -> None:
        with self._lock:
            if not self._called:
                self._crew.call(self)
                self._called = True
            queue.append(job)

    def _release_now(self, job: Job) -> None:
        answers = Answers()
        try:
            self._let_go()
        except Exception as error:  # noqa: BLE001 - it belongs to the caller
            answers.add(job, error=error)
        else:
            answers.add(job)
        answers.send()


class Crew:
    """A few threads and the lanes that wait for them.

    Args:
        size: number of threads, started with the first call.
        name: what the threads are called in a debugger.
    """

    def __init__(self, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._change = threading.Condition()
        self._waiting: deque[Lane] = deque()
        self._working = 0
        self._threads: list[threading.Thread] = []
        self._closing = False

    def call(self, lane: Lane) -> None:
        """Put `lane` at the tail of the run queue. Raises StorageError once closed."""
        with self._change:
            if self._closing:
                raise StorageError("the lanes are closed", reason="closed")
            if not self._threads:
                self._start()
            self._waiting.append(lane)
            self._change.notify()

    def close(self) -> None:
        """Refuse further calls, work off what was accepted, and end the threads. Blocks meanwhile."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join()

    def _start(self) -> None:
        # Daemons: a process that ends without close() must end; what was not acknowledged may be lost.
        self._threads = [
            threading.Thread(target=self._run, name=f"fedirse-{self._name}-{number}", daemon=True) for number in range(self._size)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        while (lane := self._next()) is not None:
            wants_more = lane.take_turn()
            with self._change:
                self._working -= 1
                if wants_more:
                    self._waiting.append(lane)
                if self._closing:
                    self._change.notify_all()

    def _next(self) -> Lane | None:
        with self._change:
            # While another thread works, its lane may come back to the queue.
            while not self._waiting and not (self._closing and self._working == 0):
                self._change.wait()
            if not self._waiting:
                return None
            self._working += 1
            return self._waiting.popleft()


class Lanes:
    """The threads of a process; shared by all its sites.

    Args:
        writers: threads that write; each works for one site at a time.
        readers: threads that read.
    """

    def __init__(self, writers: int = 2, readers: int = 2) -> None:
        self.writers = Crew(writers, "writer")
        self.readers = Crew(readers, "reader")
        self.connections = Connections()

    def close(self) -> None:
        """End the threads after everything that was accepted; call it after every Database is closed. Blocks meanwhile."""
        self.writers.close()
        self.readers.close()


def _settle(answers: list[tuple[asyncio.Future[Any], object, BaseException | None]]) -> None:
    for future, value, error in answers:
        if future.done():
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)
