"""Identifiers that sort by time and are never handed out twice, not even after a restored backup.

A ULID (48 bits of milliseconds, 80 random bits, Crockford base 32) needs no counter in the database, so going back to an
older database cannot make it repeat one.
"""

import secrets
from datetime import UTC, datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
LENGTH = 26
_RANDOM_BITS = 80
_HIGHEST_TIME = (1 << 48) - 1


def new_id(at: datetime) -> str:
    """A fresh 26-character ULID that sorts at the instant `at` (aware; clamped to what 48 bits of ms can hold)."""
    milliseconds = min(max(int(at.timestamp() * 1000), 0), _HIGHEST_TIME)
    return _encode((milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS))


def lowest_id(at: datetime) -> str:
    """The smallest ULID of the instant `at`; a bound for "newer than" queries."""
    return _encode(int(at.timestamp() * 1000) << _RANDOM_BITS)


def time_of(identifier: str) -> datetime:
    """The instant a ULID sorts at, in UTC. Raises ValueError for anything that is not a ULID."""
    if len(identifier) != LENGTH:
        msg = "not a ULID"
        raise ValueError(msg)
    value = 0
    for character in identifier[:10]:
        value = (value << 5) | _ALPHABET.index(character)
    return datetime.fromtimestamp(value / 1000, UTC)


def _encode(value: int) -> str:
    # Two characters a step: a fifth of the time of one character a step, and ids are made on every accepted activity.
    return "".join(_PAIRS[(value >> shift) & 1023] for shift in range(120, -1, -10))
