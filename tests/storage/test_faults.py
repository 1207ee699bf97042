"""Killed, full, broken: what was acknowledged stays, and what was not is either whole or absent."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures_folder import ROOT, in_ci
from tests.storage.tables import read_words

PROGRAMS = Path(__file__).parent / "programs"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def program(name: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(PROGRAMS / name), *map(str, arguments)]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def told_by(*command: object) -> dict[str, Any]:
    """What a program says about itself in its last line."""
    done = subprocess.run([str(part) for part in command], env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def without(reason: str) -> None:
    if in_ci():
        pytest.fail(reason)
    pytest.skip(reason)


def check_pairs(path: Path, acknowledged: set[int]) -> None:
    """Every acknowledged pair is there, and no pair is there by half."""
    words = read_words(path)
    first, second = ({int(word.split()[0]) for word in words if word.endswith(half)} for half in ("first", "second"))
    assert first == second
    assert acknowledged <= first
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.reliability("REL-001")
def test_killed_in_the_middle_of_a_function_what_was_acknowledged_is_kept(path: Path) -> None:
    with program("acknowledge.py", path, 500) as process:
        assert process.stdout is not None
        acknowledged = {int(line) for line in process.stdout}
    assert 500 not in acknowledged
    assert len(acknowledged) > 400
    check_pairs(path, acknowledged)


@pytest.mark.reliability("REL-001")
@pytest.mark.parametrize("after", [1, 50, 333])
def test_killed_at_any_time_what_was_acknowledged_is_kept(path: Path, after: int) -> None:
    with program("acknowledge.py", path) as process:
        assert process.stdout is not None
        acknowledged = {int(process.stdout.readline()) for _ in range(after)}
        process.kill()
        acknowledged |= {int(line) for line in process.stdout if line.endswith("\n")}
    assert len(acknowledged) >= after
    check_pairs(path, acknowledged)


@pytest.mark.reliability("REL-014")
def test_a_full_disk_stops_writing_not_reading_and_heals_by_itself(tmp_path: Path) -> None:
    script = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(tmp_path)]
    if shutil.which("unshare") is None or subprocess.run([*command, "true", ""], check=False, capture_output=True).returncode:
        without("a small file system of its own needs unprivileged user namespaces")
    told = told_by(*command, sys.executable, PROGRAMS / "fill_a_disk.py")
    assert told["together"] == ["full"] * 5
    assert told["copied"] == "full"
    assert told["left of the copy"] == []
    assert told["readable when full"] == told["acknowledged"]
    assert told["words"] == told["acknowledged"] + 1
    assert told["last"] == "there is room again"


@pytest.mark.reliability("REL-018")
def test_when_the_disk_fails_at_the_commit_nobody_is_acknowledged_and_nothing_more_is_written(tmp_path: Path) -> None:
    told = told_by(sys.executable, PROGRAMS / "break_a_disk.py", tmp_path)
    before, *during, after = told["outcomes"]
    assert (before, after) == ("acknowledged", "writes-refused")
    assert "disk-error" in during
    assert set(during) <= {"disk-error", "writes-refused"}
    assert told["words"] == ["before"]
    assert told["refusal"] == "writes-refused"


@pytest.mark.reliability("REL-018")
# The second sync is of the folder after the log was created, and SQLite ignores how that one ends.
@pytest.mark.parametrize("failing", [1, 3, 4, 5, 6, 7, 8, 9])
def test_after_one_failed_sync_nothing_more_is_acknowledged(path: Path, failing: int) -> None:
    command = ["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:error=EIO:when={failing}"]
    if shutil.which("strace") is None or subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        without("making a sync fail needs strace and the permission to use it")
    answers = told_by(*command, sys.executable, PROGRAMS / "write_in_turn.py", path)["answers"]
    acknowledged = answers.count("acknowledged")
    assert answers[:acknowledged] == ["acknowledged"] * acknowledged
    assert answers[acknowledged] in {"disk-sync-failed", "writes-refused"}
    assert answers[acknowledged + 1 :] == ["writes-refused"] * (11 - acknowledged)
    assert read_words(path)[:acknowledged] == [f"word {number}" for number in range(acknowledged)]
