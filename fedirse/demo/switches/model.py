"""What the page of switches shows, and whom it answers."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One process.

    Attributes:
        key: its owner's.
        names: the sites that run in it, and go off together.
        addresses: of these sites, in the same order.
        is_on: whether it runs.
        since: since what time of day that is so, as people write it.
    """

    key: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    is_on: bool
    since: str


@dataclass(frozen=True, slots=True)
class Lock:
    """Keeps web pages of others, which the same browser may have open, away from the switches.

    A page elsewhere can send a form anywhere, but reads no token of a page that it did not serve; and a name of its own that leads to this
    machine (DNS rebinding) is not among the hosts.

    Attributes:
        hosts: what the page is called in Host.
        token: stands in its forms, and nowhere else.
    """

    hosts: Collection[str]
    token: str

    def is_meant(self, host: str) -> bool:
        """Whether a request says that it is for this page."""
        return host in self.hosts

    def is_ours(self, token: object) -> bool:
        """Whether a form comes from this page."""
        return isinstance(token, str) and hmac.compare_digest(token.encode(), self.token.encode())
