"""The transactions of one site on SQLite: plain synchronous functions in, their results out."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

from sqlalchemy.engine import Connection

from fedirse.base.errors import StorageError, StorageFull
from fedirse.storage.lanes import Lanes
from fedirse.storage.room import Room, StorageState, runs_on_a_full_disk
from fedirse.storage.transactions import ReadLane, WriteLane

P = ParamSpec("P")
T = TypeVar("T")

_NOT_PLAIN: Final = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_GENERATOR


class Database:
    """One site's database file.

    What a function given to `write` or `read` may rely on, and what it must keep to:

    - It runs in a transaction of its own as far as it can tell: when it raises, its changes and no others are undone, and its
      caller gets the exception.
    - The caller gets the result after the COMMIT, which is after the fsync.
    - It may run twice, because a neighbour in the same group commit can make SQLite roll all of them back. It must therefore
      have no effect except through `tx`.
    - It never begins, commits or rolls back; savepoints of its own (`with tx.begin_nested()`) are its affair.
    - It runs on another thread, even when its caller has been cancelled meanwhile.

    Args:
        path: the database file; it must exist (see storage.migration.upgrade).
        lanes: the threads of the process.
        hosted: whether this is one of many sites in the process: small caches, then.

    Attributes:
        room: the room on its disk.
    """

    def __init__(self, path: Path, lanes: Lanes, *, hosted: bool = False) -> None:
        self.path = path
        self.room = Room(path.parent)
        self._writer = WriteLane(lanes.writers, lanes.connections, path, hosted=hosted)
        self._reader = ReadLane(lanes.readers, lanes.connections, path, hosted=hosted)
        self._closed = False

    @property
    def refusal(self) -> StorageError | None:
        """Why nothing is written any more: a write that the disk did not confirm. Only a restart ends it; reads go on."""
        return self._writer.refusal

    @property
    def state(self) -> StorageState:
        """Whether anything can be written at this moment."""
        if self.refusal is not None:
            return StorageState.STOPPED
        return StorageState.FULL if self.room.full else StorageState.WRITABLE

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, *args, **kwargs)` in a write transaction; writes of a site run in the order they were asked for.

        Raises:
            StorageFull: no space was left, or none is given to this function (see storage.room).
            StorageBusy: another process held the database for longer than five seconds.
            StorageError: the database or the disk failed, or `fn` ended the transaction; `reason` says which.
            TypeError: `fn` is not a plain function.
            Whatever `fn` raises.
        """
        self._check(fn)
        self.room.check(fn)
        try:
            return cast("T", await self._writer.ask(fn, args, kwargs))
        except StorageFull:
            if not self.room.give_up() or not runs_on_a_full_disk(fn):
                raise
        # The write that met the full disk is one for which the ballast was kept: there is room for it now.
        return cast("T", await self._writer.ask(fn, args, kwargs))

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, *args, **kwargs)` on a snapshot that holds everything acknowledged so far; raises as `write` does."""
        self._check(fn)
        return cast("T", await self._reader.ask(fn, args, kwargs))

    async def close_idle(self, older_than: float) -> None:
        """Close the connections that nobody has used for `older_than` seconds; the next use opens them again."""
        for lane in (self._reader, self._writer):
            idle = lane.idle_seconds()
            if idle is not None and idle >= older_than:
                await lane.release()

    async def close(self) -> None:
        """Accept nothing more, finish what was accepted, and close the connections."""
        self._closed = True
        await self._reader.release()
        await self._writer.release()

    def _check(self, fn: Callable[..., Any]) -> None:
        if self._closed:
            raise StorageError(f"{self.path} is closed", reason="closed")
        plain = fn
        while isinstance(plain, functools.partial):
            plain = plain.func
        code = getattr(plain, "__code__", None)  # bound methods hand on their function's
        if code is not None and code.co_flags & _NOT_PLAIN:
            raise TypeError(f"{plain!r} is not a plain function: a transaction cannot wait for anything")
