"""What belongs to a site on disk, and whether a folder that was filled from a backup makes a whole site."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fedirse.assembly import DATABASE_FILE, KEYS_FOLDER, own_uris
from fedirse.base.errors import ConfigurationError, FedirseError, StorageError
from fedirse.base.settings import SiteSettings, load_site_settings
from fedirse.operations.archive import broken
from fedirse.operations.manifest import is_safe_name
from fedirse.storage.actors import find_actor_by_uri
from fedirse.storage.backup_record import RECORD_FILE
from fedirse.storage.inspection import full_check, reading_connection
from fedirse.storage.keyring import Keyring
from fedirse.storage.migration import LATEST, schema_version
from fedirse.storage.signing import SigningKeys

CACHE_FOLDER: Final = "cache"
"""What can be fetched or made again."""

EXPORTS_FOLDER: Final = "exports"
"""People's own copies of their data, which are removed after some days: a backup would keep them longer."""

NOT_FILES: Final = frozenset({DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", RECORD_FILE, CACHE_FOLDER, EXPORTS_FOLDER})
"""Names in a site's folder that a backup does not take as they are: the database is copied in another way."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a site: its name in the archive, where it lies, its bytes."""

    name: str
    path: Path
    size: int


def list_files(folder: Path) -> tuple[list[Found], list[str]]:
    """The files of a site but its database, by name, and the names that no backup can hold.

    Everything in the folder belongs to the site, except what begins with a dot: that is being made, or can be made again.
    """
    found, left_out = [], []
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue  # it was deleted meanwhile, and so was whatever spoke of it
        if stat.S_ISREG(status.st_mode) and is_safe_name(name):
            found.append(Found(name, path, status.st_size))
        else:
            left_out.append(name)
    return found, left_out


def check_whole(folder: Path, domain: str, *, latest: str = LATEST) -> str:
    """Make sure that a folder holds a site that can be served: settings, a sound database, and the keys that open its secrets.

    Returns:
        The revision of its database.

    Raises:
        StorageError: "backup-damaged"; the message says what is wrong.
    """
    try:
        settings = load_site_settings(folder)
        if settings.domain != domain:
            raise broken(f"its settings are those of {settings.domain}, and not of {domain}")
        schema = schema_version(folder / DATABASE_FILE)
        if schema is None or schema > latest:
            raise broken(f"its database has tables {schema or 'of no version'}, and this fedirse knows those up to {latest}")
        problems = full_check(folder / DATABASE_FILE)
        if problems:
            raise broken(f"its database is damaged ({problems[0]})")
        check_keys(folder, settings)
    except (ConfigurationError, StorageError) as error:
        if error.reason == "backup-damaged":
            raise
        raise broken(str(error).rstrip(".")) from error
    return schema


def check_keys(folder: Path, settings: SiteSettings) -> None:
    """Make sure that the site can sign: its keyring opens the keys of its actor.

    Raises:
        ConfigurationError, StorageError: what is missing or does not fit.
    """
    signing = SigningKeys(Keyring(folder / KEYS_FOLDER))
    with reading_connection(folder / DATABASE_FILE) as tx:
        actor = find_actor_by_uri(tx, own_uris(settings).site_actor)
        if actor is None:
            raise StorageError(f"the database is not that of {settings.domain}: it does not hold its actor", reason="no-site-actor")
        try:
            signing.check(tx, actor.id)
        except (ConfigurationError, StorageError):
            raise
        except FedirseError as error:
            raise StorageError("the site's actor has no keys", reason="no-keys") from error


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        top = Path(parent) == folder
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (top and name in NOT_FILES))
        for name in sorted(files):
            if not name.startswith(".") and not (top and name in NOT_FILES):
                yield Path(parent, name)
