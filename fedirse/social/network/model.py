"""A network as this site knows it, and what is said of its members for choosing whom something is for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final


class Attribute(StrEnum):
    """What a member is known by. The values are wire words."""

    REGION = "region"
    CITY = "city"
    BRAND = "brand"
    FORMAT = "format"
    TRADE = "trade"


@dataclass(frozen=True, slots=True)
class Attributes:
    """Where and what a site is, as the head office has written it down. Empty texts mean that nothing is known."""

    region: str = ""
    city: str = ""
    brand: str = ""
    format: str = ""
    trades: frozenset[str] = field(default_factory=frozenset)

    def values(self, attribute: Attribute) -> frozenset[str]:
        """What the site has of that attribute, ready to be compared: without regard to case and to spaces around it."""
        if attribute is Attribute.TRADE:
            return frozenset(comparable(trade) for trade in self.trades) - {""}
        text = {
            Attribute.REGION: self.region,
            Attribute.CITY: self.city,
            Attribute.BRAND: self.brand,
            Attribute.FORMAT: self.format,
        }[attribute]
        return frozenset({comparable(text)}) - {""}


def comparable(value: str) -> str:
    """The form of a value in which two of them are compared."""
    return " ".join(value.split()).casefold()


class NetworkState(StrEnum):
    """Where this site stands with a network."""

    ASKED = "asked"
    """It has asked to join and awaits the answer."""
    MEMBER = "member"
    REFUSED = "refused"
    REMOVED = "removed"
    """The head office has ended it."""
    LEFT = "left"
    """It has ended it itself."""


ENDED: Final = frozenset({NetworkState.REMOVED, NetworkState.LEFT})
"""Where a site stands with a network that it was in and is in no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network that this site has to do with.

    Attributes:
        uri: the head office's actor, who stands for the network.
        name: what it is called.
        members: the collection of its members, which things are addressed to.
        head_office: whether this site is its head office.
        state: where this site stands.
        counter: the last serial given; counted by the head office alone.
        since: when this state began.
    """

    uri: str
    name: str
    members: str
    head_office: bool
    state: NetworkState
    counter: int
    since: datetime


@dataclass(frozen=True, slots=True)
class NetworkAddresses:
    """How the addressing of something says that it is for a network or for a segment of it.

    Attributes:
        members: the collection of its members.
        segments: what the addresses of its segments begin with; also of those that are not known here, as most are not.
        known: addresses of segments that are known here.
    """

    members: str
    segments: str
    known: frozenset[str] = frozenset()

    def is_segment(self, uri: str) -> bool:
        """Whether that is the address of a segment."""
        return uri in self.known or (uri.startswith(self.segments) and uri != self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkKey:
    """A key of a head office that this site trusts since it joined, or since the one before it said so.

    Attributes:
        uri: the id that proofs name it with.
        network: URI of the network.
        key: Ed25519 (Multikey).
        trusted_at, ended_at: since when and until when.
    """

    uri: str
    network: str
    key: str
    trusted_at: datetime
    ended_at: datetime | None = None
