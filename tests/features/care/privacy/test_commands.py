"""`fedirse data` on a site of its own."""

import asyncio
import json
import shutil
import sqlite3
import subprocess
import zipfile
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
    """Where a copy of the site with its three people lies."""
    return Path(shutil.copytree(made, tmp_path / "root"))


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return fedirse(*words, "--root", str(root))


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


def test_who_is_being_erased_is_not_let_in_again_by_a_command(root: Path) -> None:
    with closing(sqlite3.connect(root / "sites" / DOMAIN / "site.db")) as connection:
        connection.execute("UPDATE actors SET gone_at = 1 WHERE handle = 'lea'")
        connection.execute("UPDATE accounts SET disabled_at = 1 WHERE handle IN ('lea', 'ines')")
        connection.commit()
    refused = run(root, "account", "enable", "lea")
    assert refused.returncode == 1
    assert "“lea” is being erased" in refused.stderr
    assert run(root, "account", "enable", "ines").returncode == 0
    assert "account.enabled" in run(root, "audit", "list").stdout
    states = {row["handle"]: row["state"] for row in json.loads(run(root, "account", "list", "--json").stdout)}
    assert states == {"ines": "active", "lea": "disabled", "marc": "active"}
