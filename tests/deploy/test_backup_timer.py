"""The timer of the daily backup is one that systemd accepts, and it starts a command that exists."""

import shutil
import subprocess
from pathlib import Path

import pytest

from fedirse.cli import app
from tests.fixtures_folder import ROOT
from tests.programs import find_program

UNITS = ("fedirse-backup.service", "fedirse-backup.timer")
INSTALLED = "/opt/fedirse/.venv/bin/fedirse"
HIGHEST_EXPOSURE = 15


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units with a program that exists here in place of the installed one."""
    for name in UNITS:
        shutil.copy(ROOT / "deploy" / name, tmp_path)
    service = tmp_path / UNITS[0]
    service.write_text(service.read_text().replace(INSTALLED, "/bin/true"))
    return [tmp_path / name for name in UNITS]


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [find_program("systemd-analyze"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_systemd_accepts_both_units_without_a_word(units: list[Path]) -> None:
    outcome = analyze("verify", *units)
    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_the_date_is_one_that_systemd_reads() -> None:
    line = next(line for line in (ROOT / "deploy" / UNITS[1]).read_text().splitlines() if line.startswith("OnCalendar="))
    assert analyze("calendar", line.removeprefix("OnCalendar=")).returncode == 0


def test_the_backup_is_shut_in(units: list[Path]) -> None:
    outcome = analyze("security", "--offline=true", f"--threshold={HIGHEST_EXPOSURE}", units[0])
    assert outcome.returncode == 0, outcome.stdout


def test_it_starts_the_command_of_the_installation() -> None:
    line = next(line for line in (ROOT / "deploy" / UNITS[0]).read_text().splitlines() if line.startswith("ExecStart="))
    assert line == f"ExecStart={INSTALLED} backup --root /var/lib/fedirse --keep 7"
    assert "backup" in {command.name for command in app.registered_commands}
