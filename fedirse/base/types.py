"""Shapes that several layers share and that belong to none of them."""

from dataclasses import dataclass
from typing import Any, Final, NewType, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""One JSON object as parsed; its values are checked where they are read."""

Uri = NewType("Uri", str)
"""An absolute http(s) URI that passed the strict grammar of `activitypub.uris`."""

Host = NewType("Host", str)
"""Authority of an origin: lower-case host, with `:port` when it is not the scheme's default."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks to read something: nobody in particular, one of our people, or an actor who signed the request.

    Args:
        actor_id: the reader's actor as stored here, None for an anonymous one.
        uri: its URI, None for an anonymous one.
        host: its host, None for an anonymous one.
        local: whether it is one of our own people.
        scopes: the networks, segments and communities they are inside, as (kind, of); one of our own people is inside every network
            and segment that anything here was addressed to.
    """

    actor_id: str | None
    uri: str | None
    host: str | None
    local: bool
    scopes: frozenset[tuple[str, str]] = frozenset()


ANYONE: Final = Reader(None, None, None, local=False)
