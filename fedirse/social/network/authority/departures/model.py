"""A site that went, or was removed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A site that is no member any more, as the head office remembers it.

    Attributes:
        member: URI of the site's own actor.
        serial: number of the removal.
        name: what it was called.
        key: its last Ed25519 key (Multikey), by which what it says of its parting is known to be its own.
        removed_at: when.
        erased: how many posts of others it says that it has erased; None while it has said nothing.
        purged_at: when it says that it was done.
        received_at: when it said so.
    """

    member: str
    serial: int
    name: str
    key: str
    removed_at: datetime
    erased: int | None = None
    purged_at: datetime | None = None
    received_at: datetime | None = None
