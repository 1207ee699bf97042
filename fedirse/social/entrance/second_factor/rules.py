"""Codes of six digits and their steps of time (RFC 6238). Pure."""

from datetime import datetime
from typing import Final

STEP_SECONDS: Final = 30
AROUND: Final = (0, -1, 1)
"""The steps whose codes are taken: this one, and one to each side for clocks that are a little off."""

RECOVERY_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz23456789"
"""Without characters that look like another one."""


def step_of(now: datetime) -> int:
    """The step of time that `now` is in."""
    return int(now.timestamp()) // STEP_SECONDS


def typed_digits(typed: str) -> str:
    """The six digits in what was typed, however they were grouped; empty when it is no such code."""
    digits = "".join(typed.split())
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else ""  # noqa: PLR2004


def typed_recovery_code(typed: str) -> str:
    """A recovery code as it was made, from what was typed: without spaces, hyphens and capitals."""
    return "".join(character for character in typed.lower() if character in RECOVERY_ALPHABET)
