"""The script that writes revisions: it fills a gap before those written by hand, and leaves virtual tables to them."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import create_engine

from tests.fixtures_folder import ROOT


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("new_migration", ROOT / "scripts" / "new_migration.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["new_migration"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("there", "number", "known"),
    [
        ([], "0001", []),
        (["0001_a.py", "0002_b.py"], "0003", ["0001_a.py", "0002_b.py"]),
        (["0001_a.py", "0003_c.py"], "0002", ["0001_a.py"]),
    ],
)
def test_the_first_number_that_is_missing_is_written(
    there: list[str], number: str, known: list[str], script: ModuleType, tmp_path: Path
) -> None:
    for name in there:
        (tmp_path / name).touch()
    found, before = script.place(tmp_path)
    assert (found, [path.name for path in before]) == (number, known)


def test_virtual_tables_and_what_lies_behind_them_are_left_alone(script: ModuleType) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT)")
        connection.exec_driver_sql("CREATE VIRTUAL TABLE lookup USING fts5(word)")
        virtual = script.virtual_tables(connection)
    engine.dispose()
    is_ours = script.besides(virtual)
    assert virtual == ["lookup"]
    assert [is_ours(name, "table", {}) for name in ("words", "lookup", "lookup_data", "lookups")] == [True, False, False, True]
    assert is_ours("lookup", "index", {})
