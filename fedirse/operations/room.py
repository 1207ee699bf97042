"""Whether there is room for long work before it begins, and what a disk that fails in the middle of it means to the operator."""

import errno
import shutil
from pathlib import Path
from typing import Final

from fedirse.base.errors import StorageError, StorageFull
from fedirse.operations.figures import size

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def check_room(folder: Path, needed: int) -> None:
    """Raises StorageFull, with figures, when a folder has less room than that."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        message = f"There is too little room in {folder}: {size(needed)} are needed, {size(free)} are free."
        raise StorageFull(message, public_message=message)


def disk_failed(error: OSError, folder: Path) -> StorageError:
    """The error of fedirse that an error of the disk stands for."""
    message = f"{error.filename or folder} cannot be written or read: {error.strerror or error}."
    kind = StorageFull if error.errno in _FULL else StorageError
    return kind(message, public_message=message)
