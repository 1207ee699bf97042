"""Partner channels as those see them who run them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What a channel says of itself, as typed: its name, and what partners find in it."""

    name: str
    summary: str = ""
