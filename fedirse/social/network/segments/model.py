"""A segment as a value: a name, and the condition that its members fulfil."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from fedirse.social.network.model import Attribute


@dataclass(frozen=True, slots=True)
class Has:
    """Members that have one of these values of an attribute."""

    attribute: Attribute
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Among:
    """These members, by URI."""

    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Within:
    """The members of another segment, by its id."""

    segment: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Members that fulfil every part; all of them when there is no part."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Members that fulfil one part at least; none when there is no part."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Members that do not fulfil it."""

    part: "Condition"


Condition: TypeAlias = Has | Among | Within | AllOf | AnyOf | Except


class Place(StrEnum):
    """What a segment is to this very site; it is not part of the definition."""

    INSIDE = "inside"
    """The site is in it. At a head office every segment is."""
    PART = "part"
    """The site is not in it, and needs it to read one that it is in."""
    OUTSIDE = "outside"
    """Neither: its later definitions are not for this site, so nothing is decided by this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A selection that things can be addressed to.

    Attributes:
        id: URI, which is what the addressing names; it says nothing about who is in it.
        network: URI of the head office's actor, who defines it.
        serial: number of this definition, of the roster's counter; the highest counts.
        digest: SHA-256 of the signed document, in hexadecimal.
        name: what people call it.
        condition: who is in it.
        defined: when.
        withdrawn: whether nothing can be addressed to it any more; it covers nobody then.
    """

    id: str
    network: str
    serial: int
    digest: str
    name: str
    condition: Condition
    defined: datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A selection as people make it: by attributes and by other segments, then with single members in or out.

    Attributes:
        wanted: for each attribute that counts the values of which a member has one.
        within: segments of which a member is in one.
        without: segments that a member is in none of.
        also: members that are in it in any case.
        never: members that are in it in no case, also not those of `also`.
    """

    wanted: Mapping[Attribute, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    within: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
