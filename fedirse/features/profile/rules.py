"""Decisions about profiles. Pure."""

from collections.abc import Sequence
from html import escape

from fedirse.activitypub.values import web_address
from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.features.profile.model import TypedProfile


def check_profile(typed: TypedProfile) -> None:
    """Raises InvalidInput for what is too long, naming the field."""
    if len(typed.name) > limits.NAME_LENGTH:
        raise InvalidInput("The name is longer than %(most)s characters.", reason="name-too-long", field="name", most=limits.NAME_LENGTH)
    if len(typed.bio) > limits.BIO_LENGTH:
        raise InvalidInput(
            "The text about you is longer than %(most)s characters: shorten it.", reason="bio-too-long", field="bio", most=limits.BIO_LENGTH
        )
    for number, (label, value) in enumerate(typed.fields, start=1):
        _check_field(number, label, value)


def usable_fields(typed: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The lines that say something, in order, as many as a profile has."""
    return tuple((label, value) for label, value in typed if label and value)[: limits.PROFILE_FIELDS]


def render_field(value: str) -> str:
    """A value as the HTML it is on the wire: an address becomes a link to itself, anything else is text."""
    address = web_address(value) if value.startswith("https://") else None
    if address is None:
        return escape(value)
    return f'<a href="{escape(address)}" rel="nofollow noopener noreferrer me">{escape(address)}</a>'


def _check_field(number: int, label: str, value: str) -> None:
    if bool(label) != bool(value):
        raise InvalidInput(
            "Fill both halves of the line, or neither.", reason="half-field", field=f"value{number}" if label else f"label{number}"
        )
    if max(len(label), len(value)) > limits.TYPED_FIELD_LENGTH:
        field = f"label{number}" if len(label) > limits.TYPED_FIELD_LENGTH else f"value{number}"
        raise InvalidInput(
            "This line is longer than %(most)s characters: shorten it.",
            reason="field-too-long",
            field=field,
            most=limits.TYPED_FIELD_LENGTH,
        )
