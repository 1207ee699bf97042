"""What is shown of the words of others before anybody trusts them, and what went wrong in words. Pure."""

from typing import Final

from fedirse.base.errors import FedirseError, InvalidInput, ProtocolError, RemoteError, RemoteUnavailable
from fedirse.base.wording import N_

_SILENT: Final = N_("The server of the head office does not answer at the moment. Nothing was asked: try again in a while.")
_UNREADABLE: Final = N_("What lies at this address is not an invitation to a network. Ask the head office for a new one.")


def on_one_line(text: str) -> str:
    """A text without what moves a cursor, turns the direction of writing or breaks the line: it is shown in a terminal too."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def in_words(error: FedirseError) -> InvalidInput:
    """Why an invitation could not be opened, as what is said beside the field of its link."""
    if isinstance(error, InvalidInput):
        return error
    template = error.template
    if isinstance(error, RemoteUnavailable):
        template = _SILENT
    elif isinstance(error, RemoteError | ProtocolError) and template == error.default_public_message:
        template = _UNREADABLE
    return InvalidInput(template, reason=error.reason, field="link", **error.words)
