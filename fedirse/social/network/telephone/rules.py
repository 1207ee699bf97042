"""What is a telephone number, and which of two words of a site counts."""

import re
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.network.authority.telephones.model import Telephone

FEWEST: Final = 3
_BETWEEN: Final = re.compile(r"[\s./-]+")
_NUMBER: Final = re.compile(r"\+?[0-9](?: ?[0-9])*")


def check_number(typed: str) -> str:
    """A number as it is kept: digits, single spaces where there was anything between them, and a + before it if there was one.

    Empty for nothing typed. Raises InvalidInput: it is none, or too short or too long.
    """
    number = _BETWEEN.sub(" ", typed).strip()
    if number and not (_NUMBER.fullmatch(number) and FEWEST <= len(number) <= limits.TELEPHONE_CHARACTERS):
        raise InvalidInput(
            "A telephone number has 3 to %(most)s characters: digits, spaces, and perhaps a + before them.",
            reason="bad-telephone",
            field="telephone",
            most=limits.TELEPHONE_CHARACTERS,
        )
    return number


def is_news(said: Telephone, known: Telephone | None) -> bool:
    """Whether a word counts: of what overtakes each other on the way the latest does, and of one second the one that came last."""
    return known is None or (said.said_at >= known.said_at and said != known)
