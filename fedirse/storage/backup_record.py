"""What the folder of a site remembers about its backups: the last one that was made and verified, and what it was restored from.

In a file beside the database, because a backup would otherwise change what it has just copied, and a restore undo what it notes.
"""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from fedirse.storage.files import create_private_file, sync_folder

RECORD_FILE: Final = "backups.json"


class MadeBackup(msgspec.Struct, frozen=True):
    """A backup that was read back and found whole.

    Attributes:
        at: the moment it shows.
        file: where it was written.
        size: its bytes.
    """

    at: datetime
    file: str
    size: int


class Restored(msgspec.Struct, frozen=True):
    """That the folder came from a backup.

    Attributes:
        at: when it was put in place.
        backup_of: the moment it shows.
        newest: the date of the latest thing in the backup; None for one in which nothing had happened.
    """

    at: datetime
    backup_of: datetime
    newest: datetime | None = None


class BackupRecord(msgspec.Struct, frozen=True):
    """All of it.

    Attributes:
        epoch: how often the site was restored; written into every backup.
        last: the latest backup, None when there never was one.
        restored: the latest restore, None when there never was one.
    """

    epoch: int = 0
    last: MadeBackup | None = None
    restored: Restored | None = None


def load_record(folder: Path) -> BackupRecord:
    """What is remembered in a site's folder; nothing when the file is absent or cannot be read."""
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((folder / RECORD_FILE).read_bytes(), type=BackupRecord)
    return BackupRecord()


def save_record(folder: Path, record: BackupRecord) -> None:
    """Remember it, whole or not at all. Raises OSError."""
    unfinished = folder / f".{RECORD_FILE}.{os.getpid()}"
    unfinished.unlink(missing_ok=True)
    try:
        create_private_file(unfinished, msgspec.json.format(msgspec.json.encode(record)))
        unfinished.replace(folder / RECORD_FILE)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(folder)
