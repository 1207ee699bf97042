"""What a restore must not bring back, and what it tells the operator about that. Pure values: nothing here opens a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnName:
    """An actor of the site as far as others know it: its id, its address and what it is called there."""

    id: str
    uri: str
    host: str
    kind: str
    handle: str
    inbox: str
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Before:
    """What the database that is replaced says has ended, or never ended. It is asked for nothing else: it lets nobody in.

    Attributes:
        erased: when each person's erasure was asked for, by the digest of their actor's id.
        invitations: how often each invitation that is open could still be used, by its id.
        closed: ids of the accounts that are disabled.
        names: every actor of the site.
    """

    erased: Mapping[str, datetime]
    invitations: Mapping[str, int]
    closed: frozenset[str]
    names: tuple[OwnName, ...]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a restore ended in the database that it put in place.

    Attributes:
        looked_back: whether there was a database to be replaced that could be asked.
        invitations: how many invitations ended.
        closed: handles of the accounts that were disabled since the backup, and are again.
        erased: handles of those who were erased since the backup, and are being erased again.
        names: handles of those who came after the backup: they are gone, and nobody else gets their address.
    """

    looked_back: bool
    invitations: int
    closed: tuple[str, ...]
    erased: tuple[str, ...]
    names: tuple[str, ...]

    def sentences(self) -> Iterator[str]:
        """All of it in words."""
        yield "Everybody signs in again: sessions, links to sign in and tokens have ended. Passwords, passkeys and second factors stay."
        if self.invitations:
            yield f"Invitations that ended, to be made anew where they are wanted: {self.invitations}."
        if self.closed:
            yield f"Disabled after the backup was made, and disabled again (`fedirse account enable` opens one): {', '.join(self.closed)}."
        if self.erased:
            yield (
                f"Erased after the backup was made: closed now, and erased again as soon as the service runs: {', '.join(self.erased)}. "
                "If that was a mistake, restore once more with --spare HANDLE before you start the service."
            )
        if self.names:
            yield f"Not in the backup and gone; nobody else gets these names, because other servers know them: {', '.join(self.names)}."
        if not self.looked_back:
            yield (
                "There was no site here before that could be read. Disable again who was disabled after the backup was made, and give no "
                "name anew that somebody got after it."
            )
