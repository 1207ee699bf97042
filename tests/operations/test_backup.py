"""A backup is one private file that was read back; whatever cannot be one is refused before anything is written."""

import hashlib
import json
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fedirse.base import limits
from fedirse.base.errors import ConfigurationError, StorageError, StorageFull
from fedirse.operations.backup import Backup, back_up
from fedirse.operations.shelf import remove_old
from fedirse.operations.verify import verify_backup
from fedirse.storage.backup_record import load_record
from tests.operations.sites import DOMAIN, QUIET, add_words, database_of, names_in, plain_member, rewrite, site_of


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


@pytest.fixture
async def backup(root: Path, shelf: Path, now: datetime) -> Backup:
    return await back_up(site_of(root), shelf, now, QUIET)


def refusal(path: Path) -> str:
    """Why a backup is of no use."""
    with pytest.raises(StorageError) as caught:
        verify_backup(path, QUIET)
    assert caught.value.reason == "backup-damaged"
    return caught.value.public_message


async def test_a_backup_is_one_file_for_its_owner_only_named_after_site_and_moment(backup: Backup, shelf: Path) -> None:
    assert names_in(shelf) == [f"fedirse-{DOMAIN}-20270302T080000Z.tar"]
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600


async def test_it_holds_database_keys_settings_and_media_and_says_so(backup: Backup, root: Path) -> None:
    names = [file.name for file in backup.manifest.files]
    assert names == ["site.db", "settings.toml", "keys/seal.key", "media/Logo été.png", "media/ab/photo.webp"]
    with tarfile.open(backup.path) as tar:
        assert tar.getnames() == [*names, "manifest.json"]
        assert {member.mode for member in tar} == {0o600}
    photo = site_of(root) / "media" / "ab" / "photo.webp"
    assert backup.manifest.files[-1].sha256 == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert backup.manifest.counts["actors"] == 1
    assert backup.manifest.schema == verify_backup(backup.path, QUIET).schema


async def test_rows_that_are_only_in_the_log_are_in_the_backup(root: Path, shelf: Path, now: datetime) -> None:
    with closing(sqlite3.connect(database_of(root))) as writer:
        writer.execute("INSERT INTO received VALUES ('https://x.example/1', 'https://x.example', 1)")
        writer.commit()
        assert database_of(root).with_name("site.db-wal").stat().st_size > 0
        made = await back_up(site_of(root), shelf, now, QUIET)
    assert made.manifest.counts["received"] == 1


async def test_the_site_remembers_its_last_backup(backup: Backup, root: Path, now: datetime) -> None:
    last = load_record(site_of(root)).last
    assert last is not None
    assert (last.at, last.file, last.size) == (now, str(backup.path), backup.path.stat().st_size)


async def test_it_says_how_far_the_data_reaches(root: Path, shelf: Path, now: datetime) -> None:
    add_words(root, "https://x.example/1", int((now - timedelta(hours=5)).timestamp() * 1000))
    add_words(root, "https://x.example/2", int((now + timedelta(days=5)).timestamp() * 1000))
    made = await back_up(site_of(root), shelf, now, QUIET)
    assert made.manifest.newest == now - timedelta(hours=5)


async def test_what_is_being_made_and_what_can_be_made_again_stays_out(root: Path, shelf: Path, now: datetime) -> None:
    for name in (".ballast", "media/.incoming/half", "cache/remote.webp", "exports/archive.zip"):
        (site_of(root) / name).parent.mkdir(exist_ok=True)
        (site_of(root) / name).write_bytes(b"x")
    made = await back_up(site_of(root), shelf, now, QUIET)
    assert len(made.manifest.files) == 5


async def test_a_link_is_left_out_and_named(root: Path, shelf: Path, now: datetime) -> None:
    (site_of(root) / "media" / "passwords").symlink_to("/etc/passwd")
    made = await back_up(site_of(root), shelf, now, QUIET)
    assert made.left_out == ("media/passwords",)


async def test_without_room_nothing_is_written_and_the_figures_are_said(
    root: Path, shelf: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 5000})())
    with pytest.raises(StorageFull) as caught:
        await back_up(site_of(root), shelf, now, QUIET)
    assert "MiB are needed, 4.9 KiB are free" in caught.value.public_message
    assert names_in(shelf) == []


async def test_a_damaged_database_is_no_backup(root: Path, shelf: Path, now: datetime) -> None:
    content = bytearray(database_of(root).read_bytes())
    content[3 * 4096 : 5 * 4096] = b"\x55" * 8192
    database_of(root).write_bytes(content)
    with pytest.raises(StorageError) as caught:
        await back_up(site_of(root), shelf, now, QUIET)
    assert "damaged" in caught.value.public_message or caught.value.reason == "database-corrupt"
    assert names_in(shelf) == []
    assert load_record(site_of(root)).last is None


async def test_a_backup_never_replaces_a_file(root: Path, shelf: Path, now: datetime) -> None:
    (shelf / "mine.tar").write_text("mine")
    with pytest.raises(ConfigurationError):
        await back_up(site_of(root), shelf / "mine.tar", now, QUIET)
    assert (shelf / "mine.tar").read_text() == "mine"
    with pytest.raises(ConfigurationError) as caught:
        await back_up(site_of(root), shelf / "none" / "mine.tar", now, QUIET)
    assert caught.value.reason == "no-target"


async def test_a_file_that_was_named_is_that_file(root: Path, shelf: Path, now: datetime) -> None:
    made = await back_up(site_of(root), shelf / "mine.tar", now, QUIET)
    assert names_in(shelf) == ["mine.tar"]
    assert verify_backup(made.path, QUIET) == made.manifest


async def test_what_a_killed_backup_left_is_cleared_away(root: Path, shelf: Path, now: datetime) -> None:
    left = shelf / f".making-{DOMAIN}"
    left.mkdir()
    (left / "site.db.unfinished").write_bytes(b"half")
    made = await back_up(site_of(root), shelf, now, QUIET)
    assert names_in(shelf) == [made.path.name]


async def test_only_the_latest_backups_are_kept_and_nothing_else_is_touched(backup: Backup, shelf: Path) -> None:
    for name in ("fedirse-magasin.example-20270301T080000Z.tar", "fedirse-magasin.example-20270228T080000Z.tar"):
        (shelf / name).touch()
    others = ["fedirse-other.example-20200301T080000Z.tar", "fedirse-magasin.example-before.tar"]
    for name in others:
        (shelf / name).touch()
    assert [path.name for path in remove_old(shelf, DOMAIN, 2)] == ["fedirse-magasin.example-20270228T080000Z.tar"]
    assert set(names_in(shelf)) == {backup.path.name, "fedirse-magasin.example-20270301T080000Z.tar", *others}


Members = list[tuple[tarfile.TarInfo, bytes]]


def _of_type(kind: bytes, linkname: str = "") -> Callable[[Members, dict[str, Any]], None]:
    def change(members: Members, manifest: dict[str, Any]) -> None:
        member = tarfile.TarInfo("media/extra")
        member.type, member.linkname = kind, linkname
        members.append((member, b""))
        manifest["files"].append({"name": "media/extra", "size": 0, "sha256": hashlib.sha256().hexdigest()})

    return change


@pytest.mark.attack("DOS-039")
@pytest.mark.parametrize(
    "change",
    [_of_type(tarfile.SYMTYPE, "/etc"), _of_type(tarfile.LNKTYPE, "site.db"), _of_type(tarfile.FIFOTYPE), _of_type(tarfile.DIRTYPE)],
    ids=["symbolic link", "hard link", "pipe", "folder"],
)
async def test_a_link_a_device_or_a_folder_in_an_archive_is_refused(backup: Backup, change: Any) -> None:
    rewrite(backup.path, change)
    assert "link" in refusal(backup.path)


@pytest.mark.attack("DOS-039")
@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron.d/x",
        "/etc/cron.d/x",
        "media/../../x",
        "media/./x",
        "media//x",
        "C:\\x",
        "media\\x",
        "x:stream",
        ".hidden",
        "a ",
        "a.",
        "",
    ],
)
async def test_a_name_that_leads_elsewhere_is_refused(backup: Backup, name: str) -> None:
    def change(members: Members, manifest: dict[str, Any]) -> None:
        members.append(plain_member(name, b"x"))
        manifest["files"].append({"name": name, "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()})

    rewrite(backup.path, change)
    assert "no name that a backup contains" in refusal(backup.path)


async def test_a_file_that_the_list_does_not_name_is_refused(backup: Backup) -> None:
    rewrite(backup.path, lambda members, _: members.append(plain_member("media/extra", b"x")))
    assert "media/extra" in refusal(backup.path)


async def test_a_file_that_is_missing_is_named(backup: Backup) -> None:
    rewrite(backup.path, lambda members, _: members.pop())
    assert "media/ab/photo.webp" in refusal(backup.path)


@pytest.mark.parametrize("place", [0.01, 0.3, 0.6])
async def test_a_flipped_bit_is_found(backup: Backup, place: float) -> None:
    content = bytearray(backup.path.read_bytes())
    content[int(len(content) * place)] ^= 1
    backup.path.write_bytes(content)
    refusal(backup.path)


@pytest.mark.parametrize("share", [0, 0.2, 0.9, 0.999])
async def test_a_backup_that_was_cut_off_is_refused(backup: Backup, share: float) -> None:
    content = backup.path.read_bytes().rstrip(b"\x00")
    backup.path.write_bytes(content[: int(len(content) * share)])
    refusal(backup.path)


async def test_a_backup_without_the_key_that_opens_its_secrets_is_refused(backup: Backup) -> None:
    def change(members: Members, manifest: dict[str, Any]) -> None:
        other = bytes(32)
        for index, (member, _) in enumerate(members):
            if member.name == "keys/seal.key":
                members[index] = (member, other)
        next(file for file in manifest["files"] if file["name"] == "keys/seal.key")["sha256"] = hashlib.sha256(other).hexdigest()

    rewrite(backup.path, change)
    assert "seal.key" in refusal(backup.path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 2}, "newer fedirse"),
        ({"domain": "../elsewhere"}, "names no domain"),
        ({"domain": "other.example"}, "settings are those"),
        ({"schema": "0009"}, "tables"),
        ({"files": []}, "does not name"),
        ({"extra": 1}, "cannot be read"),
    ],
)
async def test_a_list_of_contents_that_does_not_fit_is_refused(backup: Backup, changes: dict[str, Any], said: str) -> None:
    rewrite(backup.path, lambda _, manifest: manifest.update(changes))
    assert said in refusal(backup.path)


async def test_a_list_of_contents_may_be_so_long_and_no_longer(backup: Backup, monkeypatch: pytest.MonkeyPatch) -> None:
    with tarfile.open(backup.path) as tar:
        length = tar.getmember("manifest.json").size
    monkeypatch.setattr(limits, "BACKUP_MANIFEST_BYTES", length)
    assert json.loads(json.dumps(verify_backup(backup.path, QUIET).domain)) == DOMAIN
    monkeypatch.setattr(limits, "BACKUP_MANIFEST_BYTES", length - 1)
    assert "too long" in refusal(backup.path)
