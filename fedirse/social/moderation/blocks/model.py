"""Blocks, lists of hosts, and what stands between two people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedHost:
    """A line of a list of blocks: the host, whether what is below it is meant too, and why."""

    host: str
    subdomains: bool
    reason: str


@dataclass(frozen=True, slots=True)
class BlockList:
    """A list of blocks that was read: its lines, and how many others could not be used."""

    hosts: tuple[ListedHost, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a block would end: how many known people are behind it, and how many follows there are with them."""

    people: int
    follows: int


@dataclass(frozen=True, slots=True)
class Relation:
    """What one of our people decided about somebody."""

    muted: bool
    blocked: bool
