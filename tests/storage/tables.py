"""Little tables for the tests of the transactions, and the functions that run in them."""

import sqlite3
import threading
from pathlib import Path

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.engine import Connection, RootTransaction

tables = MetaData()
words = Table("words", tables, Column("id", Integer, primary_key=True), Column("word", String, unique=True, nullable=False))
promises = Table(
    "promises",
    tables,
    Column("id", Integer, primary_key=True),
    Column("word_id", ForeignKey("words.id", deferrable=True, initially="DEFERRED")),
)


class Stumbled(Exception):
    """What a function of a test raises on purpose."""


def create_tables(path: Path) -> None:
    """A database file with the tables, empty, in WAL mode."""
    engine = create_engine(f"sqlite+pysqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        tables.create_all(connection)
        connection.commit()
    engine.dispose()


def read_words(path: Path) -> list[str]:
    """The committed words as another program sees them, in the order they were written."""
    connection = sqlite3.connect(path)
    try:
        return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY id")]
    finally:
        connection.close()


def add_word(tx: Connection, word: str) -> int:
    key = tx.execute(insert(words).values(word=word)).inserted_primary_key
    assert key is not None
    return int(key[0])


def list_words(tx: Connection) -> list[str]:
    return list(tx.execute(select(words.c.word).order_by(words.c.id)).scalars())


def add_and_stumble(tx: Connection, word: str) -> None:
    add_word(tx, word)
    raise Stumbled(word)


def which_transaction(tx: Connection, word: str) -> RootTransaction:
    """Adds the word and tells which transaction it was in: the same for functions of one group commit."""
    add_word(tx, word)
    transaction = tx.get_transaction()
    assert transaction is not None
    return transaction


class Gate:
    """A function that keeps its lane busy until the gate is opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self._opened = threading.Event()

    def hold(self, tx: Connection) -> None:
        self.entered.set()
        assert self._opened.wait(30)

    def open(self) -> None:
        self._opened.set()
