"""Where uploaded files lie, and how they get there whole or not at all.

What arrives is written to `media/.incoming/<key>/` and moved, when it is complete and on the disk, to `media/<two characters>/<key>/`
in one step. Keys are random and are a file's secret: whoever knows the address may have the file, as far as its item allows.
"""

import asyncio
import base64
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from fedirse.base.errors import StorageError, StorageFull
from fedirse.site import Site
from fedirse.social.media.rules import too_large
from fedirse.storage.files import sync_folder

FOLDER: Final = "media"
CACHE_FOLDER: Final = "cache"
INCOMING: Final = ".incoming"
ABANDONED_AFTER: Final = timedelta(hours=1)

_KEY_BYTES: Final = 20
_CHUNK_BYTES: Final = 256 * 1024
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Upload(Protocol):
    """What somebody sends, read a part at a time; nothing at the end. Starlette's UploadFile is one."""

    async def read(self, size: int = -1) -> bytes:
        """At most `size` bytes more."""
        ...


def new_key() -> str:
    """160 bits that nobody guesses, in characters that every disk and address takes."""
    return base64.b32encode(secrets.token_bytes(_KEY_BYTES)).decode().lower()


def folder_of(site: Site, key: str) -> Path:
    """Where the files of that key lie."""
    return site.folder / FOLDER / key[:2] / key


def cached_folder_of(site: Site, key: str) -> Path:
    """Where files of others lie that were fetched once and can be fetched again."""
    return site.folder / CACHE_FOLDER / key[:2] / key


@asynccontextmanager
async def incoming(site: Site, key: str) -> AsyncIterator[Path]:
    """A folder for what arrives, with an empty folder `made` in it; both are gone at the end, whatever happens."""
    folder = site.folder / FOLDER / INCOMING / key
    try:
        await asyncio.to_thread(_make, folder)
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def spool(upload: Upload, path: Path, most: int) -> int:
    """Write what somebody sends to a new file; how many bytes it was.

    Raises:
        InvalidInput: it was more than `most`; nothing beyond that is read.
        StorageFull, StorageError: it could not be written.
    """
    size = 0
    async with appending(path) as append:
        while part := await upload.read(_CHUNK_BYTES):
            size += len(part)
            if size > most:
                raise too_large(most)
            await append(part)
    return size


@asynccontextmanager
async def appending(path: Path) -> AsyncIterator[Callable[[bytes], Awaitable[None]]]:
    """A new file, and what writes to its end; whole and on the disk after the last line. Raises StorageFull, StorageError."""
    file = await asyncio.to_thread(_create, path)

    async def append(part: bytes) -> None:
        await asyncio.to_thread(_append, file, part)

    try:
        yield append
        await asyncio.to_thread(_close, file)
    finally:
        file.close()


async def settle(made: Path, folder: Path) -> None:
    """Move a folder to its place; after this the files in it are on the disk under their names. Raises as `spool`."""
    await asyncio.to_thread(_settle, made, folder)


def remove_folder(site: Site, key: str) -> None:
    """Remove the files of that key; none are fine. Raises OSError when they cannot be. To be run in a thread."""
    for folder in (folder_of(site, key), cached_folder_of(site, key)):
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)


def sweep_incoming(site: Site, now: datetime) -> int:
    """Remove what broken uploads left behind; how many there were. To be run in a thread."""
    folder = site.folder / FOLDER / INCOMING
    latest = (now - ABANDONED_AFTER).timestamp()
    left = [path for path in folder.iterdir() if path.lstat().st_mtime < latest] if folder.is_dir() else []
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def size_and_digest(path: Path) -> tuple[int, str]:
    """How large a file is, and its SHA-256. To be run in a thread."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raises StorageFull or StorageError for what the disk refuses."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(f"no space for an upload: {error.strerror}") from error
        raise StorageError(f"an upload could not be written: {error.strerror}", reason="disk-error") from error


def _make(folder: Path) -> None:
    with disk_errors():
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        (folder / "made").mkdir(mode=0o700)


def _create(path: Path) -> BinaryIO:
    with disk_errors():
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)


def _append(file: BinaryIO, part: bytes) -> None:
    with disk_errors():
        left = memoryview(part)
        while left:
            left = left[file.write(left) :]


def _close(file: BinaryIO) -> None:
    with disk_errors():
        os.fsync(file.fileno())


def _settle(made: Path, folder: Path) -> None:
    with disk_errors():
        sync_folder(made)
        folder.parent.parent.mkdir(mode=0o700, exist_ok=True)
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        made.rename(folder)
        sync_folder(folder.parent)
        sync_folder(folder.parent.parent)
