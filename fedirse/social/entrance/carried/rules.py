"""Between a form and the one hidden field in which it is carried. Pure."""

from collections.abc import Mapping

import msgspec

from fedirse.base import limits
from fedirse.base.errors import TooLarge
from fedirse.social.entrance.carried.model import Carried

NOT_CARRIED = frozenset({"form_token", "carried"})
"""What belongs to the session that has ended."""


def carry_form(path: str, values: Mapping[str, tuple[str, ...]], *, lost_files: bool) -> str:
    """The text of the hidden field. Raises TooLarge for more than the next form may hold beside it."""
    fields = tuple((name, value) for name, values in values.items() if name not in NOT_CARRIED for value in values)
    text = msgspec.json.encode(Carried(path, fields, lost_files)).decode()
    if len(text.encode()) > limits.CARRIED_BYTES:
        raise TooLarge(
            "too large to carry",
            reason="carried-too-large",
            public_message="Your session has ended, and what you typed is too long to be kept. Go back, copy it, and sign in.",
        )
    return text


def read_carried(text: str) -> Carried | None:
    """The form in a hidden field; None for nothing, and for what no page of ours wrote."""
    if not text or len(text.encode()) > limits.CARRIED_BYTES:
        return None
    try:
        return msgspec.json.decode(text, type=Carried)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
