"""Duplicates are decided by the database, and nothing but duplicates is forgiven."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, event, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fedirse.storage.dialect import insert_ignore, upsert

tables = MetaData()
hosts = Table(
    "hosts",
    tables,
    Column("host", String, primary_key=True),
    Column("name", String, unique=True, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
)
visits = Table("visits", tables, Column("id", Integer, primary_key=True), Column("host", ForeignKey("hosts.host"), unique=True))


@pytest.fixture
def tx() -> Iterator[Connection]:
    engine = create_engine("sqlite+pysqlite://")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    with engine.connect() as connection:
        tables.create_all(connection)
        connection.execute(insert(hosts).values(host="a.example", name="A", failures=3))
        yield connection
    engine.dispose()


def rows(tx: Connection) -> list[tuple[str, str, int]]:
    return [tuple(row) for row in tx.execute(select(hosts).order_by(hosts.c.host))]


@pytest.mark.parametrize(
    "values",
    [{"host": "a.example", "name": "B"}, {"host": "b.example", "name": "A"}],
    ids=["the primary key", "another unique value"],
)
def test_a_duplicate_is_not_inserted_and_told(tx: Connection, values: dict[str, object]) -> None:
    assert not insert_ignore(tx, hosts, values)
    assert rows(tx) == [("a.example", "A", 3)]


def test_a_missing_value_is_not_taken_for_a_duplicate(tx: Connection) -> None:
    with pytest.raises(IntegrityError, match="NOT NULL"):
        insert_ignore(tx, hosts, {"host": "b.example", "name": None})


def test_a_dangling_reference_is_not_taken_for_a_duplicate(tx: Connection) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        insert_ignore(tx, visits, {"id": 1, "host": "nobody.example"})


def test_a_new_row_is_inserted_and_told(tx: Connection) -> None:
    assert insert_ignore(tx, hosts, {"host": "b.example", "name": "B"})
    assert rows(tx) == [("a.example", "A", 3), ("b.example", "B", 0)]


def test_a_row_with_a_generated_key_is_counted_too(tx: Connection) -> None:
    first = insert_ignore(tx, visits, {"host": "a.example"})
    second = insert_ignore(tx, visits, {"host": "a.example"})
    assert (first, second) == (True, False)


def test_an_upsert_inserts_a_new_row(tx: Connection) -> None:
    tx.execute(upsert(hosts, {"host": "b.example", "name": "B"}, key=("host",)))
    assert rows(tx) == [("a.example", "A", 3), ("b.example", "B", 0)]


def test_an_upsert_changes_what_it_was_given_and_no_default(tx: Connection) -> None:
    tx.execute(upsert(hosts, {"host": "a.example", "name": "Z"}, key=("host",)))
    assert rows(tx) == [("a.example", "Z", 3)]


def test_an_upsert_keeps_what_it_is_told_to_keep(tx: Connection) -> None:
    tx.execute(upsert(hosts, {"host": "a.example", "name": "Z", "failures": 9}, key=("host",), keep=("failures",)))
    assert rows(tx) == [("a.example", "Z", 3)]


def test_an_upsert_that_keeps_everything_leaves_the_row_alone(tx: Connection) -> None:
    tx.execute(upsert(hosts, {"host": "a.example", "name": "Z"}, key=("host",), keep=("name",)))
    assert rows(tx) == [("a.example", "A", 3)]


def test_an_upsert_that_meets_another_unique_value_is_refused(tx: Connection) -> None:
    with pytest.raises(IntegrityError, match="UNIQUE"):
        tx.execute(upsert(hosts, {"host": "b.example", "name": "A"}, key=("host",)))


def test_an_upsert_is_compiled_once_whatever_its_values() -> None:
    one, another = (upsert(hosts, {"host": host, "name": "Z"}, key=("host",))._generate_cache_key() for host in ("a.example", "b.example"))
    assert one is not None
    assert one == another
