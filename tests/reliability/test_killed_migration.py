"""A migration that is killed at any write leaves the database at one revision or at the next, and can be run again."""

import asyncio
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from fedirse.installation import make_sites, read_wish
from fedirse.storage.migration import LATEST, schema_version
from tests.fixtures_folder import ROOT
from tests.operations.sites import DOMAIN, add_words, database_of, make_old, site_of, words_in
from tests.reliability.faults import need_strace
from tests.reliability.serving import FEDIRSE, number_from_environment

POINTS = number_from_environment("FEDIRSE_TEST_POINTS", 8)
"""So many of the writes, and so many of the syncs, evenly spread."""


@pytest.fixture
def old_root(tmp_path: Path) -> Path:
    """A root with a site of the first version."""
    root = tmp_path / "old"
    asyncio.run(make_sites(root, [read_wish({"domain": DOMAIN}, development=False)], development=False))
    add_words(root, "before")
    make_old(root, tmp_path / "first")
    return root


def migrate(root: Path, *before: str) -> subprocess.CompletedProcess[str]:
    command = [*before, *FEDIRSE, "migrate", "--root", str(root), "--json"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def count_calls(root: Path, call: str, log: Path) -> int:
    """How often a whole migration makes that call on the database's files, in the thread that makes most of them."""
    outcome = migrate(root, "strace", "-f", "-o", str(log), "-e", f"trace={call}", "-P", str(database_of(root)), *_log_paths(root))
    assert outcome.returncode == 0, outcome.stderr
    return len(re.findall(rf"^\d+ +{call}\(", log.read_text(), re.MULTILINE))


def _log_paths(root: Path) -> list[str]:
    return ["-P", f"{database_of(root)}-wal"]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.reliability("REL-041")
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_killed_at_any_write_a_migration_leaves_a_whole_database_and_ends_when_run_again(old_root: Path, tmp_path: Path, call: str) -> None:
    need_strace()
    whole = tmp_path / "whole"
    shutil.copytree(old_root, whole)
    count = count_calls(whole, call, tmp_path / "strace.log")
    assert count >= 1
    revisions = set()
    for point in sorted({1 + number * (count - 1) // max(POINTS - 1, 1) for number in range(POINTS)}):
        root = tmp_path / f"killed-{point}"
        shutil.copytree(old_root, root)
        inject = ("-e", f"inject={call}:signal=SIGKILL:when={point}", "-P", str(database_of(root)), *_log_paths(root))
        killed = migrate(root, "strace", "-f", "-o", os.devnull, "-e", f"trace={call}", *inject)
        assert killed.returncode in {-signal.SIGKILL, 128 + signal.SIGKILL}, killed.stderr
        revisions.add(schema_version(database_of(root)))
        check_whole(root)
        again = migrate(root)
        assert again.returncode == 0, again.stderr
        assert json.loads(again.stdout)[0]["to"] == LATEST
        check_whole(root)
        assert words_in(root) == ["before"]
        listed = [*FEDIRSE, "account", "list", "--root", str(root)]
        assert subprocess.run(listed, cwd=ROOT, capture_output=True, check=False, timeout=60).returncode == 0
        shutil.rmtree(root)
    assert "0001" in revisions
    assert revisions <= {f"{number:04}" for number in range(1, int(LATEST) + 1)}


def check_whole(root: Path) -> None:
    with closing(sqlite3.connect(site_of(root) / "site.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
