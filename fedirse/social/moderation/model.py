"""Who decides."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Moderator:
    """Whoever decides about a report, an answer or a block; the audit log names them.

    Attributes:
        account_id: their account; empty for whoever runs commands on the server.
        who: their handle, as it is now.
        actor_id: their actor; None for whoever runs commands.
    """

    account_id: str
    who: str
    actor_id: str | None = None


OPERATOR: Final = Moderator("", "operator")
