"""Puts a site back from a backup: beside the one that is there, checked, and only then in its place."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from fedirse.assembly import DATABASE_FILE, MEDIA_FOLDER, SITES_FOLDER, site_folder
from fedirse.base.errors import ConfigurationError, Conflict, StorageError
from fedirse.operations.aftermath import Aftermath
from fedirse.operations.archive import Archive, open_archive
from fedirse.operations.figures import date, stamp
from fedirse.operations.manifest import Manifest
from fedirse.operations.progress import Progress
from fedirse.operations.room import check_room, disk_failed
from fedirse.operations.store import end_what_ended, find_people, look_back
from fedirse.operations.verify import check_list, check_site, write_file
from fedirse.storage.backup_record import BackupRecord, Restored, load_record, save_record
from fedirse.storage.erasure_ledger import load_ledger, save_ledger
from fedirse.storage.files import sync_folder
from fedirse.storage.inspection import newest_change, settle_log
from fedirse.storage.site_lock import take_site

_BESIDES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Erasures:
    """What the operator says about people who were erased since the backup.

    Attributes:
        ledger: others to erase again than those whom the backup and the present folder name.
        spared: handles of those who were erased by mistake: they come back.
    """

    ledger: Mapping[str, datetime] = field(default_factory=dict)
    spared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Restoration:
    """What was done.

    Attributes:
        folder: of the site.
        manifest: what the backup said.
        set_aside: where the folder that was there before lies now.
        aftermath: what was ended so that the restore does not bring it back.
    """

    folder: Path
    manifest: Manifest
    set_aside: Path | None
    aftermath: Aftermath


def restore(
    path: Path, root: Path, now: datetime, progress: Progress, *, force: bool = False, erasures: Erasures | None = None
) -> Restoration:
    """Put the site of a backup in its place.

    A site that is there already is never deleted: its folder is moved aside, under the root. Nothing of it changes unless the
    backup is whole.

    Args:
        path: the archive.
        root: folder that holds the sites.
        now: the present.
        progress: told how far it is.
        force: put an older state over a newer one, or over one that cannot be read.
        erasures: whom to erase again besides those who are known to have been erased, and whom not.

    Raises:
        Conflict: "newer-there" or "unreadable-there": the site that is there holds later data, or cannot be read.
        ConfigurationError: "site-busy" while a process serves the site, "not-in-backup" for a handle to spare that is not there.
        StorageError: "backup-damaged"; StorageFull: too little room.
    """
    try:
        with open_archive(path) as archive:
            check_list(archive.manifest)
            _prepare(root)
            with take_site(root, archive.manifest.domain):
                return _replace(archive, root, now, progress, erasures or Erasures(), force=force)
    except OSError as error:
        raise disk_failed(error, root) from error
    finally:
        progress.end()


def _replace(archive: Archive, root: Path, now: datetime, progress: Progress, erasures: Erasures, *, force: bool) -> Restoration:
    manifest = archive.manifest
    place = site_folder(root, manifest.domain)
    if place.exists() and not force:
        _check_older(place, manifest, now)
    check_room(place.parent, manifest.whole_size + _BESIDES)
    with _fresh_folder(place.parent, manifest.domain, now) as fresh:
        progress.begin(f"{manifest.domain}: restoring", manifest.whole_size)
        written = [write_file(archive, file, fresh, progress) for file in manifest.files]
        (fresh / MEDIA_FOLDER).mkdir(mode=0o700, exist_ok=True)
        progress.begin(f"{manifest.domain}: checking the database")
        check_site(manifest, fresh)
        epoch = max(manifest.epoch, load_record(place).epoch) + 1
        save_record(fresh, BackupRecord(epoch, load_record(place).last, Restored(now, manifest.created_at, manifest.newest)))
        aftermath = _leave_ended(fresh, place, manifest, now, erasures)
        _make_durable(fresh, written)
        _give_to_owner(root, fresh)
        aside = _set_aside(place, root, now)
        fresh.rename(place)
        sync_folder(place.parent)
    return Restoration(place, manifest, aside, aftermath)


def _leave_ended(fresh: Path, place: Path, manifest: Manifest, now: datetime, erasures: Erasures) -> Aftermath:
    """Bring nothing back that has ended since the backup was made (ADR 10)."""
    database = fresh / DATABASE_FILE
    before = look_back(place / DATABASE_FILE, now)
    ledger = {**erasures.ledger, **(before.erased if before else {}), **load_ledger(place), **load_ledger(fresh)}
    spared = find_people(database, erasures.spared)
    if erasures.spared - spared.keys():
        missing = ", ".join(sorted(erasures.spared - spared.keys()))
        raise ConfigurationError(f"Nobody in the backup is called {missing}: nothing was changed.", reason="not-in-backup")
    ledger = {person: at for person, at in ledger.items() if person not in spared.values()}
    if ledger != load_ledger(fresh):
        save_ledger(fresh, ledger)
    ended = end_what_ended(database, before, ledger.keys(), now, date(manifest.created_at), spared=spared.keys())
    settle_log(database)
    return ended


def _check_older(place: Path, manifest: Manifest, now: datetime) -> None:
    """Raises Conflict when the site that is there reaches further than the backup, or nobody can say how far."""
    domain = manifest.domain
    try:
        newest = _newest_of(place, now)
    except StorageError as error:
        message = (
            f"{domain} is there already, and its database cannot be read, so nobody can say whether it is newer than the backup of "
            f"{date(manifest.created_at)}. To put the backup in its place, add --force; the present folder is moved aside, not deleted."
        )
        raise Conflict(f"{domain}: {error}", reason="unreadable-there", public_message=message) from error
    if newest is not None and (manifest.newest is None or newest > manifest.newest):
        reaches = date(manifest.newest) if manifest.newest else "nothing at all"
        message = (
            f"{domain} is there already and is newer: its latest data is of {date(newest)}, that of the backup is of {reaches}. What came "
            "after would be missing. To put the backup in its place all the same, add --force; the present folder is moved aside, not "
            "deleted."
        )
        raise Conflict(f"{domain} is newer", reason="newer-there", public_message=message)


def _newest_of(place: Path, now: datetime) -> datetime | None:
    """The date of the latest thing in the database of a site, without what the last restore itself noted there. Raises StorageError."""
    newest = newest_change(place / DATABASE_FILE, now)
    restored = load_record(place).restored
    if newest is None or restored is None or restored.newest is None or newest > restored.at:
        return newest
    return restored.newest


def _prepare(root: Path) -> None:
    try:
        (root / SITES_FOLDER).mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{root} cannot be used as a root: {error.strerror}.") from error


@contextmanager
def _fresh_folder(parent: Path, domain: str, now: datetime) -> Iterator[Path]:
    """A new folder beside the sites, which no process takes for one; gone when the work fails, and so is what an earlier one left."""
    beginning = f".restoring-{domain}-"
    for left in parent.iterdir():
        if left.name.startswith(beginning):
            shutil.rmtree(left)
    folder = parent / f"{beginning}{stamp(now)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _make_durable(folder: Path, written: list[Path]) -> None:
    """Return when every file is on the disk: the folder gets its name only then."""
    for path in written:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for inner in {path.parent for path in written} | {folder}:
        sync_folder(inner)


def _give_to_owner(root: Path, folder: Path) -> None:
    """What the system's administrator restores belongs to the account that serves the sites."""
    if os.geteuid() == 0:
        owner = root.stat()
        for parent, folders, files in os.walk(folder):
            for name in (".", *folders, *files):
                os.chown(Path(parent, name), owner.st_uid, owner.st_gid)


def _set_aside(place: Path, root: Path, now: datetime) -> Path | None:
    if not place.exists():
        return None
    aside = root / f"{place.name}.before-restore-{stamp(now)}"
    if aside.exists():
        raise Conflict(f"{aside} exists", public_message=f"{aside} is there already; try again in a second.")
    place.rename(aside)
    return aside
