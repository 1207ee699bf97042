"""Where backups lie and what they are called: `fedirse-<domain>-<UTC>.tar`, so that their names sort by age."""

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from fedirse.base.errors import ConfigurationError
from fedirse.operations.figures import stamp

BACKUPS_FOLDER: Final = "backups"
"""Under the root, where nothing else is said."""


def default_shelf(root: Path) -> Path:
    """The folder for backups under a root, made when it is missing. Raises ConfigurationError when it cannot be."""
    folder = root / BACKUPS_FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{folder} cannot be made: {error.strerror}. Name another folder with --to.", reason="no-target"
        ) from error
    return folder


def name_backup(target: Path, domain: str, now: datetime) -> Path:
    """The path of a new backup: a name of its own in a folder, or the file that was named.

    Raises:
        ConfigurationError: "target-exists", or "no-target" for a folder that is not there.
    """
    path = target / f"fedirse-{_plain(domain)}-{stamp(now)}.tar" if target.is_dir() else target
    if path.exists():
        raise ConfigurationError(f"{path} exists already; choose another name for the backup.", reason="target-exists")
    if not path.parent.is_dir():
        raise ConfigurationError(f"There is no folder {path.parent}; make it, or name another one with --to.", reason="no-target")
    return path


def remove_old(folder: Path, domain: str, keep: int) -> list[Path]:
    """Remove all but the latest `keep` backups of a site; only files that are named as `name_backup` names them."""
    own = re.compile(rf"fedirse-{re.escape(_plain(domain))}-\d{{8}}T\d{{6}}Z\.tar")
    found = sorted(path for path in folder.iterdir() if own.fullmatch(path.name))
    old = found[: max(len(found) - keep, 0)]
    for path in old:
        path.unlink()
    return old


def _plain(domain: str) -> str:
    return domain.replace(":", "_")
