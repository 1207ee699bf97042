"""A look that a head office offers, and what a site has done about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

PICTURES: Final = ("logo", "cover")


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, letters and pictures.

    Attributes:
        colour, accent: `#rrggbb`.
        font: which letters, as the settings of a site name them.
        logo, cover: where the pictures lie; empty for none. In a kit these are addresses, at a site paths in its media folder.
    """

    colour: str
    accent: str
    font: str
    logo: str = ""
    cover: str = ""


@dataclass(frozen=True, slots=True)
class Kit:
    """What a head office offers.

    Attributes:
        version: grows with every change, and when it is withdrawn; of what overtakes each other on the way the highest counts.
        name: what it is called; empty for one that is withdrawn.
        sentence: what the head office says of it.
        look: what it looks like.
        withdrawn: whether it is offered no more.
    """

    version: int
    name: str
    sentence: str
    look: Look
    withdrawn: bool = False


class Choice(StrEnum):
    """What a site has done about a kit."""

    WAITING = "waiting"
    """Nothing yet."""
    TAKING = "taking"
    """It is being copied."""
    HUNG = "hung"
    """Its pictures are in place; the settings of the site follow."""
    TAKEN = "taken"
    REFUSED = "refused"
    FAILED = "failed"
    """A picture of it could not be had."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to take of a kit, perhaps changed.

    Attributes:
        look: colours and letters as they are to be; of its pictures those that are to be copied, by their addresses.
        account_id, who: whose wish it is, for the audit log.
    """

    look: Look
    account_id: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class KnownKit:
    """A kit as it is kept: at the head office its own, at a site what was offered.

    Attributes:
        network: URI of the head office.
        kit: its latest version.
        at: when that came, or was made.
        choice: what this site has done about that version.
        wish: what is being taken, or was; None before.
        given: how the site looked when a kit had just been taken; None while none was.
        before: what the site had before; None while there is nothing to go back to.
    """

    network: str
    kit: Kit
    at: datetime
    choice: Choice = Choice.WAITING
    wish: Wish | None = None
    given: Look | None = None
    before: Look | None = None

    @property
    def waits(self) -> bool:
        """Whether the site has still to decide."""
        return not self.kit.withdrawn and self.choice in {Choice.WAITING, Choice.FAILED}
