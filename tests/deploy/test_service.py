"""The systemd unit is one that systemd accepts, and it leaves the service little to do harm with."""

import subprocess
from pathlib import Path

import pytest

from tests.fixtures_folder import ROOT
from tests.programs import find_program

UNIT = ROOT / "deploy" / "fedirse.service"
INSTALLED = "/opt/fedirse/.venv/bin/fedirse"
# Of 100, by systemd's own count; what is left is that a web server opens sockets.
HIGHEST_EXPOSURE = 15


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists here in place of the installed one."""
    path = tmp_path / UNIT.name
    path.write_text(UNIT.read_text().replace(INSTALLED, "/bin/true"))
    return path


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [find_program("systemd-analyze"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_unit_with_a_mistake_is_found_out(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("NoNewPrivileges=yes", "NoNewPrivileges=perhaps"))
    assert "perhaps" in analyze("verify", unit).stderr


def test_systemd_accepts_the_unit_without_a_word(unit: Path) -> None:
    outcome = analyze("verify", unit)
    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_the_service_is_shut_in(unit: Path) -> None:
    outcome = analyze("security", "--offline=true", f"--threshold={HIGHEST_EXPOSURE}", unit)
    assert outcome.returncode == 0, outcome.stdout


def test_the_unit_starts_what_the_installation_makes() -> None:
    assert f"ExecStart={INSTALLED} serve --root /var/lib/fedirse " in UNIT.read_text()
