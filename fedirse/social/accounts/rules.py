"""Decisions about accounts. Pure."""

import hashlib
import re
from collections.abc import Sequence

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.roles import HEAD_OFFICE_ROLES, Role
from fedirse.social.accounts.passwords.rules import is_obvious

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
            "“%(handle)s” cannot be a handle: use 1 to %(most)s letters a to z, digits, and _ . - inside.",
            reason="bad-handle",
            field="handle",
            handle=handle,
            most=limits.HANDLE_LENGTH,
        )
    if lowered in RESERVED or lowered == site_handle:
        raise InvalidInput(
            "“%(handle)s” is reserved for the site itself: choose another handle.", reason="reserved-handle", field="handle", handle=lowered
        )
    return lowered


def check_password(password: str, about: Sequence[str] = ()) -> None:
    """Raises InvalidInput for a password that is too short, so long that hashing it would be an attack (DOS-045), or tried by everybody.

    Args:
        password: as typed.
        about: names that anybody can read and that it must not be made of.
    """
    if len(password) < PASSWORD_LOWEST:
        raise InvalidInput(
            "The password has fewer than %(least)s characters: choose a longer one.",
            reason="password-short",
            field="password",
            least=PASSWORD_LOWEST,
        )
    if len(password) > PASSWORD_HIGHEST:
        raise InvalidInput(
            "The password has more than %(most)s characters.", reason="password-long", field="password", most=PASSWORD_HIGHEST
        )
    if is_obvious(password, about):
        raise InvalidInput(
            "This password is among the first that others try: choose another one, such as three words that do not belong together.",
            reason="password-obvious",
            field="password",
        )


def check_name(name: str, handle: str) -> str:
    """The name to show, the handle when none is given. Raises InvalidInput when it is too long."""
    if len(name) > limits.NAME_LENGTH:
        raise InvalidInput("The name is longer than %(most)s characters.", reason="name-too-long", field="name", most=limits.NAME_LENGTH)
    return name.strip() or handle


def check_roles(roles: Sequence[Role], *, head_office: bool) -> None:
    """Raises InvalidInput for no role at all, and for one that only a head office gives."""
    if not roles:
        raise InvalidInput("Choose at least one role.", reason="no-role", field="roles")
    if not head_office and HEAD_OFFICE_ROLES.intersection(roles):
        raise InvalidInput("Only the head office of a network has that role.", reason="head-office-role", field="roles")


def digest_of(secret: str) -> str:
    """What is kept of a token, of a session or of a link. A plain hash is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
