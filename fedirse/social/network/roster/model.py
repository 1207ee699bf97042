"""The roster as values: statements about members, snapshots of all of them, and what a site makes of both.

Only the head office writes. Every statement and every snapshot takes the next number of one counter, its *serial*; so the higher of
two serials is always the later word, and a snapshot speaks of everything up to its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from fedirse.social.network.model import Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """The head office's word that a site is a member.

    Attributes:
        id: URI of the credential.
        network: URI of the head office's actor, who alone can say this.
        member: URI of the site's own actor.
        serial: number of the statement.
        digest: SHA-256 of the signed document, in hexadecimal.
        name: what the site is called in lists.
        attributes: what it is known by.
        key: its Ed25519 key (Multikey). Whoever has the domain without this key is not the member.
        suspended: whether it is a member without any right, until another credential says otherwise.
        issued, ends: for how long this word holds by itself.
        former: the key before it, while that one counts as well; empty for none.
        former_until: until when.
        key_id: the id of its key; of the head office alone, whose statements name it.
    """

    id: str
    network: str
    member: str
    serial: int
    digest: str
    name: str
    attributes: Attributes
    key: str
    suspended: bool
    issued: datetime
    ends: datetime
    former: str = ""
    former_until: datetime | None = None
    key_id: str = ""

    def keys_at(self, now: datetime) -> frozenset[str]:
        """The keys by which the site is known at that moment: while it changes its key, the one before as well."""
        overlaps = self.former_until is not None and now < self.former_until
        return frozenset({self.key, self.former} if overlaps else {self.key})


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The head office's word that a site is no member any more; it never ends, so that an old credential cannot come back."""

    id: str
    network: str
    member: str
    serial: int
    digest: str
    removed: datetime


Statement: TypeAlias = Credential | Removal


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All members at one moment: which of their credentials is in force, by URI of the member. Whoever is not in it is no member."""

    id: str
    network: str
    serial: int
    digest: str
    issued: datetime
    ends: datetime
    listing: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A statement, and when it first came."""

    statement: Statement
    received: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """What a site knows of one network: of each member the last word, and the last snapshot."""

    network: str
    held: Mapping[str, Held] = field(default_factory=lambda: MappingProxyType({}))
    snapshot: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How far a site has asked for the roster.

    Attributes:
        serial: everything up to here was told by the head office itself; of what is later, something may be missing.
        asked_at: when somebody last answered, the head office or a member.
        tried_at: when somebody was last asked.
        trouble: what was last refused of what came in the network's name, as a code; empty for nothing.
    """

    serial: int = 0
    asked_at: datetime | None = None
    tried_at: datetime | None = None
    trouble: str = ""


class Doubt(StrEnum):
    """Why what came in the head office's name was not believed."""

    NOT_SIGNED = "not-the-head-office"
    FORGED = "bad-signature"
    UNREADABLE = "bad-statement"
    AHEAD = "from-the-future"
    OTHER_NETWORK = "other-network"
    OLDER = "older-roster"
    SILENT = "remote-gone"
    """It answers what strangers are answered."""
    UNUSABLE = "unusable"
    """Anything else."""

    @classmethod
    def of(cls, reason: str) -> "Doubt":
        """The doubt behind the reason of an error."""
        return cls(reason) if reason in {doubt.value for doubt in cls} else cls.UNUSABLE


class News(StrEnum):
    """What a statement or snapshot was to a roster that it was given to."""

    NEW = "new"
    KNOWN = "known"
    OLDER = "older"
    """Something later is known already; it changes nothing."""
    CONTRADICTS = "contradicts"
    """The same serial says something else: the head office's key is in two hands, or its database was set back."""


class Standing(StrEnum):
    """What a host is to the network at one moment."""

    STRANGER = "stranger"
    IN_FORCE = "in-force"
    GRACE = "grace"
    """Its credential has ended and nobody could be asked for a newer one; it counts until the period of grace is over."""
    OUTDATED = "outdated"
    """A snapshot names a later credential than the one that is known: until that one is here, nothing is known for certain."""
    SUSPENDED = "suspended"
    REMOVED = "removed"
    LAPSED = "lapsed"

    @property
    def trusted(self) -> bool:
        """Whether it is given what is for members, and believed when it speaks as one."""
        return self in {Standing.IN_FORCE, Standing.GRACE}

    @property
    def expelled(self) -> bool:
        """Whether the head office has ended it, for good or for now, so that what waits for it is dropped and not held."""
        return self in {Standing.STRANGER, Standing.SUSPENDED, Standing.REMOVED}
