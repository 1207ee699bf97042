"""The step after a new version was installed: back up every site, bring its database to the new form, look at it, and go back if it is red.

Each site is had alone meanwhile. The copy that is gone back to lies beside the database until all sites are well.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from fedirse.assembly import DATABASE_FILE
from fedirse.base.errors import ConfigurationError, StorageError
from fedirse.features.care.health.model import Level
from fedirse.features.care.health.views import show_plain
from fedirse.operations.backup import back_up
from fedirse.operations.doctor import diagnose
from fedirse.operations.progress import Progress
from fedirse.storage.files import sync_folder
from fedirse.storage.inspection import settle_log
from fedirse.storage.migration import VERSIONS, schema_version, upgrade
from fedirse.storage.site_lock import take_site
from fedirse.storage.streaming import copy_database

COPY_FILE: Final = ".before-update.db"
_FATAL: Final = frozenset({"settings", "site-settings", "database", "secrets", "site"})
"""What an update can break. A full disk or an old backup is no reason to go back."""


@dataclass(frozen=True, slots=True)
class UpdatedSite:
    """One site after an update.

    Attributes:
        domain: the site.
        before, after: the revision of its database.
        backup: where the backup lies that was made first.
    """

    domain: str
    before: str
    after: str
    backup: Path


async def update(
    root: Path, folders: Sequence[Path], shelf: Path, now: datetime, progress: Progress, *, versions: Path = VERSIONS
) -> list[UpdatedSite]:
    """Update the databases of these sites, all or none.

    Args:
        root: folder that holds the sites.
        folders: the sites.
        shelf: where the backups go.
        now: the moment they are named after.
        progress: told how far it is.
        versions: the revisions of the database.

    Raises:
        ConfigurationError: a site is in use, or cannot be backed up as it is; nothing was changed.
        StorageError: "update-failed" when a site is not well with the new version, and every database was put back as it was; another
            reason when a disk failed before anything was changed.
    """
    with ExitStack() as locks:
        for folder in folders:
            locks.enter_context(take_site(root, folder.name))
            # A copy that a killed update left must not be gone back to; the database itself is whole at one revision or the next.
            (folder / COPY_FILE).unlink(missing_ok=True)
        backups = [await back_up(folder, shelf, now, progress) for folder in folders]
        before = [schema_version(folder / DATABASE_FILE) or "" for folder in folders]
        try:
            for folder in folders:
                progress.begin(f"{folder.name}: putting a copy of the database aside")
                await copy_database(folder / DATABASE_FILE, folder / COPY_FILE)
            await _migrate(root, folders, progress, versions)
        except BaseException as error:
            await asyncio.to_thread(_put_back, folders)
            if isinstance(error, Exception):
                raise _failed(error) from error
            raise
        finally:
            progress.end()
        for folder in folders:
            (folder / COPY_FILE).unlink()
    after = [schema_version(folder / DATABASE_FILE) or "" for folder in folders]
    return [
        UpdatedSite(folder.name, old, new, backup.path) for folder, old, new, backup in zip(folders, before, after, backups, strict=True)
    ]


async def _migrate(root: Path, folders: Sequence[Path], progress: Progress, versions: Path) -> None:
    for folder in folders:
        progress.begin(f"{folder.name}: bringing the database to the new form")
        await asyncio.to_thread(upgrade, folder / DATABASE_FILE, versions)
    said = [
        f"{diagnosis.domain or 'The process'}: {finding.say(str, show_plain)}"
        for diagnosis in await diagnose(root, list(folders), progress)
        for finding in diagnosis.findings
        if finding.level is Level.RED and finding.code in _FATAL
    ]
    if said:
        raise StorageError(" ".join(said), reason="red")


def _put_back(folders: Sequence[Path]) -> None:
    """Put every copy in the place of its database. The log of the failed try goes first: over another file it would be poison."""
    for folder in folders:
        database, copy = folder / DATABASE_FILE, folder / COPY_FILE
        if not copy.exists():
            continue
        with suppress(StorageError):
            settle_log(database)
        for name in (f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm"):
            (folder / name).unlink(missing_ok=True)
        copy.replace(database)
        sync_folder(folder)


def _failed(error: Exception) -> StorageError:
    said = error.public_message if isinstance(error, ConfigurationError) else str(error)
    message = f"The update did not work, and every database is as it was before. {said} To go on, install the version from before."
    return StorageError(str(error), reason="update-failed", public_message=message)
