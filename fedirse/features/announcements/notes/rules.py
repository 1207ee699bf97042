"""What a note may be."""

from fedirse.base import limits
from fedirse.base.errors import InvalidInput


def tidy(typed: str) -> str:
    """A note as it is kept: without spaces around it, lines as they were typed. Empty takes a note away.

    Raises:
        InvalidInput: it is longer than a note may be.
    """
    text = "\n".join(line.rstrip() for line in typed.strip().splitlines())
    if len(text) > limits.SITE_NOTE_LENGTH:
        raise InvalidInput(
            "A note has at most %(limit)s characters: shorten it, or write a post for the site.",
            reason="note-too-long",
            field="note",
            limit=limits.SITE_NOTE_LENGTH,
        )
    return text
