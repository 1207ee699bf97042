"""The statements that engines spell differently, in one place; stores write everything else in SQLAlchemy's common language."""

import functools
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.engine import Connection


def insert_ignore(tx: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless its primary key or another unique value is there already.

    Only duplicates are ignored: a missing value, a broken CHECK or a dangling reference still raises. The database decides, so
    two callers at once cannot both win, and no failed statement is left behind in the transaction.

    Args:
        tx: the transaction to write in.
        table: where to.
        values: the row, by column name.

    Returns:
        Whether the row is new.
    """
    return tx.execute(_insert_ignore(table), dict(values)).rowcount > 0


def upsert(table: Table, values: Mapping[str, object], *, key: Sequence[str], keep: Collection[str] = ()) -> Insert:
    """A statement that inserts a row, or updates the one that has the same key.

    Args:
        table: where to.
        values: the row, by column name.
        key: columns of the primary key or of a unique constraint that tell whether the row is there.
        keep: columns that an existing row keeps as they are. When every value is kept, an existing row is left alone.
    """
    statement = insert(table).values(dict(values)).inline()
    changed = {name: statement.excluded[name] for name in values if name not in key and name not in keep}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=list(key))
    return statement.on_conflict_do_update(index_elements=list(key), set_=changed)


@functools.cache
def _insert_ignore(table: Table) -> Insert:
    # inline(): with RETURNING, which SQLAlchemy adds to fetch a generated key, sqlite3 does not count the row.
    return insert(table).on_conflict_do_nothing().inline()
