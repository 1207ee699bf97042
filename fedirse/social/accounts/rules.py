"""Decisions about accounts. Pure."""

import re

from fedirse.base import limits
from fedirse.base.errors import InvalidInput

_HANDLE = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?")

# Names that people could take for the site speaking.
RESERVED = frozenset(
    {"admin", "administrator", "fedirse", "moderation", "moderator", "postmaster", "root", "security", "support", "system", "webmaster"}
)

PASSWORD_LOWEST = 10
PASSWORD_HIGHEST = 1024


def check_handle(handle: str, site_handle: str) -> str:
    """The handle in lower case. Raises InvalidInput when it cannot be one."""
    lowered = handle.strip().removeprefix("@").lower()
    if len(lowered) > limits.HANDLE_LENGTH or not _HANDLE.fullmatch(lowered):
        raise InvalidInput(
            f"“{handle}” cannot be a handle: use 1 to {limits.HANDLE_LENGTH} letters a to z, digits, and _ . - inside.", reason="bad-handle"
        )
    if lowered in RESERVED or lowered == site_handle:
        raise InvalidInput(f"“{lowered}” is reserved for the site itself: choose another handle.", reason="reserved-handle")
    return lowered


def check_password(password: str) -> None:
    """Raises InvalidInput for a password that is too short, or so long that hashing it would be an attack (DOS-045)."""
    if len(password) < PASSWORD_LOWEST:
        raise InvalidInput(f"The password has fewer than {PASSWORD_LOWEST} characters: choose a longer one.", reason="password-short")
    if len(password) > PASSWORD_HIGHEST:
        raise InvalidInput(f"The password has more than {PASSWORD_HIGHEST} characters.", reason="password-long")


def check_name(name: str, handle: str) -> str:
    """The name to show, the handle when none is given. Raises InvalidInput when it is too long."""
    if len(name) > limits.NAME_LENGTH:
        raise InvalidInput(f"The name is longer than {limits.NAME_LENGTH} characters.", reason="name-too-long")
    return name.strip() or handle
