"""Decisions about the room that the files of one account may take. Pure."""

from fedirse.base import limits
from fedirse.base.errors import InvalidInput

_MEGABYTE = 1_000_000


def check_waiting(count: int) -> None:
    """Raises InvalidInput for somebody with so many files that are in no post yet."""
    if count >= limits.UNATTACHED_FILES:
        raise InvalidInput(
            "You have %(most)s files that are in no post yet: publish or remove some first.",
            reason="too-many-uploads",
            field="files",
            most=limits.UNATTACHED_FILES,
        )


def check_room(used: int, size: int, megabytes: int) -> None:
    """Raises InvalidInput for a file that does not fit.

    Args:
        used: bytes of the files of the account.
        size: bytes of the file.
        megabytes: what the site allows one account.
    """
    left = megabytes * _MEGABYTE - used
    if size > left:
        raise InvalidInput(
            "This file does not fit: of the %(most)s MB for your files, %(left)s MB are left. Delete posts with large files, or ask the "
            "people who run the site for more room.",
            reason="account-full",
            field="files",
            most=megabytes,
            left=max(left, 0) // _MEGABYTE,
        )
