"""What a site does about a full disk: a ballast file, given up so that something can still be deleted, and made again when there is room.

SQLite needs room even to delete. Whoever serves a site keeps the ballast; once it is given up, only what frees room is written, and the
little that lets somebody in who frees it, or the next posts would eat what was set free for the deletions.
"""

import functools
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from fedirse.base.errors import StorageFull
from fedirse.base.limits import BALLAST_BYTES, ROOM_BYTES

logger = logging.getLogger(__name__)

BALLAST_FILE: Final = ".ballast"
SMALLEST_DISK: Final = 4 * BALLAST_BYTES
"""A smaller one gets no ballast: it would be too large a part of it."""

_ROOM_SHARE: Final = 8
_MARK: Final = "runs_on_a_full_disk"

F = TypeVar("F", bound=Callable[..., Any])


class StorageState(StrEnum):
    """Whether a site can write."""

    WRITABLE = "writable"
    FULL = "full"
    """The disk is full: reads and deletions go on, and so does everything else as soon as there is room."""
    STOPPED = "stopped"
    """The disk did not confirm a write: nothing is written until fedirse is started again."""


def frees_room(function: F) -> F:
    """Marks a transaction function that removes more than it adds, so that it is run while the disk is full."""
    setattr(function, _MARK, True)
    return function


def lets_in(function: F) -> F:
    """Marks a transaction function that signs somebody in, so that it is run while the disk is full: who frees room has to come in first.

    Such a function adds a few rows at most, and who makes it run is limited in how often: it lives on what the ballast left.
    """
    setattr(function, _MARK, True)
    return function


def runs_on_a_full_disk(function: Callable[..., Any]) -> bool:
    """Whether a transaction function, also one inside of `functools.partial`, is marked as one that is run while the disk is full."""
    while isinstance(function, functools.partial):
        function = function.func
    return bool(getattr(function, _MARK, False))


class Room:
    """The room of one site on its disk.

    Args:
        folder: the site's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ballast = folder / BALLAST_FILE
        self._kept = False
        self.full = False

    @property
    def has_ballast(self) -> bool:
        """Whether there is something left to give up."""
        return self._ballast.exists()

    def check(self, function: Callable[..., Any]) -> None:
        """Raises StorageFull for a function that is not to run while the disk is full."""
        if self.full and not runs_on_a_full_disk(function):
            raise StorageFull(f"the disk of {self._folder} is full")

    def give_up(self) -> bool:
        """A write met a full disk: let the ballast go, and write only what frees room. Nothing where nobody keeps the room.

        Returns:
            Whether it was given up now, so that what is still run may be tried again.
        """
        if not self._kept or self.full:
            return False
        self.full = True
        with suppress(OSError):
            self._ballast.unlink(missing_ok=True)
        logger.error("the disk of %s is full: nothing is accepted until there is room again; reading and deleting go on", self._folder)
        return True

    def keep(self) -> None:
        """Look at the disk: make the ballast, and write again once there is room. To be called every few seconds by whoever serves."""
        self._kept = True
        fits, lacking = self._measure()
        if not fits:
            return
        if lacking:
            self._fill()
        if self.full:
            self.full = False
            logger.warning("there is room again on the disk of %s", self._folder)

    def look(self) -> None:
        """Learn from the disk whether it is full, beside somebody else who keeps the room: then the ballast is gone, and does not fit."""
        fits, lacking = self._measure()
        self.full = lacking and not fits

    def _measure(self) -> tuple[bool, bool]:
        """Whether there is room enough, for the ballast too where it is lacking; and whether it is."""
        disk = os.statvfs(self._folder)
        free, whole = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
        lacking = whole >= SMALLEST_DISK and not self.has_ballast
        return free >= min(ROOM_BYTES, whole // _ROOM_SHARE) + (BALLAST_BYTES if lacking else 0), lacking

    def _fill(self) -> None:
        try:
            descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, BALLAST_BYTES)
            finally:
                os.close(descriptor)
        except FileExistsError:
            return  # another process of the same site was quicker
        except OSError as error:
            with suppress(OSError):
                self._ballast.unlink(missing_ok=True)
            logger.info("no ballast for %s: %s", self._folder, error)
