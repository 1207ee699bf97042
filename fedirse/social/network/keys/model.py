"""A member's word that it has another key."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeyOffer:
    """What a member says of its next key.

    Attributes:
        member: URI of its own actor.
        network: the head office's actor.
        key: the new Ed25519 key (Multikey).
        until: until when the one before it may count as well.
        made: when it said so.
    """

    member: str
    network: str
    key: str
    until: datetime
    made: datetime
