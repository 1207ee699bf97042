"""Who works with a site at this moment: serving processes and commands share it, and what replaces the whole folder has it alone.

The lock lies beside the sites and not in their folders, so that it holds while a folder is exchanged. It ends with the process.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from fedirse.base.errors import ConfigurationError

LOCK_FOLDER: Final = "run"


class SiteLock:
    """A lock that is held; used as a context manager, or closed.

    Args:
        descriptor: of the open and locked file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def share_site(root: Path, domain: str) -> SiteLock:
    """Work with a site beside others.

    Raises:
        ConfigurationError: "site-busy" while its folder is being replaced, "lock-unusable" when the root cannot be written.
    """
    return _lock(root, domain, fcntl.LOCK_SH, f"{domain} is being restored or updated at the moment; wait until that has ended.")


def take_site(root: Path, domain: str) -> SiteLock:
    """Have a site alone.

    Raises:
        ConfigurationError: "site-busy" while a process serves it or a command works with it; "lock-unusable" as `share_site`.
    """
    return _lock(root, domain, fcntl.LOCK_EX, f"{domain} is in use: stop the service (and other fedirse commands) first, then try again.")


def _lock(root: Path, domain: str, kind: int, busy: str) -> SiteLock:
    path = root / LOCK_FOLDER / f"{domain}.lock"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written ({error.strerror}): run fedirse as the account that owns {root}.", reason="lock-unusable"
        ) from error
    try:
        _give_to_owner(root, path)
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise ConfigurationError(busy, reason="site-busy") from error
    except BaseException:
        os.close(descriptor)
        raise
    return SiteLock(descriptor)


def _give_to_owner(root: Path, path: Path) -> None:
    """What the system's administrator makes here must not lock the account out that serves the sites."""
    if os.geteuid() == 0:
        owner = root.stat()
        for made in (path.parent, path):
            os.chown(made, owner.st_uid, owner.st_gid)
