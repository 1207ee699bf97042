"""What a kit may be, which version of it counts, and what a site goes back to. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.features.branding.kit.model import Choice, Kit, KnownKit, Look
from fedirse.features.branding.rules import DESCRIPTION_LENGTH

MOST_VERSIONS: Final = 1_000_000
FONTS: Final = ("plain", "book", "round", "narrow")
NO_LOOK: Final = Look("#000000", "#000000", "plain")
"""Of a kit that is withdrawn."""


def check_words(name: str, sentence: str) -> None:
    """Raises InvalidInput for a kit without a name, and for words that are too long."""
    if not name:
        raise InvalidInput("Give it a name: sites see it beside the colours.", reason="no-kit-name", field="name")
    if len(name) > limits.NAME_LENGTH:
        raise InvalidInput("The name is longer than %(most)s characters.", reason="name-too-long", field="name", most=limits.NAME_LENGTH)
    if len(sentence) > DESCRIPTION_LENGTH:
        raise InvalidInput(
            "The sentence is longer than %(most)s characters: shorten it.",
            reason="sentence-too-long",
            field="sentence",
            most=DESCRIPTION_LENGTH,
        )


def is_later(told: Kit, known: Kit | None) -> bool:
    """Whether a kit that came is news."""
    return known is None or told.version > known.version


def withdrawn(known: Kit) -> Kit:
    """What is said of a kit that is offered no more: nothing but that."""
    return Kit(known.version + 1, "", "", NO_LOOK, withdrawn=True)


def received(known: KnownKit | None, network: str, kit: Kit, now: datetime) -> KnownKit:
    """What is kept of a version that came: it is to be decided about anew; what the site took of an earlier one stays in place."""
    if known is None:
        return KnownKit(network, kit, now)
    return replace(known, kit=kit, at=now, choice=Choice.WAITING, wish=None)


def look_to_keep(known: KnownKit, present: Look) -> Look:
    """What a site goes back to after taking a kit: what it has; where that is an earlier kit just as it was given, what it had before."""
    return known.before if known.before is not None and present == known.given else present
