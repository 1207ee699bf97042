"""`fedirse data` on a site of its own."""

import asyncio
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.fixtures_folder import ROOT
from tests.visitors import DOMAIN, make_folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a site with three people."""
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(make_folder(folder))
    return folder / DOMAIN


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """Where a copy of the site with its three people lies."""
    return Path(shutil.copytree(made, tmp_path / "root"))


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fedirse", *words, "--root", str(root)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_everything_of_a_person_is_written_into_one_file_and_nothing_stays_beside_it(root: Path, tmp_path: Path) -> None:
    assert run(root, "post", "Bonjour à tous", "--as", "ines").returncode == 0
    to = tmp_path / "ines.zip"
    done = run(root, "data", "export", "ines", "--to", str(to))
    assert done.stdout == f"Everything of ines is in {to}.\n", done.stderr
    assert to.stat().st_mode & 0o777 == 0o600
    assert "Bonjour à tous" in zipfile.ZipFile(to).read("outbox.json").decode()
    assert not list((root / "sites" / DOMAIN / "exports").iterdir())
    refused = run(root, "data", "export", "ines", "--to", str(to))
    assert refused.returncode == 2
    assert "exists already" in refused.stderr
    assert "account.exported" in run(root, "audit", "list").stdout


def test_an_export_goes_nowhere_that_cannot_be_written_and_is_of_nobody_unknown(root: Path, tmp_path: Path) -> None:
    refused = run(root, "data", "export", "ines", "--to", str(tmp_path / "missing" / "ines.zip"))
    assert refused.returncode == 2
    assert "cannot be written" in refused.stderr
    assert not list((root / "sites" / DOMAIN / "exports").iterdir())
    assert run(root, "data", "export", "nobody", "--to", str(tmp_path / "nobody.zip")).returncode == 1


def test_an_erasure_must_be_meant_and_is_reported(root: Path) -> None:
    refused = run(root, "data", "erase", "lea")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert run(root, "data", "report", "lea").returncode == 2
    assert "Nothing of lea is left here." in run(root, "data", "erase", "lea", "--yes").stdout
    assert "lea" not in run(root, "account", "list").stdout
    assert run(root, "data", "report", "lea").stdout == "No other server was sent anything.\n"
    assert json.loads(run(root, "data", "report", "lea", "--json").stdout) == []


def test_the_last_administrator_is_not_erased_by_a_command_either(root: Path) -> None:
    refused = run(root, "data", "erase", "marc", "--yes")
    assert refused.returncode == 1
    assert "Somebody has to run the site" in refused.stderr
    assert "marc" in run(root, "account", "list").stdout
