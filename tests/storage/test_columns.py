"""What the shared column types take, refuse and give back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint, create_engine, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import StatementError

from fedirse.storage.columns import Instant, Json, identifier, metadata

tables = MetaData(naming_convention=metadata.naming_convention)
things = Table("things", tables, Column("id", Integer, primary_key=True), Column("at", Instant), Column("what", Json))


@pytest.fixture
def tx() -> Iterator[Connection]:
    engine = create_engine("sqlite+pysqlite://")
    with engine.connect() as connection:
        tables.create_all(connection)
        yield connection
    engine.dispose()


def stored_instant(tx: Connection, at: datetime | None) -> datetime | None:
    tx.execute(things.delete())
    tx.execute(insert(things).values(id=1, at=at))
    back: datetime | None = tx.execute(select(things.c.at)).scalar_one()
    return back


def stored_json(tx: Connection, what: Any) -> Any:
    tx.execute(things.delete())
    tx.execute(insert(things).values(id=1, what=what))
    return tx.execute(select(things.c.what)).scalar_one()


def test_a_naive_datetime_is_refused(tx: Connection) -> None:
    naive = datetime(2026, 11, 22, 9, 30, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive"):
        tx.execute(insert(things).values(id=1, at=naive))


def test_a_naive_datetime_is_refused_in_a_comparison(tx: Connection) -> None:
    naive = datetime(2026, 11, 22, 9, 30, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive"):
        tx.execute(select(things).where(things.c.at < naive))


def test_what_is_no_json_is_refused(tx: Connection) -> None:
    with pytest.raises(StatementError, match="not JSON serializable"):
        tx.execute(insert(things).values(id=1, what={"set": {1, 2}}))


def test_an_instant_is_stored_as_whole_milliseconds(tx: Connection) -> None:
    stored_instant(tx, datetime(1970, 1, 2, tzinfo=UTC))
    assert tx.execute(text("SELECT at, typeof(at) FROM things")).one() == (86_400_000, "integer")


def test_what_is_finer_than_a_millisecond_is_cut_off(tx: Connection) -> None:
    assert stored_instant(tx, datetime(2026, 1, 1, 0, 0, 0, 123_999, UTC)) == datetime(2026, 1, 1, 0, 0, 0, 123_000, UTC)


def test_an_instant_of_another_zone_comes_back_in_utc(tx: Connection) -> None:
    at = datetime(2026, 7, 1, 2, 0, tzinfo=timezone(timedelta(hours=2)))
    back = stored_instant(tx, at)
    assert back == at
    assert back is not None
    assert back.tzinfo is UTC


def test_no_instant_is_null(tx: Connection) -> None:
    assert stored_instant(tx, None) is None


def test_instants_are_compared_in_order(tx: Connection) -> None:
    stored_instant(tx, datetime(2026, 1, 1, tzinfo=UTC))
    later = select(things.c.id).where(things.c.at < datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC))
    earlier = select(things.c.id).where(things.c.at < datetime(2026, 1, 1, tzinfo=UTC))
    assert (tx.execute(later).all(), tx.execute(earlier).all()) == ([(1,)], [])


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_instant_survives_to_the_millisecond(at: datetime) -> None:
    column = Instant()
    engine = create_engine("sqlite+pysqlite://")
    back = column.process_result_value(column.process_bind_param(at, engine.dialect), engine.dialect)
    assert back == at.replace(microsecond=at.microsecond // 1000 * 1000)


@pytest.mark.parametrize("what", [{"a": [1, 2.5, "é", None, True]}, [], "text", 0, False])
def test_json_comes_back_as_it_was(tx: Connection, what: Any) -> None:
    assert stored_json(tx, what) == what


def test_no_json_is_null(tx: Connection) -> None:
    stored_json(tx, None)
    assert tx.execute(text("SELECT what FROM things")).scalar_one() is None


def test_an_identifier_is_a_primary_key_of_26_characters() -> None:
    column = identifier()
    assert (column.name, column.primary_key, isinstance(column.type, String) and column.type.length) == ("id", True, 26)


def test_every_constraint_has_a_name() -> None:
    named = MetaData(naming_convention=metadata.naming_convention)
    parents = Table("parents", named, identifier())
    children = Table(
        "children",
        named,
        identifier(),
        Column("parent_id", ForeignKey("parents.id"), index=True),
        Column("first", String, unique=True),
        Column("second", String),
        UniqueConstraint("first", "second"),
    )
    assert parents.primary_key.name == "pk_parents"
    assert {constraint.name for constraint in children.constraints} == {
        "pk_children",
        "fk_children_parent_id_parents",
        "uq_children_first",
        "uq_children_first_second",
    }
    assert {index.name for index in children.indexes} == {"ix_children_parent_id"}
