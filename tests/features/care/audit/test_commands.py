"""`fedirse audit`: reading, checking and taking along what was recorded."""

import asyncio
import csv
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.programs import fedirse
from tests.visitors import DOMAIN, make_folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a site with three people."""
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(make_folder(folder))
    return folder / DOMAIN


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A site where two things were recorded."""
    copy = Path(shutil.copytree(made, tmp_path / "root"))
    for role in ("reader", "moderator"):
        run(copy, "account", "role", "lea", role)
    return copy


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return fedirse(*words, "--root", str(root))


def change(root: Path, statement: str) -> None:
    with closing(sqlite3.connect(root / "sites" / DOMAIN / "site.db")) as database:
        database.execute(statement)
        database.commit()


def test_the_last_deeds_are_shown_first_and_only_so_many(root: Path) -> None:
    entries = json.loads(run(root, "audit", "list", "--json").stdout)
    assert [(entry["number"], entry["deed"], entry["who"], entry["subject"]) for entry in entries] == [
        (2, "account.roles", "operator", "lea"),
        (1, "account.roles", "operator", "lea"),
    ]
    assert [entry["number"] for entry in json.loads(run(root, "audit", "list", "--count", "1", "--json").stdout)] == [2]
    assert [entry["number"] for entry in json.loads(run(root, "audit", "list", "--before", "2", "--json").stdout)] == [1]


@pytest.mark.attack("WEB-043")
def test_a_whole_chain_is_told_from_one_that_was_changed(root: Path) -> None:
    whole = run(root, "audit", "verify")
    assert whole.returncode == 0
    assert "The chain is whole" in whole.stdout
    assert "number 2" in whole.stdout
    change(root, "UPDATE audit SET subject = 'marc' WHERE number = 1")
    broken = run(root, "audit", "verify")
    assert broken.returncode == 1
    assert "broken at entry 1" in broken.stderr


def test_the_log_is_written_oldest_first_into_a_new_file_only(root: Path, tmp_path: Path) -> None:
    to = tmp_path / "audit.csv"
    assert run(root, "audit", "export", "--to", str(to)).stdout == f"2 entries are in {to}.\n"
    rows = list(csv.DictReader(to.read_text(encoding="utf-8").splitlines()))
    assert [row["number"] for row in rows] == ["1", "2"]
    assert run(root, "audit", "export", "--to", str(to)).returncode == 2
    assert run(root, "audit", "export", "--to", str(tmp_path / "missing" / "audit.csv")).returncode == 2
