"""Files of an export: written piece by piece, each piece once however often it is begun, then packed. All of it runs in threads.

`exports/<key>/content/` is what goes into the archive as it is, `parts/` what is put together from pieces, `archive.part` the archive while
it grows (`archive.whole` says that nothing interrupted that), `archive.zip` the archive once it is complete.
"""

import base64
import os
import secrets
import shutil
import zipfile
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from fedirse.base.errors import InvalidInput
from fedirse.site import Site
from fedirse.storage.files import sync_folder

FOLDER: Final = "exports"
ABANDONED_AFTER: Final = timedelta(days=2)
ARCHIVE: Final = "archive.zip"
_GROWING: Final = "archive.part"
_WHOLE: Final = "archive.whole"
_STORED: Final = (".webp", ".jpg", ".jpeg", ".png", ".gif", ".mp4", ".mov", ".zip", ".pdf", ".mp3", ".ogg", ".webm")
"""What does not become smaller; packing it costs time for nothing."""

Source = tuple[str, Path]
"""The name of a file in the archive, and where it lies now."""


def new_key() -> str:
    """160 bits that nobody guesses. To be made before the transaction, which may run twice."""
    return base64.b32encode(secrets.token_bytes(20)).decode().lower()


def new_private_key() -> str:
    """One for an export that has no row, because nobody waits for it in a browser; no backup takes its folder."""
    return f".{new_key()[1:]}"


def folder_of(site: Site, key: str) -> Path:
    """Where everything of an export lies."""
    return site.folder / FOLDER / key


def archive_of(site: Site, key: str) -> Path:
    """The finished archive."""
    return folder_of(site, key) / ARCHIVE


def write_content(folder: Path, files: dict[str, bytes | str]) -> None:
    """Write files that go into the archive, in the place of what an interrupted try left."""
    _write(folder / "content", files)


def write_part(folder: Path, name: str, number: int, items: Sequence[bytes]) -> None:
    """Write a piece of a long list."""
    _write(folder / "parts", {f"{name}-{number:08}": b",\n".join(items)})


def join_parts(folder: Path, name: str, frame: tuple[bytes, bytes]) -> None:
    """Put the pieces of a list together, in a file of that name."""
    content = folder / "content"
    content.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = sorted((folder / "parts").glob(f"{name}-*"))
    with (content / name).open("wb") as whole:
        whole.write(frame[0])
        for number, part in enumerate(parts):
            whole.write(b",\n" if number else b"\n")
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, whole)
        whole.write(frame[1])


def count_content(folder: Path, beginning: str) -> int:
    """How many files there are whose names begin like that."""
    return sum(1 for _ in (folder / "content").glob(f"{beginning}-*"))


def list_content(folder: Path) -> list[Source]:
    """What goes into the archive besides the person's files."""
    return [(path.name, path) for path in sorted((folder / "content").iterdir())]


def pack_some(folder: Path, sources: Sequence[Source], most_bytes: int) -> int:
    """Add files that are not in the archive yet until `most_bytes` are written; returns how many of them all are dealt with.

    What has disappeared meanwhile is passed over. An archive that an interruption left broken is begun anew.
    """
    growing, mark = folder / _GROWING, folder / _WHOLE
    if not mark.exists():
        growing.unlink(missing_ok=True)
    # While the mark is away the archive is not to be trusted: what is appended is written over its table of contents.
    mark.unlink(missing_ok=True)
    with zipfile.ZipFile(growing, "a", zipfile.ZIP_DEFLATED) as archive:
        dealt_with = _add_some(archive, sources, most_bytes)
    mark.touch(mode=0o600)
    return dealt_with


def finish(folder: Path) -> int:
    """Give the archive its name, when it is on the disk, and remove what it was made of; returns its size."""
    growing, whole = folder / _GROWING, folder / ARCHIVE
    if growing.exists():
        with growing.open("rb") as file:
            os.fsync(file.fileno())
        growing.chmod(0o600)
        growing.replace(whole)
        sync_folder(folder)
    for name in ("content", "parts"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / _WHOLE).unlink(missing_ok=True)
    return whole.stat().st_size


def hand_over(archive: Path, to: Path) -> None:
    """Put the finished archive where it was asked for, for its owner alone, on the same disk or another. Raises InvalidInput."""
    try:
        shutil.move(archive, to)
        to.chmod(0o600)
    except OSError as error:
        raise InvalidInput("%(file)s cannot be written: %(why)s.", reason="not-writable", file=to, why=error.strerror) from error


def remove(folder: Path) -> None:
    """Remove everything of an export; nothing there is fine."""
    shutil.rmtree(folder, ignore_errors=True)


def remove_strangers(site: Site, keys: Collection[str], now: datetime) -> int:
    """Remove the folders that belong to no export any more, and those without a row once they are old; returns how many."""
    folder = site.folder / FOLDER
    latest = (now - ABANDONED_AFTER).timestamp()
    found = [path for path in folder.iterdir() if path.name not in keys] if folder.is_dir() else []
    left = [path for path in found if not path.name.startswith(".") or path.lstat().st_mtime < latest]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def has_room(site: Site, size: int) -> bool:
    """Whether the disk has room for so many bytes more."""
    return shutil.disk_usage(site.folder).free > size


def _write(folder: Path, files: dict[str, bytes | str]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def _add_some(archive: zipfile.ZipFile, sources: Sequence[Source], most_bytes: int) -> int:
    packed = set(archive.namelist())
    written = 0
    for number, (name, path) in enumerate(sources):
        if name in packed:
            continue
        if written >= most_bytes:
            return number
        with suppress(FileNotFoundError):
            written += _add(archive, name, path)
    return len(sources)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> int:
    packing = zipfile.ZIP_STORED if name.lower().endswith(_STORED) else zipfile.ZIP_DEFLATED
    archive.write(path, name, compress_type=packing)
    return path.stat().st_size
