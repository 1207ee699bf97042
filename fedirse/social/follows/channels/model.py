"""Partner channels as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fedirse.base.actors import StoredActor

CHANNEL_KIND: Final = "Service"
"""The type of actor that a channel is; nothing else of ours is one."""


@dataclass(frozen=True, slots=True)
class Channel:
    """An actor of this site that nobody signs in as, and whose approved followers are partners.

    Attributes:
        actor_id: the actor.
        created_at: when it was made.
        closed_at: since when nobody writes in it or is let in; None for an open one.
    """

    actor_id: str
    created_at: datetime
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether people write in it, and partners may ask."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far what is written in a channel goes: to how many partners, at how many servers."""

    partners: int = 0
    servers: int = 0


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody of another server who follows a channel, or asks to.

    Attributes:
        actor: who.
        since: since when, as they say.
    """

    actor: StoredActor
    since: datetime


@dataclass(frozen=True, slots=True)
class WelcomeHost:
    """A server whose people need not wait: each who asks is let in at once.

    Attributes:
        host: its name.
        since: since when.
    """

    host: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Runner:
    """Whoever runs a channel, for the audit log; as it stands, whoever runs commands on the server.

    Attributes:
        account_id: their account; empty for a command.
        who: their handle, as it is now.
    """

    account_id: str = ""
    who: str = "operator"
