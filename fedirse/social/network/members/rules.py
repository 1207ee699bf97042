"""What is believed of what a site says about itself, and what follows from it. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from fedirse.activitypub import values
from fedirse.base import limits
from fedirse.base.types import JsonObject
from fedirse.social.network.members.model import People, Told

MOST_PEOPLE: Final = 1_000_000
"""More than work at any site; a greater number is a mistake or a joke, and would drown all the others."""

_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+~_-]{0,39}")
_NUMBERS: Final = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?(?:\.([0-9]{1,6}))?$")


def read_told(document: JsonObject) -> Told:
    """What a NodeInfo document says; what is not sane is passed over, and the rest counts."""
    software, usage = document.get("software"), document.get("usage")
    version = values.text(software.get("version"), limits.NAME_LENGTH) if isinstance(software, dict) else None
    users = usage.get("users") if isinstance(usage, dict) else None
    total = users.get("total") if isinstance(users, dict) else None
    sane = isinstance(total, int) and not isinstance(total, bool) and 0 <= total <= MOST_PEOPLE
    return Told(version if version and _VERSION.fullmatch(version) else "", total if sane else None)


def is_behind(version: str, than: str) -> bool:
    """Whether a version is older than another; never where one of them is not made of plain numbers."""
    own, other = _NUMBERS.match(version), _NUMBERS.match(than)
    return own is not None and other is not None and _parts(own) < _parts(other)


def together(numbers: Iterable[int | None]) -> People:
    """The people of some sites; None for one that does not say how many."""
    known = list(numbers)
    return People(sum(number for number in known if number is not None), None not in known)


def _parts(version: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part or 0) for part in version.groups())
