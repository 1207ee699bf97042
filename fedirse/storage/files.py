"""New files that only their owner may read, and that are still there after a power cut."""

import errno
import os
from pathlib import Path

from fedirse.base.errors import StorageError, StorageFull


def create_private_file(path: Path, content: bytes = b"") -> None:
    """Create `path` with mode 0600 and return when it is on the disk. Raises FileExistsError, and OSError like any file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in `folder` are on the disk: a new or renamed file is lost without it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of a private file: whatever happens, either the old or the new one is there, whole.

    Raises:
        StorageFull: no room for the new one.
        StorageError: the disk failed.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        create_private_file(fresh, content)
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        kind = StorageFull if error.errno in {errno.ENOSPC, errno.EDQUOT} else StorageError
        raise kind(f"{path.name}: {error.strerror}") from error
