"""Decisions about names and colours. Pure."""

import re

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.features.branding.model import ColourReport
from fedirse.web.colours import contrast, readable_on, text_on

DESCRIPTION_LENGTH = 500
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_LIGHT_PAGE = ("#ffffff", "#f7f6f3")


def check_name(typed: str) -> str:
    """The name of a site. Raises InvalidInput."""
    if not typed:
        raise InvalidInput("Give the site a name: what people call the shop.", reason="no-name", field="name")
    if len(typed) > limits.NAME_LENGTH:
        raise InvalidInput("The name is longer than %(most)s characters.", reason="name-too-long", field="name", most=limits.NAME_LENGTH)
    return typed


def check_description(typed: str) -> str:
    """One or two sentences about a site. Raises InvalidInput."""
    if len(typed) > DESCRIPTION_LENGTH:
        raise InvalidInput(
            "The description is longer than %(most)s characters: shorten it.",
            reason="description-too-long",
            field="description",
            most=DESCRIPTION_LENGTH,
        )
    return typed


def check_colour(typed: str, field: str) -> str:
    """A colour as `#rrggbb`. Raises InvalidInput."""
    match = _COLOUR.fullmatch(typed.strip())
    if match is None:
        raise InvalidInput(
            "“%(colour)s” is not a colour: write it like #1f4e79, or choose it with the picker.",
            reason="bad-colour",
            field=field,
            colour=typed[:40],
        )
    digits = match[1].lower()
    return f"#{digits}" if len(digits) > len("rgb") else "#" + "".join(digit * 2 for digit in digits)


def report_on(colour: str) -> ColourReport:
    """How well a colour `#rrggbb` can be read, and what is put in its place where it cannot."""
    ink = text_on(colour)
    text = readable_on(colour, *_LIGHT_PAGE)
    return ColourReport(
        colour,
        ink,
        contrast(ink, colour),
        text,
        min(contrast(colour, page) for page in _LIGHT_PAGE),
        corrected=text != colour,
    )
