"""An update backs up first, changes all databases or none, and leaves a site that was well before as well as it was."""

import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from fedirse.base.errors import ConfigurationError, StorageError
from fedirse.operations.shelf import default_shelf
from fedirse.operations.update import COPY_FILE, UpdatedSite, update
from fedirse.operations.verify import verify_backup
from fedirse.storage.migration import LATEST, VERSIONS, schema_version
from fedirse.storage.site_lock import share_site
from tests.fixtures_folder import ROOT
from tests.operations.sites import DOMAIN, QUIET, add_words, database_of, make_old, names_in, site_of, words_in


@pytest.fixture
def old_root(root: Path, tmp_path: Path) -> Path:
    """A root whose site has the database of the first version, with one word in it."""
    add_words(root, "before")
    make_old(root, tmp_path / "first")
    return root


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """The revisions, and room for one more."""
    shutil.copytree(VERSIONS, tmp_path / "versions", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "versions"


def add_revision(versions: Path, lines: str) -> None:
    number = f"{int(LATEST) + 1:04}"
    source = f"from alembic import op\nrevision = {number!r}\ndown_revision = {LATEST!r}\n\ndef upgrade():\n    {lines}\n"
    (versions / f"{number}_test.py").write_text(source)


async def run(root: Path, now: datetime, versions: Path = VERSIONS) -> list[UpdatedSite]:
    return await update(root, [site_of(root)], default_shelf(root), now, QUIET, versions=versions)


async def test_a_site_of_the_first_version_is_brought_to_this_one_after_a_backup(old_root: Path, now: datetime) -> None:
    (done,) = await run(old_root, now)
    assert (done.domain, done.before, done.after) == (DOMAIN, "0001", LATEST)
    assert verify_backup(done.backup, QUIET).schema == "0001"
    assert words_in(old_root) == ["before"]
    assert not (site_of(old_root) / COPY_FILE).exists()


async def test_a_revision_that_fails_leaves_every_database_as_it_was(old_root: Path, now: datetime, versions: Path) -> None:
    add_revision(versions, 'op.execute("CREATE TABLE actors (id TEXT)")')
    with pytest.raises(StorageError, match="actors"):
        await run(old_root, now, versions)
    assert schema_version(database_of(old_root)) == "0001"
    assert words_in(old_root) == ["before"]
    assert not (site_of(old_root) / COPY_FILE).exists()


async def test_a_site_that_is_red_afterwards_is_put_back_and_the_reason_is_said(old_root: Path, now: datetime, versions: Path) -> None:
    add_revision(versions, 'op.execute("DELETE FROM own_keys")')
    with pytest.raises(StorageError) as caught:
        await run(old_root, now, versions)
    assert caught.value.reason == "update-failed"
    assert "as it was before" in caught.value.public_message
    assert schema_version(database_of(old_root)) == "0001"
    assert words_in(old_root) == ["before"]


async def test_while_a_process_serves_it_nothing_is_touched(old_root: Path, now: datetime) -> None:
    with share_site(old_root, DOMAIN), pytest.raises(ConfigurationError) as caught:
        await run(old_root, now)
    assert caught.value.reason == "site-busy"
    assert names_in(default_shelf(old_root)) == []


async def test_what_a_killed_update_left_is_no_hindrance(old_root: Path, now: datetime) -> None:
    (site_of(old_root) / COPY_FILE).write_bytes(b"half a copy")
    (done,) = await run(old_root, now)
    assert done.after == LATEST


def test_the_command_says_what_it_did_and_a_second_time_changes_nothing(old_root: Path) -> None:
    command = [sys.executable, "-m", "fedirse", "update", "--root", str(old_root), "--json"]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (first.returncode, first.stderr) == (0, "")
    assert [(row["from"], row["to"]) for row in json.loads(first.stdout)] == [("0001", LATEST)]
    again = subprocess.run([*command, "--to", str(old_root / "none")], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert again.returncode == 2
    assert "no folder" in again.stderr
