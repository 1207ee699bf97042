"""What a site's database holds, table by table, for comparing before with after."""

from hashlib import sha256
from typing import Final

from fedirse.storage.transaction import Transaction

_NAMES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search~_%' ESCAPE '~'"
"""The index of the search is left out: it is made of the other tables and follows them, whoever changes them."""


def count_rows(tx: Transaction) -> dict[str, int]:
    """How many rows each table has; in one statement, because the scenes ask thousands of times."""
    counts = [f"SELECT '{name}', count(*) FROM \"{name}\"" for name in _names(tx)]  # noqa: S608 - the database's own names
    return dict(tuple(row) for row in tx.exec_driver_sql(" UNION ALL ".join(counts)))


def digest_tables(tx: Transaction) -> dict[str, str]:
    """A digest of the rows of each table, in whatever order they lie."""
    return {name: _digest(tx, name) for name in _names(tx)}


def _digest(tx: Transaction, table: str) -> str:
    rows = tx.exec_driver_sql(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
    return sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()


def _names(tx: Transaction) -> list[str]:
    return [name for (name,) in tx.exec_driver_sql(_NAMES)]
