"""What the layout leads to: every slice names its own pages, the layout shows those that the visitor may open."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from fedirse.base.roles import Permission
from fedirse.base.types import Reader
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor

Place = Literal["main", "personal", "site"]
"""Where an item stands: among the daily ones, with the person's own settings, or with the care of the site."""

CountNews = Callable[[Transaction, Reader], int]
"""How many things wait for the reader behind an item."""


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One page that the layout leads to.

    Attributes:
        label: its name, in English; translated when shown.
        path: where it is.
        icon: name of the drawing beside it.
        place: where it stands.
        order: lower comes first.
        needs: the permission without which it is not shown.
        badge: how many things wait there; None for an item that counts nothing.
        head_office: whether only a head office has it.
        phone: whether it has a place in the bar at the bottom of a phone, which takes five.
    """

    label: str
    path: str
    icon: str
    place: Place = "main"
    order: int = 50
    needs: Permission = Permission.READ
    badge: CountNews | None = None
    head_office: bool = False
    phone: bool = False


def shown_to(items: Iterable[NavigationItem], visitor: Visitor, *, head_office: bool) -> list[NavigationItem]:
    """The items that a visitor sees, in order."""
    seen = [item for item in items if item.needs in visitor.permissions and (head_office or not item.head_office)]
    return sorted(seen, key=lambda item: (item.order, item.path))


def count_badges(tx: Transaction, items: Sequence[NavigationItem], reader: Reader, permissions: frozenset[Permission]) -> dict[str, int]:
    """What waits behind each item that the reader may open and that counts anything, by path."""
    return {item.path: item.badge(tx, reader) for item in items if item.badge is not None and item.needs in permissions}
