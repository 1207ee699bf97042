"""Votes as this site holds them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer that somebody chose.

    Attributes:
        option: the answer's name.
        cast_at: when, as far as the voter says.
    """

    option: str
    cast_at: datetime | None
