"""Who may do what on a site: the one table. Every route that is not for everybody names the permission it needs."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What an account is to its site. An account may have several."""

    READER = "reader"
    """Reads what is for the people of the site, and reacts."""
    AUTHOR = "author"
    """Writes posts as well: what most accounts are."""
    MODERATOR = "moderator"
    """Handles reports and held replies."""
    RESPONSIBLE = "responsible"
    """Answers for the site, and for the confirmations it gives."""
    ADMINISTRATOR = "administrator"
    """Runs the site: its people, its look, its health."""
    COMMUNICATOR = "communicator"
    """Speaks for the head office."""
    NETWORK_OWNER = "network_owner"
    """Decides who is in the network."""


class Permission(StrEnum):
    """Something that not everybody may do."""

    READ = "read"
    """Read what is for the people of the site, keep bookmarks, change one's own settings."""
    REACT = "react"
    """Like, vote, follow, report."""
    WRITE = "write"
    """Write posts, replies and messages, boost, upload files."""
    MODERATE = "moderate"
    """See reports and held replies, and decide about them; hide, block."""
    MANAGE_PEOPLE = "manage_people"
    """Invite, give roles, reset, disable, erase."""
    MANAGE_SITE = "manage_site"
    """Change the site's name, look and settings."""
    CARE = "care"
    """See health, queue, backups and the audit log."""
    SEE_NETWORK = "see_network"
    """See which sites are in the network, and how each of them is doing."""
    CONFIRM = "confirm"
    """Confirm announcements in the name of the site."""
    ANNOUNCE = "announce"
    """Publish in the name of the head office."""
    MANAGE_NETWORK = "manage_network"
    """Invite, suspend and remove sites."""
    MANAGE_PARTNERS = "manage_partners"
    """Run partner channels: write in them, let followers in, end them."""


_READER: Final = frozenset({Permission.READ, Permission.REACT})
_AUTHOR: Final = _READER | {Permission.WRITE}

GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.READER: _READER,
    Role.AUTHOR: _AUTHOR,
    Role.MODERATOR: _AUTHOR | {Permission.MODERATE},
    Role.RESPONSIBLE: _AUTHOR
    | {
        Permission.MODERATE,
        Permission.MANAGE_PEOPLE,
        Permission.SEE_NETWORK,
        Permission.CONFIRM,
        Permission.MANAGE_PARTNERS,
    },
    Role.ADMINISTRATOR: _AUTHOR
    | {
        Permission.MODERATE,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_SITE,
        Permission.CARE,
        Permission.SEE_NETWORK,
        Permission.MANAGE_PARTNERS,
    },
    Role.COMMUNICATOR: _AUTHOR | {Permission.ANNOUNCE, Permission.SEE_NETWORK, Permission.MANAGE_PARTNERS},
    Role.NETWORK_OWNER: _AUTHOR | {Permission.ANNOUNCE, Permission.SEE_NETWORK, Permission.MANAGE_NETWORK, Permission.MANAGE_PARTNERS},
}

HEAD_OFFICE_ROLES: Final = frozenset({Role.COMMUNICATOR, Role.NETWORK_OWNER})
"""Roles that only a head office gives."""

DEFAULT_ROLES: Final = (Role.AUTHOR,)


ADMINISTERS: Final = frozenset({Permission.MANAGE_PEOPLE, Permission.MANAGE_SITE, Permission.CARE, Permission.MANAGE_NETWORK})
"""What a site may keep for sessions that a second factor or a passkey opened."""


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """All that an account with these roles may do."""
    granted: frozenset[Permission] = frozenset()
    return granted.union(*(GRANTS[role] for role in roles))
