"""One file that holds a whole site: a plain tar, written front to back, with its manifest at the end.

Read with nothing believed: only members that the manifest names, each a regular file of the size and SHA-256 it gives.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Final

import msgspec

from fedirse.base import limits
from fedirse.base.errors import StorageError
from fedirse.operations.manifest import FORMAT, MANIFEST_NAME, ArchivedFile, FormatOnly, Manifest, is_safe_name
from fedirse.operations.progress import Progress

_CHUNK: Final = 1024 * 1024
_MODE: Final = 0o600


class ArchiveWriter:
    """Adds files and remembers them for the manifest.

    Args:
        file: where the archive goes.
        made_at: the date of its members.
        progress: told of every chunk.
    """

    def __init__(self, file: IO[bytes], made_at: datetime, progress: Progress) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `finish`
        self._made_at = made_at
        self._progress = progress
        self.files: list[ArchivedFile] = []

    def add(self, name: str, source: IO[bytes]) -> None:
        """Add a file as long as it is now. Raises StorageError when it becomes shorter meanwhile, OSError."""
        count = os.fstat(source.fileno()).st_size
        hashed = _Hashed(source, self._progress)
        try:
            self._tar.addfile(self._member(name, count), hashed)
        except OSError as error:
            if error.errno is not None:
                raise
            raise broken(f"{name} became shorter while it was read") from error  # tarfile's own, without a number
        self.files.append(ArchivedFile(name, count, hashed.digest()))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and the end."""
        content = msgspec.json.format(msgspec.json.encode(manifest))
        self._tar.addfile(self._member(MANIFEST_NAME, len(content)), io.BytesIO(content))
        self._tar.close()

    def _member(self, name: str, count: int) -> tarfile.TarInfo:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = count, _MODE, int(self._made_at.timestamp())
        return member


class Archive:
    """An archive whose list of members is what its manifest says. See `open_archive`.

    Attributes:
        manifest: what it says about itself.
    """

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest, members: dict[str, tarfile.TarInfo]) -> None:
        self._tar = tar
        self._members = members
        self.manifest = manifest

    def read(self, file: ArchivedFile, target: IO[bytes] | None, progress: Progress) -> None:
        """Copy one file to `target`, or only look at it.

        Raises:
            StorageError: "backup-damaged" when its bytes are not those that the manifest was written for.
        """
        source = self._tar.extractfile(self._members[file.name])
        if source is None:
            raise broken(f"{file.name} is no file")
        hashed = _Hashed(source, progress)
        try:
            while chunk := hashed.read(_CHUNK):
                if target is not None:
                    target.write(chunk)
        except (tarfile.TarError, EOFError) as error:
            raise broken(f"{file.name} cannot be read ({error})") from error
        if hashed.digest() != file.sha256:
            raise broken(f"{file.name} is not what was backed up: its checksum differs")


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The archive in a file, after its members were compared with its manifest; their bytes are looked at by `Archive.read`.

    Raises:
        StorageError: "backup-damaged"; the message says what is wrong. "backup-unreadable" for no file.
    """
    try:
        with path.open("rb") as file:
            whole = os.fstat(file.fileno()).st_size
            with tarfile.open(fileobj=file, mode="r:") as tar:
                members = _members(tar, whole)
                manifest = _manifest(tar, members.pop(MANIFEST_NAME, None))
                _compare(manifest, members)
                yield Archive(tar, manifest, members)
    except (tarfile.TarError, EOFError) as error:
        raise broken(f"it is no archive, or one that was cut off ({error})") from error
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}."
        raise StorageError(message, reason="backup-unreadable", public_message=message) from error


def _members(tar: tarfile.TarFile, whole: int) -> dict[str, tarfile.TarInfo]:
    found: dict[str, tarfile.TarInfo] = {}
    for member in tar:
        # A sparse member is short in the archive and as long as it likes outside of it.
        if member.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or member.issparse():
            raise broken(f"{member.name!r:.200} is a link, a device or a folder; only files belong there")
        if not is_safe_name(member.name) or member.name in found:
            raise broken(f"{member.name!r:.200} is no name that a backup contains, or stands there twice")
        if member.offset_data + member.size > whole:
            raise broken("it was cut off")
        found[member.name] = member
    return found


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    if member is None:
        raise broken("it has no list of its contents, so it was never finished")
    if member.size > limits.BACKUP_MANIFEST_BYTES:
        raise broken("its list of contents is too long")
    source = tar.extractfile(member)
    content = source.read() if source is not None else b""
    try:
        version = msgspec.json.decode(content, type=FormatOnly).format
        if version > FORMAT:
            raise broken(f"a newer fedirse made it (format {version}, this one reads up to {FORMAT})")
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise broken(f"its list of contents cannot be read ({error})") from error


def _compare(manifest: Manifest, members: dict[str, tarfile.TarInfo]) -> None:
    listed = {file.name: file for file in manifest.files}
    if len(listed) != len(manifest.files) or listed.keys() != members.keys():
        strange = sorted(listed.keys() ^ members.keys())[:3]
        raise broken(f"its list of contents does not name what is in it ({', '.join(strange) or 'a name twice'})")
    for name, member in members.items():
        if member.size != listed[name].size:
            raise broken(f"{name} has {member.size} bytes and not {listed[name].size}")


def broken(what: str) -> StorageError:
    """The error of a backup that is of no use."""
    message = f"The backup is of no use: {what}."
    return StorageError(message, reason="backup-damaged", public_message=message)


class _Hashed(io.RawIOBase):
    """Reads another file, hashes what passes and tells how much."""

    def __init__(self, source: IO[bytes], progress: Progress) -> None:
        super().__init__()
        self._source = source
        self._progress = progress
        self._hash = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._source.read(size)
        self._hash.update(chunk)
        self._progress.advance(len(chunk))
        return chunk

    def digest(self) -> str:
        """SHA-256 of all that was read, in hexadecimal."""
        return self._hash.hexdigest()
