"""Reads a backup to its end and believes nothing of it: names, sizes, checksums, then the site itself."""

import tempfile
from pathlib import Path

from fedirse.assembly import DATABASE_FILE, MEDIA_FOLDER
from fedirse.base.errors import InvalidInput
from fedirse.base.settings import SITE_FILE
from fedirse.installation import check_domain
from fedirse.operations.archive import Archive, broken, open_archive
from fedirse.operations.contents import check_whole
from fedirse.operations.manifest import DATABASE_NAME, ArchivedFile, Manifest
from fedirse.operations.progress import Progress
from fedirse.operations.room import check_room, disk_failed


def verify_backup(path: Path, progress: Progress, scratch: Path | None = None) -> Manifest:
    """Check all of a backup; what it says about itself.

    Args:
        path: the archive.
        progress: told how far it is.
        scratch: a folder for the copy of the database that is looked at; the machine's own for such things when None.

    Raises:
        StorageError: "backup-damaged" with what is wrong, "backup-unreadable".
        StorageFull: no room for the copy.
    """
    try:
        with open_archive(path) as archive, tempfile.TemporaryDirectory(dir=scratch, prefix="fedirse-verify-") as folder:
            check_list(archive.manifest)
            _look_at(archive, Path(folder), progress)
            return archive.manifest
    except OSError as error:
        raise disk_failed(error, path) from error
    finally:
        progress.end()


def check_list(manifest: Manifest) -> None:
    """Raises StorageError "backup-damaged" when the files that a backup names cannot make a site, or its domain cannot be one."""
    try:
        usable = check_domain(manifest.domain, development=True) == manifest.domain
    except InvalidInput:
        usable = False
    if not usable:
        raise broken("it names no domain")
    missing = {DATABASE_NAME, SITE_FILE} - {file.name for file in manifest.files}
    if missing:
        raise broken(f"it does not hold {', '.join(sorted(missing))}")


def check_site(manifest: Manifest, folder: Path) -> None:
    """Raises StorageError "backup-damaged" when what was taken from a backup is no site, or not the one it says."""
    schema = check_whole(folder, manifest.domain)
    if schema != manifest.schema:
        raise broken(f"its database has tables {schema}, and not {manifest.schema}")


def is_media(file: ArchivedFile) -> bool:
    """Whether a file is one that people uploaded; the database and the keys can be judged without them."""
    return file.name.startswith(f"{MEDIA_FOLDER}/")


def _look_at(archive: Archive, folder: Path, progress: Progress) -> None:
    manifest = archive.manifest
    check_room(folder, sum(file.size for file in manifest.files if not is_media(file)))
    progress.begin(f"{manifest.domain}: reading the backup", manifest.whole_size)
    for file in manifest.files:
        if is_media(file):
            archive.read(file, None, progress)
        else:
            write_file(archive, file, folder, progress)
    progress.begin(f"{manifest.domain}: checking {DATABASE_FILE}")
    check_site(manifest, folder)


def write_file(archive: Archive, file: ArchivedFile, folder: Path, progress: Progress) -> Path:
    """Put one file of an archive into a fresh folder, for its owner only. Raises StorageError, OSError."""
    path = folder / file.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            archive.read(file, target, progress)
            target.flush()
    except FileExistsError as error:
        # Two names that this file system takes for one.
        raise broken(f"{file.name} is there twice") from error
    return path
