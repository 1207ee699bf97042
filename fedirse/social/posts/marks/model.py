"""What this site itself can vouch for about an author, and what it knows to decide that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from fedirse.base.actors import StoredActor


class Mark(StrEnum):
    """Who an author is by what this site has verified. Nothing that an author says of itself makes one."""

    NONE = ""
    SITE = "site"
    """The author is this site."""
    HEAD_OFFICE = "head-office"
    """The author is the head office of this site's network: the pinned actor, with a pinned key."""
    PARTNER = "partner"
    """A partner channel of this site has let them in; said only where they speak in a channel."""
    MEMBER = "member"
    """It comes from a site of the network, under the key that the head office has written down."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """A mark; for MEMBER with what the head office calls the site, for PARTNER with their server."""

    mark: Mark = Mark.NONE
    name: str = ""


NOTHING_VOUCHED: Final = Vouched()


@dataclass(frozen=True, slots=True)
class Written:
    """Something an author has written, or their profile.

    Attributes:
        author: who.
        in_channel: whether it is said under a partner channel.
        under_key: whether it can only have come under the key of a member: what is for the network is believed under no other.
    """

    author: StoredActor
    under_key: bool = False
    in_channel: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A site that is a member now, as the head office has written it down: its actor, its name and its key (Multikey)."""

    uri: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What is verified: all that a mark is made of.

    Attributes:
        own_id: this site's own actor.
        is_head_office: whether this site is the head office.
        network: URI of the head office of the network that this site is in; empty for none.
        network_keys: keys of the head office that this site trusts (Multikey).
        members: the members now on each host.
        listed: the keys that the actors of sites list themselves, by URI of the actor.
        partners: ids of those whom a partner channel has let in.
    """

    own_id: str
    is_head_office: bool
    network: str = ""
    network_keys: frozenset[str] = field(default_factory=frozenset)
    members: Mapping[str, tuple[Member, ...]] = field(default_factory=lambda: MappingProxyType({}))
    listed: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    partners: frozenset[str] = field(default_factory=frozenset)
