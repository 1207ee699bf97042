"""Decisions that reports, held answers and blocks share. Pure."""

from fedirse.base import limits
from fedirse.base.errors import InvalidInput


def check_reason(typed: str) -> str:
    """Why something is decided, without spaces around it. Raises InvalidInput for none, and for one that is too long."""
    reason = typed.strip()
    if not reason:
        raise InvalidInput("Say why: whoever looks at this later should understand it.", reason="no-reason", field="reason")
    if len(reason) > limits.REASON_CHARACTERS:
        raise InvalidInput(
            "The reason is longer than %(limit)s characters: shorten it.",
            reason="reason-too-long",
            field="reason",
            limit=limits.REASON_CHARACTERS,
        )
    return reason
