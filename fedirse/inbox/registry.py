"""Which function handles which activity; one readable table, built from the slices."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fedirse.base.errors import ConfigurationError
from fedirse.inbox.authenticated import Authenticated
from fedirse.site import Site
from fedirse.storage.transaction import Transaction


class Handled(Enum):
    """What a handler made of an activity it did not refuse."""

    DONE = "done"
    """It had its effect."""
    IGNORED = "ignored"
    """Understood, and there was nothing to do: unknown object, already so, not meant for us."""


Handler = Callable[[Transaction, Site, Authenticated, datetime], Handled]
"""Runs inside the transaction that accepts the activity; raises Refused or ProtocolError to have it refused."""

ANY_OBJECT = ""


@dataclass(frozen=True, slots=True)
class On:
    """One line of the table.

    Args:
        activity: the activity's type.
        of: types of its object; empty for any, including a bare reference.
        handle: the function.
        besides: whether it looks at what another line handles, once that is done and whatever came of it.
    """

    activity: str
    handle: Handler
    of: Sequence[str] = ()
    besides: bool = False


class Registry:
    """The table of handlers, looked up by activity type and object type.

    Args:
        lines: what the slices receive. Two lines for the same pair are a mistake and refused.
    """

    def __init__(self, lines: Iterable[On]) -> None:
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._lines = tuple(lines)
        self._besides = [line for line in self._lines if line.besides]
        for line in self._lines:
            for object_type in () if line.besides else line.of or (ANY_OBJECT,):
                if (line.activity, object_type) in self._handlers:
                    msg = f"two handlers for {line.activity} of {object_type or 'anything'}"
                    raise ConfigurationError(msg)
                self._handlers[line.activity, object_type] = line.handle

    def find(self, activity: str, object_type: str | None) -> Handler | None:
        """The handler of that pair, else the one for the activity with any object, else None."""
        handle = self._handlers.get((activity, object_type or ANY_OBJECT)) or self._handlers.get((activity, ANY_OBJECT))
        besides = [line.handle for line in self._besides if line.activity == activity and (not line.of or object_type in line.of)]
        return _one_after_another(handle, besides) if handle is not None and besides else handle

    def rows(self) -> list[tuple[str, tuple[str, ...]]]:
        """Activity types with the object types they are handled for, in order of registration; for documentation."""
        return [(line.activity, tuple(line.of)) for line in self._lines]


def _one_after_another(handle: Handler, besides: Sequence[Handler]) -> Handler:
    """A handler, and those that look at the same activity after it. What it was is what the first made of it."""

    def handled(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
        result = handle(tx, site, authentic, now)
        for other in besides:
            other(tx, site, authentic, now)
        return result

    return handled
