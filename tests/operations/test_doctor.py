"""The doctor finds what is wrong with a site, says what to do, and saves what can be read of a broken database."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fedirse.features.care.health.model import Level
from fedirse.features.care.health.views import show_plain
from fedirse.operations.doctor import diagnose
from fedirse.storage.salvage import SalvagedTable, salvage
from tests.operations.sites import QUIET, add_words, database_of, site_of
from tests.programs import fedirse

PAGE = 4096


async def reds(root: Path) -> list[tuple[str, str]]:
    """Code and words of everything red."""
    found = await diagnose(root, [site_of(root)], QUIET)
    red = [finding for diagnosis in found for finding in diagnosis.findings if finding.level is Level.RED]
    return [(finding.code, f"{finding.say(str, show_plain)} {finding.advise(str, show_plain)}") for finding in red]


def pages_of(root: Path, table: str) -> list[int]:
    """Where the leaves of a table lie in the file, from the second one on."""
    with closing(sqlite3.connect(database_of(root))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path"
        try:
            return [number for (number,) in connection.execute(query, (table,))][1:]
        except sqlite3.OperationalError:
            # This SQLite has no dbstat: the leaf of a known row is found by its bytes.
            content = database_of(root).read_bytes()
            marks = [content.find(f"https://x.example/{number:04}/".encode()) for number in (100, 200)]
            return [mark // PAGE + 1 for mark in marks]


def damage(root: Path, page: int) -> None:
    with database_of(root).open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)


def fill(root: Path, count: int = 300) -> None:
    with closing(sqlite3.connect(database_of(root))) as connection:
        rows = [(f"https://x.example/{number:04}/{'x' * 200}", "https://x.example", number) for number in range(count)]
        connection.executemany("INSERT INTO received VALUES (?, ?, ?)", rows)
        connection.commit()


async def test_a_new_site_has_nothing_red(root: Path) -> None:
    assert await reds(root) == []
    outcome = await asyncio.to_thread(fedirse, "doctor", "--root", str(root))
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert "is sound" in outcome.stdout


async def test_json_says_the_same_and_the_exit_code_tells_red(root: Path) -> None:
    (site_of(root) / "keys" / "seal.key").unlink()
    outcome = await asyncio.to_thread(fedirse, "doctor", "--root", str(root), "--json")
    assert outcome.returncode == 1
    rows = json.loads(outcome.stdout)
    assert [(row["domain"], row["code"]) for row in rows if row["level"] == "red"] == [("magasin.example", "secrets")]
    assert set(rows[0]) == {"domain", "level", "code", "sentence", "advice"}


def wrong_setting(root: Path) -> None:
    path = site_of(root) / "settings.toml"
    path.write_text(path.read_text().replace('language = "fr"', 'language = "klingon"'))


def wrong_key(root: Path) -> None:
    (site_of(root) / "keys" / "seal.key").write_bytes(bytes(32))


def readable_key(root: Path) -> None:
    site_of(root).chmod(0o755)
    (site_of(root) / "keys" / "seal.key").chmod(0o644)


def no_database(root: Path) -> None:
    database_of(root).unlink()


def newer_database(root: Path) -> None:
    with closing(sqlite3.connect(database_of(root))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def from_the_future(root: Path) -> None:
    add_words(root, "https://x.example/1", 4_000_000_000_000)


def wrong_process(root: Path) -> None:
    (root / "fedirse.toml").write_text("port = 'eight'")


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (wrong_setting, "site-settings", "language"),
        (wrong_key, "secrets", "not the key that sealed"),
        (readable_key, "keys", "seal.key"),
        (no_database, "database", "There is no database"),
        (newer_database, "database", "newer fedirse"),
        (from_the_future, "clock", "The clock of this machine is wrong"),
        (wrong_process, "settings", "port"),
    ],
)
async def test_what_is_wrong_is_red_and_named(root: Path, spoil: Callable[[Path], None], code: str, said: str) -> None:
    spoil(root)
    ((found, sentence),) = await reds(root)
    assert found == code
    assert said in sentence


@pytest.mark.reliability("REL-020")
async def test_damaged_tables_are_named_with_the_way_out(root: Path) -> None:
    fill(root)
    damage(root, pages_of(root, "received")[0])
    ((code, sentence),) = await reds(root)
    assert code == "database"
    assert "received" in sentence
    assert "fedirse restore" in sentence
    assert "--salvage" in sentence


@pytest.mark.reliability("REL-020")
def test_everything_but_the_broken_page_is_saved(root: Path, tmp_path: Path) -> None:
    fill(root)
    damage(root, pages_of(root, "received")[0])
    outcome = fedirse("doctor", "--root", str(root), "--salvage", str(tmp_path / "saved"), "--json")
    assert outcome.returncode == 0, outcome.stderr
    states = {row["table"]: (row["rows"], row["state"]) for row in json.loads(outcome.stdout)}
    rows, state = states["received"]
    assert state == "in part"
    assert 300 - 20 <= rows < 300
    assert states["own_keys"] == (2, "whole")
    lines = (tmp_path / "saved" / "received.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["origin"] == "https://x.example"
    assert len(lines) == rows
    sealed = json.loads((tmp_path / "saved" / "own_keys.jsonl").read_text().splitlines()[0])["sealed"]
    assert set(sealed) == {"base64"}
    assert (tmp_path / "saved" / "own_keys.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.reliability("REL-020")
def test_a_database_without_its_first_bytes_can_still_be_saved(root: Path, tmp_path: Path) -> None:
    fill(root)
    pages_of(root, "received")
    content = database_of(root).read_bytes()
    database_of(root).write_bytes(b"\x00" * 100 + content[100:])
    (tmp_path / "saved").mkdir()
    assert SalvagedTable("received", 300, whole=True) in salvage(database_of(root), tmp_path / "saved")
    assert database_of(root).read_bytes()[:100] == b"\x00" * 100


@pytest.mark.reliability("REL-020")
def test_rows_that_are_only_in_the_log_are_saved_too(root: Path, tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    with closing(sqlite3.connect(database_of(root))) as writer:
        writer.execute("INSERT INTO received VALUES ('https://x.example/1', 'https://x.example', 1)")
        writer.commit()
        assert SalvagedTable("received", 1, whole=True) in salvage(database_of(root), tmp_path / "saved")


def test_saving_needs_a_new_folder(root: Path, tmp_path: Path) -> None:
    outcome = fedirse("doctor", "--root", str(root), "--salvage", str(tmp_path))
    assert outcome.returncode == 2
    assert "exists already" in outcome.stderr
