"""What SQLite's error codes mean in the error tree of fedirse; bugs in a statement keep SQLAlchemy's own errors."""

import sqlite3
from typing import Final

from sqlalchemy.engine import ExceptionContext

from fedirse.base.errors import StorageBusy, StorageError, StorageFull

DISK_ERROR: Final = "disk-error"
SYNC_FAILED: Final = "disk-sync-failed"
TRANSACTION_LOST: Final = "transaction-lost"

# By primary result code, the low byte of an extended one: https://www.sqlite.org/rescode.html
_PRIMARY: Final[dict[int, tuple[type[StorageError], str]]] = {
    sqlite3.SQLITE_FULL: (StorageFull, "storage-full"),
    sqlite3.SQLITE_BUSY: (StorageBusy, "storage-busy"),
    sqlite3.SQLITE_LOCKED: (StorageBusy, "storage-busy"),
    sqlite3.SQLITE_PROTOCOL: (StorageBusy, "storage-busy"),
    sqlite3.SQLITE_IOERR: (StorageError, DISK_ERROR),
    sqlite3.SQLITE_CORRUPT: (StorageError, "database-corrupt"),
    sqlite3.SQLITE_NOTADB: (StorageError, "not-a-database"),
    sqlite3.SQLITE_CANTOPEN: (StorageError, "cannot-open"),
    sqlite3.SQLITE_READONLY: (StorageError, "read-only"),
    sqlite3.SQLITE_INTERRUPT: (StorageError, "interrupted"),
    sqlite3.SQLITE_AUTH: (StorageError, "transaction-control"),
}
_EXTENDED: Final[dict[int, tuple[type[StorageError], str]]] = {
    # The file that coordinates the connections could not grow: what a full disk looks like to the first to open a database.
    sqlite3.SQLITE_IOERR_SHMSIZE: (StorageFull, "storage-full"),
    sqlite3.SQLITE_IOERR_FSYNC: (StorageError, SYNC_FAILED),
    sqlite3.SQLITE_IOERR_DIR_FSYNC: (StorageError, SYNC_FAILED),
}


def storage_error(error: BaseException) -> StorageError | None:
    """The StorageError that an error of the driver stands for, or None when the database is fine and the statement is not."""
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(error, sqlite3.Error) or code is None:
        return None
    known = _EXTENDED.get(code) or _PRIMARY.get(code & 0xFF)
    if known is None:
        return None
    kind, reason = known
    return kind(f"{error.sqlite_errorname}: {error}", reason=reason)


def translate(context: ExceptionContext) -> None:
    """Listener for SQLAlchemy's `handle_error`: raises the StorageError that the driver's error stands for.

    When SQLite has rolled the whole transaction back by itself (disk full, an interrupt, OR ROLLBACK), SQLAlchemy does not know:
    it would send the function's next statements outside any transaction, each committed at once. The transaction is marked as
    over, so that they are refused instead.
    """
    connection = context.connection
    if connection is not None and not connection.invalidated:
        transaction = connection.get_transaction()
        raw = connection.connection.driver_connection
        if transaction is not None and isinstance(raw, sqlite3.Connection) and not raw.in_transaction:
            transaction.is_active = False
    translated = storage_error(context.original_exception)
    if translated is not None:
        raise translated from context.original_exception


def again(error: StorageError) -> StorageError:
    """The same error once more, because two callers must not share one exception and its traceback."""
    other = type(error)(str(error), reason=error.reason)
    other.__cause__ = error.__cause__
    return other
