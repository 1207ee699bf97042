"""The audience of an item: a closed type that says who it is for."""

from dataclasses import dataclass, field
from enum import StrEnum


class AudienceKind(StrEnum):
    """Whom an item is for. There is no order among them: they are compared by who is in them."""

    PUBLIC = "public"
    """Everybody, on every server."""
    PARTNERS = "partners"
    """The approved followers of a partner channel."""
    NETWORK = "network"
    """The people of every site of the network."""
    SEGMENT = "segment"
    """The people of the sites that a named selection covers."""
    COMMUNITY = "community"
    """The members of one community."""
    SITE = "site"
    """The people of this site; nothing leaves it."""
    FOLLOWERS = "followers"
    """The accepted followers of the author, and whoever is named."""
    DIRECT = "direct"
    """Those who are named, nobody else."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom one item is for.

    Attributes:
        kind: the kind of audience.
        named: ids of actors who are addressed by name; they may read under every kind except SITE, where only our own count.
        listed: whether a PUBLIC item appears in public timelines (`cc` instead of `to` on the wire when it does not).
        of: which segment, community or channel; empty for the other kinds.
    """

    kind: AudienceKind
    named: frozenset[str] = field(default_factory=frozenset)
    listed: bool = True
    of: str = ""


IMPLEMENTED = frozenset({AudienceKind.PUBLIC, AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.SITE})
"""Kinds a person can choose so far; the others need a network, and addressing one is refused until there is one."""
