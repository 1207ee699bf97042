"""Joining as the site sees it that asks: what it has asked, and what it was told."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What this site has asked a head office, last.

    Attributes:
        network: the head office's actor.
        uri: id of the Join, which an answer names.
        asked_at: when.
        answer: why it was refused, in the words of the head office; empty for no word.
        answered_at: when; None while it waits.
    """

    network: str
    uri: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None
