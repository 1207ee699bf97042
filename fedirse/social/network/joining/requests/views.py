"""The sites that ask to be let in, put together for a page."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from fedirse.social.network.joining.requests.model import JoinRequest, RequestState
from fedirse.social.network.joining.requests.store import count_requests, find_waiting, latest_requests, list_requests
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction

SHOWN: Final = 20
"""So many that wait stand on the page, the oldest first; each costs a tenth of a second for its four words."""


@dataclass(frozen=True, slots=True)
class RequestsView:
    """What the page of requests shows.

    Attributes:
        waiting: the first of those that wait.
        more: how many wait besides.
        refused: those that were refused last, the latest first.
        key_changes: those that wait (URIs of actors) and are members, under another key than the one that they ask to be known by.
    """

    waiting: tuple[JoinRequest, ...]
    more: int
    refused: tuple[JoinRequest, ...]
    key_changes: frozenset[str]


def read_requests(tx: Transaction) -> RequestsView:
    """Who waits, and who was refused lately."""
    waiting = tuple(list_requests(tx, RequestState.WAITING, limit=SHOWN))
    more = count_requests(tx, RequestState.WAITING) - len(waiting)
    return RequestsView(waiting, more, tuple(latest_requests(tx, RequestState.REFUSED, SHOWN)), members_among(tx, waiting))


def members_among(tx: Transaction, waiting: Collection[JoinRequest]) -> frozenset[str]:
    """Those that are members already, so that what they ask for is another key."""
    network = current_network(tx)
    if network is None:
        return frozenset()
    held = load_roster(tx, network.uri, only=[one.member for one in waiting]).held
    return frozenset(member for member, one in held.items() if isinstance(one.statement, Credential))


def read_waiting(tx: Transaction, member: str) -> JoinRequest | None:
    """The request of that site (URI of its actor) that waits, or None."""
    return find_waiting(tx, member)
