"""What the tables of every store share: one metadata and the column types that SQL lacks.

Tables are defined by the stores that own them; this module names none of them.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Column, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from fedirse.base.identifiers import LENGTH

# Every constraint has a name, because a later migration can only drop what it can name.
metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EXPORTED_AS: Final = "exported_as"
"""Stores name in the `info` of a table the file under which a person gets their rows of it with the rest of their data."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as whole milliseconds since 1970 in UTC and read back in UTC.

    What is finer than a millisecond is cut off. A naive datetime is refused with ValueError, which SQLAlchemy hands on
    inside its StatementError: guessing a time zone would move the instant.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: it names no instant")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + _MILLISECOND * value


class Json(TypeDecorator[Any]):
    """A JSON value stored as text; None is SQL's NULL, and a tuple comes back as a list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


def identifier(name: str = "id") -> Column[str]:
    """The primary key of a table whose rows are named by ULIDs (see base.identifiers)."""
    return Column(name, String(LENGTH), primary_key=True)
