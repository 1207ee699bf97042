"""A key: a program's way in, in the name of an account."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fedirse.base.types import Reader
from fedirse.social.follows.channels.model import Runner


class May(StrEnum):
    """What a key is good for."""

    READ = "read"
    """See the announcements, and where they stand."""
    ANNOUNCE = "announce"
    """That, and publish, change, withdraw and remind."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: without its secret.

    Attributes:
        id: our id for it.
        account_id: in whose name it acts.
        name: what people call it, such as the program that has it.
        may: what it is good for.
        made_at: when it was made.
        ends_at: from when on it opens nothing; None for never.
        used_at: when it was last used, to the hour; None for never.
    """

    id: str
    account_id: str
    name: str
    may: May
    made_at: datetime
    ends_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key that somebody asks for."""

    name: str
    may: May
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that asks, with a key that holds.

    Attributes:
        key: the key.
        handle: of the account in whose name it acts.
        language: of that account.
        reader: that account's actor as a reader.
    """

    key: Key
    handle: str
    language: str
    reader: Reader

    @property
    def by(self) -> Runner:
        """Who does it, for the audit log: the account, and which of its keys."""
        return Runner(self.key.account_id, f"{self.handle} · {self.key.name}")
