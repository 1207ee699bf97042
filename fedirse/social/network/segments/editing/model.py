"""What the pages of selections show."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedirse.social.network.model import Attribute
from fedirse.social.network.segments.model import Segment


@dataclass(frozen=True, slots=True)
class Said:
    """A condition as it is put into words.

    Attributes:
        kind: `everybody`, `nobody`, `has`, `among`, `within`, `all`, `any` or `except`.
        attribute: of `has`.
        names: the values of `has`; the sites of `among`; the selection of `within`, none where it is not known here.
        parts: what `all`, `any` and `except` are made of.
    """

    kind: str
    attribute: str = ""
    names: tuple[str, ...] = ()
    parts: tuple["Said", ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A selection in a list: `key` is the last part of its page's address, `count` how many sites are in it now."""

    key: str
    segment: Segment
    said: Said
    count: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody can choose from.

    Attributes:
        values: of each attribute the values that some site has, or that were chosen before.
        rare: those of them that no site has now.
        segments: other selections by id, with their names.
        sites: members by URI, with their names.
    """

    values: Mapping[Attribute, tuple[str, ...]]
    rare: Mapping[Attribute, frozenset[str]]
    segments: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A selection with everybody in it.

    Attributes:
        line: the selection.
        sites: the names of the sites in it now.
        mine: whether this site is the head office, which alone can change it.
        simple: whether a form can show its condition.
    """

    line: SegmentLine
    sites: tuple[str, ...]
    mine: bool
    simple: bool
