"""A restore puts back exactly what was backed up, deletes nothing, and never replaces later data without being told to."""

import asyncio
import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fedirse.base.errors import ConfigurationError, Conflict, StorageError, StorageFull
from fedirse.operations import restore as restoring
from fedirse.operations.backup import back_up
from fedirse.operations.restore import Restoration, restore
from fedirse.operations.shelf import name_backup
from fedirse.storage.backup_record import load_record
from fedirse.storage.site_lock import share_site, take_site
from tests.fixtures_folder import ROOT
from tests.operations.sites import DOMAIN, QUIET, add_words, database_of, files_of, names_in, rewrite, site_of, words_in
from tests.programs import fedirse

HOUR = 3_600_000


def milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


@pytest.fixture
def archive(root: Path, tmp_path: Path, now: datetime) -> Path:
    """A backup of a site in which something had happened two hours before."""
    add_words(root, "before", milliseconds(now) - 2 * HOUR)
    return asyncio.run(back_up(site_of(root), tmp_path, now, QUIET)).path


def again(archive: Path, root: Path, now: datetime, *, force: bool = False) -> Restoration:
    return restore(archive, root, now + timedelta(hours=1), QUIET, force=force)


def test_an_empty_root_gets_the_site_as_it_was(archive: Path, root: Path, tmp_path: Path, now: datetime) -> None:
    done = again(archive, tmp_path / "new", now)
    assert done.folder == site_of(tmp_path / "new")
    assert done.set_aside is None
    assert files_of(done.folder) == files_of(site_of(root))
    assert words_in(tmp_path / "new") == ["before"]
    modes = {path.relative_to(done.folder).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in done.folder.rglob("*")}
    assert {mode for name, mode in modes.items() if "." in name.rpartition("/")[2]} == {0o600}
    assert stat.S_IMODE(done.folder.stat().st_mode) == modes["keys"] == modes["media"] == 0o700


def test_a_site_that_is_no_newer_is_replaced_and_lies_aside(archive: Path, root: Path, now: datetime) -> None:
    (site_of(root) / "media" / "later.webp").write_bytes(b"later")
    done = again(archive, root, now)
    assert done.set_aside == root / f"{DOMAIN}.before-restore-20270302T090000Z"
    assert (done.set_aside / "media" / "later.webp").read_bytes() == b"later"
    assert not (site_of(root) / "media" / "later.webp").exists()
    assert names_in(root / "sites") == [DOMAIN]


def test_over_a_newer_site_it_is_refused_with_both_dates_and_nothing_changes(archive: Path, root: Path, now: datetime) -> None:
    add_words(root, "later", milliseconds(now) + HOUR // 2)
    before = files_of(site_of(root))
    with pytest.raises(Conflict) as caught:
        again(archive, root, now)
    said = caught.value.public_message
    assert "2027-03-02 08:30:00 UTC" in said
    assert "2027-03-02 06:00:00 UTC" in said
    assert "--force" in said
    assert files_of(site_of(root)) == before
    assert words_in(root) == ["before", "later"]
    assert names_in(root / "sites") == [DOMAIN]


def test_with_force_the_newer_site_lies_aside_whole(archive: Path, root: Path, now: datetime) -> None:
    add_words(root, "later", milliseconds(now) + HOUR // 2)
    done = again(archive, root, now, force=True)
    assert words_in(root) == ["before"]
    assert done.set_aside is not None
    with closing(sqlite3.connect(done.set_aside / "site.db")) as connection:
        assert connection.execute("SELECT count(*) FROM received").fetchone() == (2,)


def test_over_a_site_that_cannot_be_read_it_needs_force(archive: Path, root: Path, now: datetime) -> None:
    database_of(root).write_bytes(b"no database at all" * 1000)
    with pytest.raises(Conflict) as caught:
        again(archive, root, now)
    assert caught.value.reason == "unreadable-there"
    again(archive, root, now, force=True)
    assert words_in(root) == ["before"]


def test_while_a_process_serves_the_site_it_is_refused(archive: Path, root: Path, now: datetime) -> None:
    with share_site(root, DOMAIN), pytest.raises(ConfigurationError) as caught:
        again(archive, root, now, force=True)
    assert caught.value.reason == "site-busy"
    assert "stop the service" in caught.value.public_message


def test_while_it_is_restored_nobody_may_serve_it(root: Path) -> None:
    with take_site(root, DOMAIN):
        command = [sys.executable, "-m", "fedirse", "account", "list", "--root", str(root)]
        outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert outcome.returncode == 2
    assert "being restored" in outcome.stderr


@pytest.mark.parametrize("damage", [b"", b"\xff"])
def test_a_damaged_backup_changes_nothing(archive: Path, root: Path, now: datetime, damage: bytes) -> None:
    content = archive.read_bytes()
    archive.write_bytes(
        content[: len(content) // 2] + damage + content[len(content) // 2 + 1 :] if damage else content[: len(content) // 2]
    )
    with pytest.raises(StorageError):
        again(archive, root, now, force=True)
    assert names_in(root / "sites") == [DOMAIN]
    assert words_in(root) == ["before"]


@pytest.mark.attack("DOS-039")
def test_an_archive_that_points_outside_writes_nothing_anywhere(archive: Path, tmp_path: Path, now: datetime) -> None:
    def change(members: list[tuple[object, bytes]], manifest: dict[str, list[dict[str, str]]]) -> None:
        members[-1][0].name = manifest["files"][-1]["name"] = "../../../escaped"  # type: ignore[attr-defined]

    rewrite(archive, change)
    with pytest.raises(StorageError):
        again(archive, tmp_path / "new", now)
    assert list(tmp_path.rglob("escaped*")) == []
    assert not (tmp_path / "new" / "sites").exists()


def test_without_room_nothing_changes(archive: Path, root: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(folder: Path, needed: int) -> None:
        raise StorageFull(f"{folder} {needed}")

    monkeypatch.setattr(restoring, "check_room", no_room)
    with pytest.raises(StorageFull):
        again(archive, root, now)
    assert names_in(root / "sites") == [DOMAIN]


def test_what_a_killed_restore_left_is_cleared_away(archive: Path, root: Path, now: datetime) -> None:
    left = root / "sites" / f".restoring-{DOMAIN}-20270101T000000Z"
    left.mkdir()
    (left / "site.db").write_bytes(b"half")
    again(archive, root, now)
    assert names_in(root / "sites") == [DOMAIN]


async def test_every_restore_begins_a_new_epoch_which_later_backups_carry(archive: Path, root: Path, tmp_path: Path, now: datetime) -> None:
    again(archive, root, now)
    record = load_record(site_of(root))
    assert record.epoch == 1
    assert record.restored is not None
    assert record.restored.backup_of == now
    (tmp_path / "second").mkdir()
    second = await back_up(site_of(root), tmp_path / "second", now, QUIET)
    assert second.manifest.epoch == 1
    restore(archive, root, now + timedelta(hours=2), QUIET)
    assert load_record(site_of(root)).epoch == 2


def test_the_commands_make_verify_and_restore(root: Path, tmp_path: Path) -> None:
    made = fedirse("backup", "--root", str(root), "--json")
    assert (made.returncode, made.stderr) == (0, "")
    path = json.loads(made.stdout)["file"]
    assert Path(path).parent == root / "backups"
    assert "is whole" in fedirse("verify-backup", path).stdout
    restored = fedirse("restore", path, "--root", str(tmp_path / "new"))
    assert (restored.returncode, restored.stderr) == (0, "")
    assert fedirse("account", "list", "--root", str(tmp_path / "new")).returncode == 0
    Path(path).write_bytes(Path(path).read_bytes()[:5000])
    refused = fedirse("verify-backup", path)
    assert refused.returncode == 1
    assert "of no use" in refused.stderr


def test_a_site_that_is_not_there_is_named(root: Path, tmp_path: Path, now: datetime) -> None:
    command = [sys.executable, "-m", "fedirse", "backup", "--root", str(root), "--domain", "other.example"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert outcome.returncode == 2
    assert "no site other.example" in outcome.stderr
    with pytest.raises(StorageError) as caught:
        again(tmp_path / "none.tar", root, now)
    assert caught.value.reason == "backup-unreadable"
    assert name_backup(tmp_path, "a.example:8000", now).name == "fedirse-a.example_8000-20270302T080000Z.tar"
