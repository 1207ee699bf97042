"""New files that only their owner may read, and that are still there after a power cut."""

import os
from pathlib import Path


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
