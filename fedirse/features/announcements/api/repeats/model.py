"""A request that may be sent again, and what came of it the first time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

REMEMBERED_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Repeat:
    """What tells a request that is sent again.

    Attributes:
        name: the Idempotency-Key that the program gave it.
        fingerprint: of what it asks for: under one name only the very same may be asked for again.
    """

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a request was answered: never anything of what an announcement says, so that it may outlive it."""

    status: int
    body: bytes
    location: str = ""
