"""A backup of one site while it is served: one file, written, read back and checked before it gets its name."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from fedirse import __version__
from fedirse.assembly import DATABASE_FILE
from fedirse.base.errors import ConfigurationError
from fedirse.base.settings import load_site_settings
from fedirse.operations.archive import ArchiveWriter
from fedirse.operations.contents import Found, list_files
from fedirse.operations.manifest import DATABASE_NAME, FORMAT, Manifest
from fedirse.operations.progress import Progress
from fedirse.operations.room import check_room, disk_failed
from fedirse.operations.shelf import name_backup
from fedirse.operations.verify import verify_backup
from fedirse.storage.backup_record import MadeBackup, load_record, save_record
from fedirse.storage.files import create_private_file, sync_folder
from fedirse.storage.inspection import count_rows, newest_change
from fedirse.storage.migration import schema_version
from fedirse.storage.streaming import copy_database

_BESIDES: Final = 1024 * 1024
_PER_FILE: Final = 2048
"""What an archive needs for a member besides its bytes: heads, and its line in the list of contents."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    Attributes:
        path: the archive.
        manifest: what is in it.
        size: its bytes.
        left_out: names in the site's folder that it does not hold: links, and names that mean something else on another system.
    """

    path: Path
    manifest: Manifest
    size: int
    left_out: tuple[str, ...]


async def back_up(folder: Path, target: Path, now: datetime, progress: Progress) -> Backup:
    """Make a backup of the site in `folder`, and note that there is one.

    The database is copied first, as it stands at one moment; every file that it speaks of lies in the folder by then.

    Args:
        folder: the site's folder.
        target: a folder, in which the archive gets a name of its own, or the file itself, which must not exist.
        now: the moment the backup is named after.
        progress: told how far it is.

    Raises:
        ConfigurationError: the site or the target cannot be used, or another backup of the site goes there at this moment.
        StorageFull: there is too little room.
        StorageError: the site cannot be read, or what was written is not what was read. Nothing is left behind.
    """
    domain = load_site_settings(folder).domain
    path = name_backup(target, domain, now)
    try:
        with _workshop(path.parent, domain) as work:
            await asyncio.to_thread(_check_room, folder, work)
            progress.begin(f"{domain}: copying the database")
            await copy_database(folder / DATABASE_FILE, work / DATABASE_FILE)
            left_out = await asyncio.to_thread(_write, folder, work / DATABASE_FILE, work / path.name, now, progress)
            (work / DATABASE_FILE).unlink()
            manifest = await asyncio.to_thread(verify_backup, work / path.name, progress, work)
            (work / path.name).rename(path)
            sync_folder(path.parent)
            backup = Backup(path, manifest, path.stat().st_size, left_out)
            _remember(folder, backup)
    except OSError as error:
        raise disk_failed(error, path.parent) from error
    finally:
        progress.end()
    return backup


@contextmanager
def _workshop(parent: Path, domain: str) -> Iterator[Path]:
    """A hidden folder for what is not finished, of one backup at a time; what an earlier one left there goes."""
    folder = parent / f".making-{domain.replace(':', '_')}"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield folder
        shutil.rmtree(folder)
    except BlockingIOError as error:
        raise ConfigurationError(f"Another backup of {domain} is being made in {parent}.", reason="backup-running") from error
    except BaseException:
        with suppress(OSError):
            shutil.rmtree(folder)
        raise
    finally:
        os.close(descriptor)


def _check_room(folder: Path, work: Path) -> None:
    """Raises StorageFull unless there is room for the archive and, beside it, for a copy of the database to make or to check it with."""
    files, _ = list_files(folder)
    database = sum(path.stat().st_size for path in folder.glob(f"{DATABASE_FILE}*") if not path.name.endswith("-shm"))
    check_room(work, 2 * database + sum(file.size + _PER_FILE for file in files) + _BESIDES)


def _write(folder: Path, copy: Path, path: Path, now: datetime, progress: Progress) -> tuple[str, ...]:
    """Write the archive of a site and of the copy of its database; returns the names that it could not take."""
    domain = folder.name
    files, left_out = list_files(folder)
    progress.begin(f"{domain}: writing the backup", copy.stat().st_size + sum(file.size for file in files))
    create_private_file(path)
    with path.open("r+b") as target:
        writer = ArchiveWriter(target, now, progress)
        with copy.open("rb") as source:
            writer.add(DATABASE_NAME, source)
        for file in files:
            _add(writer, file)
        writer.finish(_describe(folder, copy, now, writer))
        target.flush()
        os.fsync(target.fileno())
    return tuple(left_out)


def _add(writer: ArchiveWriter, file: Found) -> None:
    try:
        source = file.path.open("rb")
    except FileNotFoundError:
        return  # deleted since it was listed, and so was whatever spoke of it
    with source:
        writer.add(file.name, source)


def _describe(folder: Path, copy: Path, now: datetime, writer: ArchiveWriter) -> Manifest:
    return Manifest(
        format=FORMAT,
        fedirse=__version__,
        schema=schema_version(copy) or "",
        domain=folder.name,
        created_at=now,
        newest=newest_change(copy, now),
        epoch=load_record(folder).epoch,
        files=tuple(writer.files),
        counts=count_rows(copy),
    )


def _remember(folder: Path, backup: Backup) -> None:
    made = MadeBackup(backup.manifest.created_at, str(backup.path.absolute()), backup.size)
    save_record(folder, msgspec.structs.replace(load_record(folder), last=made))
