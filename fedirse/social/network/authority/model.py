"""Who decides about members."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody of the head office who decides about a member; as it stands, whoever runs commands on the server.

    Attributes:
        account_id: their account; empty for a command.
        who: their handle.
    """

    account_id: str = ""
    who: str = "operator"
