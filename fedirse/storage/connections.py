"""Opens SQLite files the way fedirse needs them, and keeps each connection's transaction in the hands of its lane.

All connections of a process share one SQLAlchemy dialect and one cache of compiled statements, so that a further hosted site
costs its page cache and not another compilation of every statement.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from sqlalchemy import NullPool, create_engine, event
from sqlalchemy.engine import Connection, RootTransaction

from fedirse.base.errors import StorageError
from fedirse.storage.failures import TRANSACTION_LOST, storage_error, translate

COMPILED_STATEMENTS: Final = 1500
READ_BUSY_SECONDS: Final = 5.0
# A writer that meets a foreign lock waits in slices, so that the thread it runs on is lent to the other sites in between.
WRITE_BUSY_SLICE_SECONDS: Final = 0.25
_CHECKPOINT_COMMITS: Final = 250
_CHECKPOINT_ROWS: Final = 1000
_HOSTED_CACHE_KIB: Final = 256
_HOSTED_STATEMENTS: Final = 32
_STATEMENTS: Final = 128


def connect_file(path: Path, *, busy_seconds: float = READ_BUSY_SECONDS, statements: int = _STATEMENTS) -> sqlite3.Connection:
    """A driver connection to an existing database file, in autocommit until somebody says BEGIN.

    Never open the file by other means while a connection of this process is open: closing a second descriptor would drop the
    locks SQLite holds (https://www.sqlite.org/howtocorrupt.html, 2.2).

    Raises:
        sqlite3.OperationalError: SQLITE_CANTOPEN when the file is missing; it is never created here.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=statements,
    )


class LaneConnection:
    """One connection to one site's database, used by one thread at a time.

    Attributes:
        tx: what the functions get.
    """

    def __init__(self, tx: Connection, raw: sqlite3.Connection, *, writes: bool) -> None:
        self.tx = tx
        self._raw = raw
        # A writer takes the lock at once: a transaction that reads first and finds the lock taken later cannot wait for it.
        self._opening = "BEGIN IMMEDIATE" if writes else "BEGIN"
        self._cursor = raw.cursor()
        self._root: RootTransaction | None = None
        self._commits = 0
        self._checkpointed_rows = 0
        self._guard = _Guard()
        raw.set_authorizer(self._guard)

    def begin(self) -> None:
        """Open a transaction. Raises StorageError, StorageBusy when another process holds the write lock."""
        with self._guard:
            # Not in a listener of SQLAlchemy's `begin` event: any listener on the engine makes every statement dearer.
            with _translated():
                self._cursor.execute(self._opening)
            self._root = self.tx.begin()

    def commit(self) -> None:
        """Make everything kept durable; returns after the fsync. Raises StorageError, or what a deferred constraint raises."""
        root, self._root = cast("RootTransaction", self._root), None
        with self._guard:
            try:
                root.commit()
            except BaseException:
                root.rollback()
                self._raw.rollback()
                raise

    def roll_back(self) -> None:
        """Forget the transaction, in whatever state a function or SQLite left it."""
        self._root = None
        with self._guard:
            open_still = self.tx.get_transaction()
            if open_still is not None:
                open_still.rollback()
            self._raw.rollback()

    def mark(self) -> None:
        """Remember where the next function starts. On the driver's cursor: `begin_nested` costs 80 µs more."""
        self._cursor.execute("SAVEPOINT function")

    def keep(self) -> None:
        """The function returned: its changes join the transaction."""
        self._cursor.execute("RELEASE function")

    def undo(self) -> None:
        """The function raised: back to the mark."""
        self._cursor.execute("ROLLBACK TO function")
        self._cursor.execute("RELEASE function")

    @property
    def intact(self) -> bool:
        """Whether the transaction that was begun is still the one that is open, with no inner one left behind."""
        root = self._root
        return (
            self._raw.in_transaction
            and root is not None
            and root.is_active
            and self.tx.get_transaction() is root
            and not self.tx.in_nested_transaction()
        )

    def checkpoint_when_due(self) -> None:
        """After some hundred commits, copy the write-ahead log into the database file as far as readers allow.

        Raises:
            StorageError: it did not work; nothing is lost while the log is there.
        """
        self._commits += 1
        rows = self._raw.total_changes
        if self._commits >= _CHECKPOINT_COMMITS or rows - self._checkpointed_rows >= _CHECKPOINT_ROWS:
            self._commits, self._checkpointed_rows = 0, rows
            with _translated():
                self._cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Close the file; an open transaction is rolled back."""
        self._raw.set_authorizer(None)
        self.tx.close()


class Connections:
    """Opens LaneConnections; one per process."""

    def __init__(self) -> None:
        self._wanted = threading.local()
        self._engine = create_engine(
            "sqlite+pysqlite://",
            creator=self._create,
            poolclass=NullPool,
            query_cache_size=COMPILED_STATEMENTS,
            hide_parameters=True,  # values are people's words; an error message goes to the log
        )
        event.listen(self._engine, "handle_error", translate)

    def open(self, path: Path, *, writes: bool, hosted: bool) -> LaneConnection:
        """Open the database file `path`.

        Args:
            path: an existing database.
            writes: whether transactions write; otherwise the connection refuses to.
            hosted: whether this is one of many sites in the process, which then gets a small cache.

        Raises:
            StorageError: the file cannot be opened or is no database; StorageBusy while it is being recovered.
        """
        self._wanted.by_this_thread = (path, writes, hosted)
        try:
            tx = self._engine.connect()
        finally:
            # SQLAlchemy would open an invalidated connection again by itself, and must not find another site's path here.
            self._wanted.by_this_thread = None
        try:
            return LaneConnection(tx, cast("sqlite3.Connection", tx.connection.driver_connection), writes=writes)
        except BaseException:
            tx.close()
            raise

    def _create(self) -> sqlite3.Connection:
        wanted = self._wanted.by_this_thread
        if wanted is None:
            raise StorageError("a function invalidated its connection, which only its lane may open again", reason=TRANSACTION_LOST)
        path, writes, hosted = wanted
        raw = connect_file(
            path,
            busy_seconds=WRITE_BUSY_SLICE_SECONDS if writes else READ_BUSY_SECONDS,
            statements=_HOSTED_STATEMENTS if hosted else _STATEMENTS,
        )
        try:
            _set_up(raw, writes=writes, hosted=hosted)
        except BaseException:
            raw.close()
            raise
        return raw


class _Guard:
    """SQLite's authoriser: BEGIN, COMMIT and ROLLBACK are the lane's; a function that says one of them gets an error.

    SQLite asks when it prepares a statement, not when it runs one, so this costs nothing per row. The driver prepares COMMIT and
    ROLLBACK afresh each time. Used as a context manager by the lane itself.
    """

    def __init__(self) -> None:
        self._lane_speaks = False

    def __call__(self, action: int, *_: str | None) -> int:
        allowed = action != sqlite3.SQLITE_TRANSACTION or self._lane_speaks
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def __enter__(self) -> None:
        self._lane_speaks = True

    def __exit__(self, *_: object) -> None:
        self._lane_speaks = False


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise storage_error(error) or StorageError(str(error)) from error


def _set_up(raw: sqlite3.Connection, *, writes: bool, hosted: bool) -> None:
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA temp_store=MEMORY")
    if hosted:
        raw.execute(f"PRAGMA cache_size=-{_HOSTED_CACHE_KIB}")
    if not writes:
        raw.execute("PRAGMA query_only=ON")
        return
    (mode,) = raw.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise StorageError(f"the database keeps its journal mode {mode}; its file system may not support WAL", reason="no-wal")
    raw.execute("PRAGMA synchronous=FULL")
    # The lane does it itself, after its callers are answered, because SQLite keeps a failed fsync of its own checkpoints quiet.
    raw.execute("PRAGMA wal_autocheckpoint=0")
